import { closeSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ToolError } from '../../core/errors.ts';
import { damageFailure } from './failures.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';

const MAGIC = 'SQLite format 3\0';

const refuse = (path: string, why: string): ToolError =>
  new ToolError('BAD_RECORDING', `Cannot read ${path}: ${why}.`, { path });

/** Looks at the file before SQLite does: SQLite would make a new database of an empty file. */
function checkHeader(path: string): void {
  let size: number;
  const head = Buffer.alloc(100);
  try {
    if (statSync(path).isDirectory()) throw refuse(path, 'it is a folder; name a recording');
    const handle = openSync(path, 'r');
    try {
      size = readSync(handle, head);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (error instanceof ToolError) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = missing ? 'there is no such file; check the path' : String(error);
    throw refuse(path, why);
  }
  if (size === 0) throw refuse(path, 'it is empty; record or import again');
  if (size < head.length || head.toString('latin1', 0, 16) !== MAGIC) {
    throw refuse(path, 'it is not a podtape recording; "podtape import" reads CSV files');
  }
}

/** Refuses what is not ours to the letter: another application, a newer version, any extra object. */
function checkSchema(path: string, db: Database.Database): void {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw refuse(path, 'it is a SQLite file of another program');
  }
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > SCHEMA_VERSION) {
    throw refuse(
      path,
      `it has format ${String(version)}, newer than this podtape reads (${String(SCHEMA_VERSION)}); update podtape`,
    );
  }
  const found = db
    .prepare(`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid`)
    .pluck()
    .all();
  const expected = new Set<unknown>(SCHEMA);
  if (found.length !== SCHEMA.length || !found.every((sql) => expected.has(sql))) {
    throw refuse(path, 'its tables are not those of a recording; it may have been tampered with');
  }
}

/**
 * Opens a recording for reading only, after checking that it is one.
 *
 * Throws BAD_RECORDING: missing, empty, not SQLite, foreign, newer, tampered with, damaged.
 */
export function openForReading(path: string): Database.Database {
  checkHeader(path);
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: 1000 });
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma('mmap_size = 0');
    db.pragma('query_only = ON');
    checkSchema(path, db);
    return db;
  } catch (error) {
    db?.close();
    throw damageFailure(path, error);
  }
}

/** Runs work on an opened recording and closes it; SQLite's errors become BAD_RECORDING. */
export function withRecording<T>(path: string, work: (db: Database.Database) => T): T {
  const db = openForReading(path);
  try {
    return work(db);
  } catch (error) {
    throw damageFailure(path, error);
  } finally {
    db.close();
  }
}
