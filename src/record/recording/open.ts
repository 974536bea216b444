import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { damageFailure, errorCode, refusal } from './failures.ts';
import {
  APPLICATION_ID,
  expectedSchema,
  OLDEST_VERSION,
  SCHEMA_VERSION,
  schemaOf,
} from './schema.ts';
import { openSqlite } from './sqlite.ts';

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;

/** Longest text in one cell, bytes: names and messages are short, and memory is bounded. */
const LONGEST_TEXT = 1_000_000;

/** Every text that is read whole. */
const TEXTS = {
  meta: ['key', 'value'],
  series: [
    ...['namespace', 'pod', 'container', 'metric', 'unit', 'kind'],
    ...['workload_kind', 'workload', 'node', 'pod_uid'],
  ],
  tick: ['outcome', 'reason', 'digest'],
  mark: ['kind', 'name', 'namespace', 'pod'],
  label: ['namespace', 'pod', 'container', 'metric', 'type', 'visible_in'],
  reject: ['reason', 'namespace', 'pod', 'container', 'metric', 'raw'],
  note: ['text'],
} as const;

/** A recording opened for reading. */
export interface OpenRecording {
  readonly db: Database.Database;
  /** The file needs no -wal beside it: it was finalised, or never live. */
  readonly singleFile: boolean;
  readonly schemaVersion: number;
  /** Size of the main file, bytes. */
  readonly bytes: number;
  /** The main file's descriptor, for reading; closed with the recording. */
  readonly handle: number;
}

type Header = Omit<OpenRecording, 'db'>;

/** The descriptor of what may be a recording. */
function openFile(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw refusal(path, 'there is no such file; check the path');
  if (stat.isDirectory()) throw refusal(path, 'it is a folder; name a recording');
  if (!stat.isFile()) throw refusal(path, 'it is no plain file');
  return openSync(path, 'r');
}

/** Looks at the file before SQLite does: SQLite would make a new database of an empty file. */
function checkHeader(path: string, handle: number): Header {
  const head = Buffer.alloc(HEADER_BYTES);
  const { size: bytes } = fstatSync(handle);
  readSync(handle, head, 0, HEADER_BYTES, 0);
  if (bytes === 0) throw refusal(path, 'it is empty; record or import again');
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw refusal(path, 'it is not a podtape recording; "podtape import" reads CSV files');
  }
  if (bytes < HEADER_BYTES) throw refusal(path, 'it is cut short; copy it again');
  if (head.readUInt32BE(68) !== APPLICATION_ID) {
    throw refusal(path, 'it is a SQLite file of another program');
  }
  const schemaVersion = head.readUInt32BE(60);
  if (schemaVersion > SCHEMA_VERSION) {
    throw refusal(
      path,
      `it has format ${String(schemaVersion)}, newer than this podtape reads ` +
        `(${String(SCHEMA_VERSION)}); update podtape`,
    );
  }
  if (schemaVersion < OLDEST_VERSION) {
    throw refusal(path, `it has format ${String(schemaVersion)}, which is read no more`);
  }
  const singleFile = head[18] === 1 && head[19] === 1;
  if (singleFile) checkAlone(path, head, bytes);
  return { singleFile, schemaVersion, bytes, handle };
}

/** A single file must be whole; beside a log it may lag behind. */
function checkAlone(path: string, head: Buffer, bytes: number): void {
  const size = head.readUInt16BE(16);
  const whole = (size === 1 ? 65_536 : size) * head.readUInt32BE(28);
  if (bytes < whole) {
    const has = `${String(bytes)} of ${String(whole)} bytes`;
    throw refusal(
      path,
      `it is cut short (${has}); copy it again, or save what is left with "podtape salvage"`,
    );
  }
  // SQLite would mix any log of that name into the file.
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) {
    throw refusal(path, 'the -wal beside it belongs to another recording; move that away');
  }
}

/** The first commit of a recorder fills `meta`; it may still be in the log. */
function checkBegun(path: string, db: Database.Database, singleFile: boolean): void {
  if (singleFile || db.prepare('SELECT 1 FROM meta LIMIT 1').get() !== undefined) return;
  throw refusal(
    path,
    'it is empty without its -wal, which holds what was recorded; copy that, too',
  );
}

/** Refuses what is not ours to the letter, so that no foreign trigger, view or column is used. */
function checkSchema(path: string, db: Database.Database, version: number): void {
  const expected = new Map(expectedSchema(version).map((object) => [object[1], object]));
  const tampered = 'its tables are not those of a recording; it may have been tampered with';
  for (const object of schemaOf(db)) {
    const ours = expected.get(object[1]);
    if (ours === undefined || object.some((part, i) => part !== ours[i])) {
      throw refusal(path, `${tampered} (${object[0]} ${JSON.stringify(object[1].slice(0, 80))})`);
    }
    expected.delete(object[1]);
  }
  for (const name of expected.keys()) throw refusal(path, `${tampered} (no ${name})`);
  for (const [table, columns] of Object.entries(TEXTS)) {
    const long = columns.map((column) => `octet_length(${column}) > ${String(LONGEST_TEXT)}`);
    const query = `SELECT 1 FROM ${table} WHERE ${long.join(' OR ')} LIMIT 1`;
    if (db.prepare(query).get() !== undefined) {
      throw refusal(path, `it holds a text of over ${String(LONGEST_TEXT)} bytes in ${table}`);
    }
  }
}

function connect(path: string): Database.Database {
  const db = openSqlite(path, { readonly: true, fileMustExist: true, timeout: 1000 });
  try {
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma('mmap_size = 0');
    // One snapshot for all that follows, whatever a recorder adds meanwhile.
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Undoes a transaction that was cut off by a kill while a recording was finalised. */
function rollBackCutTransaction(path: string): void {
  const db = openSqlite(path, { fileMustExist: true, timeout: 1000 });
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  } finally {
    db.close();
  }
}

function connectRecovering(path: string): Database.Database {
  try {
    return connect(path);
  } catch (error) {
    if (errorCode(error) !== 'SQLITE_READONLY_ROLLBACK') throw error;
    rollBackCutTransaction(path);
    return connect(path);
  }
}

/**
 * Opens a recording for reading only, after checking that it is one.
 *
 * Throws BAD_RECORDING: missing, empty, not SQLite, foreign, newer, tampered with, damaged.
 */
function openForReading(path: string): OpenRecording {
  let handle: number | null = null;
  let db: Database.Database | null = null;
  try {
    handle = openFile(path);
    const header = checkHeader(path, handle);
    db = connectRecovering(path);
    checkSchema(path, db, header.schemaVersion);
    checkBegun(path, db, header.singleFile);
    return { db, ...header };
  } catch (error) {
    db?.close();
    if (handle !== null) closeSync(handle);
    throw damageFailure(path, error);
  }
}

/**
 * Runs work on a recording opened for reading, in one snapshot, and closes it.
 *
 * Changes nothing that was committed, and needs no write access where it is finalised. Throws
 * BAD_RECORDING when the file is none or is damaged, also for what SQLite finds while reading.
 */
export function withRecording<T>(path: string, work: (open: OpenRecording) => T): T {
  const open = openForReading(path);
  try {
    return work(open);
  } catch (error) {
    throw damageFailure(path, error);
  } finally {
    open.db.close();
    // Last: closing any descriptor of a file gives up all of the process's locks on it.
    closeSync(open.handle);
  }
}
