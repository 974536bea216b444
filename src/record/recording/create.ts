import type Database from 'better-sqlite3';
import { ToolError } from '../../core/errors.ts';
import { layOut } from './schema.ts';
import { openSqlite } from './sqlite.ts';

/** The first SQLite in which writing and checkpointing at once cannot damage a file. */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** How long a write waits for another program, ms. */
const BUSY_MS = 1000;
/** How long a tick's does: polls stand still meanwhile, and it is tried again. */
const BUSY_LIVE_MS = 100;

/** A -wal above this many bytes is cut back when it is next used up. */
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;

function requireSqlite(db: Database.Database): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  const parts = version.split('.').map(Number);
  const newer = OLDEST_SQLITE.map((part, i) => (parts[i] ?? 0) - part).find((d) => d !== 0) ?? 0;
  if (newer < 0) {
    throw new ToolError('STORAGE', `SQLite ${version} is too old; install better-sqlite3 again.`);
  }
}

/** Throws STORAGE unless a commit on this connection is on the disk when it returns. */
export function requireDurable(db: Database.Database): void {
  const journal = db.pragma('journal_mode', { simple: true });
  const synchronous = db.pragma('synchronous', { simple: true });
  if (journal === 'wal' && synchronous === 2) return;
  throw new ToolError(
    'STORAGE',
    `This file system does not take a write-ahead log (journal ${String(journal)}, ` +
      `synchronous ${String(synchronous)}); record to a local disk.`,
  );
}

/** Switches to a write-ahead log that is flushed at every commit. Throws STORAGE if it is not. */
export function makeDurable(db: Database.Database): void {
  db.pragma('journal_mode = WAL');
  // Said after the switch: this build of SQLite otherwise falls back to NORMAL in WAL mode.
  db.pragma('synchronous = FULL');
  db.pragma(`journal_size_limit = ${String(WAL_LIMIT_BYTES)}`);
  db.pragma(`busy_timeout = ${String(BUSY_LIVE_MS)}`);
  requireDurable(db);
}

/** From here on nothing hurries: a write may wait for another program as long as any other's. */
export function takeTime(db: Database.Database): void {
  db.pragma(`busy_timeout = ${String(BUSY_MS)}`);
}

/** Opens an existing file for writing, with the guards that every connection has. */
export function openForWriting(path: string): Database.Database {
  const db = openSqlite(path, { fileMustExist: true, timeout: BUSY_MS });
  try {
    requireSqlite(db);
    db.pragma('foreign_keys = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('mmap_size = 0');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Lays out an empty file as a recording and opens it.
 *
 * `live`: a write-ahead log, flushed at every commit. `atomic`: nothing is flushed, and one
 * transaction is open until finalising, since nobody sees the file before it is complete.
 */
export function createDatabase(path: string, mode: 'live' | 'atomic'): Database.Database {
  const db = openForWriting(path);
  try {
    if (mode === 'atomic') {
      db.pragma('locking_mode = EXCLUSIVE');
      db.pragma('journal_mode = OFF');
      db.pragma('synchronous = OFF');
      db.exec('BEGIN IMMEDIATE');
      layOut(db);
    } else {
      // Before the log is on: the main file alone must tell from the start what it is.
      db.exec('BEGIN IMMEDIATE');
      layOut(db);
      db.exec('COMMIT');
      makeDurable(db);
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
