import type Database from 'better-sqlite3';
import { openSqlite } from './sqlite.ts';

/** "podt": marks the file as ours in its header (PRAGMA application_id). */
export const APPLICATION_ID = 0x706f6474;

/** What version 1 is made of, object by object, in the order of creation. */
const VERSION_1: readonly string[] = [
  `CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID`,
  `CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  namespace TEXT NOT NULL,
  pod TEXT NOT NULL,
  container TEXT NOT NULL,
  metric TEXT NOT NULL,
  unit TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('usage', 'signal')),
  denominator REAL NOT NULL CHECK (denominator > 0),
  workload_kind TEXT,
  workload TEXT,
  node TEXT,
  pod_uid TEXT,
  request REAL,
  "limit" REAL,
  UNIQUE (namespace, pod, container, metric)
) STRICT`,
  `CREATE TABLE tick (
  seq INTEGER PRIMARY KEY,
  scheduled_ms INTEGER NOT NULL,
  started_ms INTEGER,
  finished_ms INTEGER,
  outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'partial', 'empty', 'failed', 'missed')),
  reason TEXT NOT NULL,
  samples INTEGER NOT NULL,
  repeats INTEGER NOT NULL,
  conflicts INTEGER NOT NULL,
  late INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  digest TEXT NOT NULL
) STRICT`,
  `CREATE TABLE sample (
  tick INTEGER NOT NULL,
  series_id INTEGER NOT NULL,
  t_ms INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (tick, series_id, t_ms)
) STRICT, WITHOUT ROWID`,
  `CREATE TABLE mark (
  id INTEGER PRIMARY KEY,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  namespace TEXT NOT NULL,
  pod TEXT NOT NULL
) STRICT`,
  `CREATE TABLE label (
  id INTEGER PRIMARY KEY,
  namespace TEXT NOT NULL,
  pod TEXT NOT NULL,
  container TEXT NOT NULL,
  metric TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  grace_end_ms INTEGER NOT NULL,
  type TEXT NOT NULL,
  visible_in TEXT
) STRICT`,
  `CREATE TABLE reject (
  tick INTEGER NOT NULL,
  n INTEGER NOT NULL,
  reason TEXT NOT NULL,
  namespace TEXT NOT NULL,
  pod TEXT NOT NULL,
  container TEXT NOT NULL,
  metric TEXT NOT NULL,
  raw TEXT NOT NULL,
  PRIMARY KEY (tick, n)
) STRICT, WITHOUT ROWID`,
  `CREATE TABLE note (
  text TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID`,
  `CREATE VIEW reading AS
SELECT
  strftime('%Y-%m-%dT%H:%M:%fZ', sample.t_ms / 1000.0, 'unixepoch') AS time,
  series.namespace, series.pod, series.container, series.metric,
  sample.value / series.denominator AS value,
  series.unit
FROM sample JOIN series ON series.id = sample.series_id`,
];

/**
 * Step i takes a file from version i to version i + 1. Steps are only ever added. A recording is
 * never migrated in place; the steps lay out new files and tell how each version looks.
 */
const MIGRATIONS: readonly (readonly string[])[] = [VERSION_1];

/** PRAGMA user_version of the files written here. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The oldest version still read: the one before ours. */
export const OLDEST_VERSION = Math.max(1, SCHEMA_VERSION - 1);

/** Lays out an empty database as a recording of `version`. */
export function layOut(db: Database.Database, version = SCHEMA_VERSION): void {
  for (const sql of MIGRATIONS.slice(0, version).flat()) db.exec(sql);
  db.pragma(`application_id = ${String(APPLICATION_ID)}`);
  db.pragma(`user_version = ${String(version)}`);
}

/** One object of a database's schema: type, name, table, SQL. */
export type SchemaObject = readonly [string, string, string, string | null];

/** Every object in a database's schema, indexes that SQLite made included, by name. */
export function schemaOf(db: Database.Database): readonly SchemaObject[] {
  return db
    .prepare<[], SchemaObject>('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name')
    .raw()
    .all();
}

/** The only schema that a recording of `version` may have, to the letter. */
export function expectedSchema(version: number): readonly SchemaObject[] {
  const db = openSqlite(':memory:');
  try {
    layOut(db, version);
    return schemaOf(db);
  } finally {
    db.close();
  }
}
