import type Database from 'better-sqlite3';
import { isChecked, META_CHECK } from './meta.ts';
import { isCell, rowCheck } from './row-check.ts';
import {
  blockKey,
  checkedRows,
  type CheckedTable,
  CHECKED_TABLES,
  storedChecks,
} from './row-checks.ts';

/** Entries of `meta` that a recording may have, besides check:… and summary:…. */
const KNOWN_META = new Set([
  ...['kind', 'origin', 'version', 'interval_ms', 'head'],
  ...['digest', 'start_ms', 'end_ms', 'context_digest'],
]);

/** A row's name in a message: `mark 3`, `meta "origin"`. */
function nameOf(table: string, key: unknown): string {
  const text = typeof key === 'string' ? JSON.stringify(key.slice(0, 80)) : String(key);
  return `${table} ${text}`;
}

/** The entries with a table's checksums that are not numbered as they were written. */
function* blockProblems(meta: ReadonlyMap<string, string>, table: CheckedTable): Generator<string> {
  const keys = [...meta.keys()].filter((key) => key.startsWith(`check:${table}:`));
  for (const [block, key] of keys.entries()) {
    if (key !== blockKey(table, block)) yield `${nameOf('meta', key)} is not what was written.`;
  }
}

/** Compares the rows of a table with their checksums. */
function* tableProblems(
  db: Database.Database,
  meta: ReadonlyMap<string, string>,
  table: CheckedTable,
): Generator<string> {
  yield* blockProblems(meta, table);
  const rows = checkedRows(db, table);
  const checks = storedChecks(meta, table);
  // Where rows were lost or doubled, positions say nothing: a row must then have any checksum.
  const sameLength = rows.length === checks.length;
  const known = new Set(checks);
  for (const [i, row] of rows.entries()) {
    const check = row.every(isCell) ? rowCheck(table, row) : '';
    const right = sameLength ? check === checks[i] : known.has(check);
    if (!right) yield `${nameOf(table, row[0])} is not what was written.`;
  }
  if (!sameLength) {
    const [have, had] = [String(rows.length), String(checks.length)];
    yield `Table ${table} has ${have} rows where ${had} were written.`;
  }
}

function* metaProblems(meta: ReadonlyMap<string, string>, text: string): Generator<string> {
  let checks: Readonly<Record<string, unknown>>;
  try {
    const value: unknown = JSON.parse(text);
    checks = typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    checks = {};
  }
  const covered = new Map(Object.entries(checks));
  for (const [key, value] of meta) {
    if (!isChecked(key)) continue;
    if (covered.get(key) !== rowCheck('meta', [key, value])) {
      yield `${nameOf('meta', key)} is not what was written.`;
    }
    covered.delete(key);
  }
  for (const key of covered.keys()) yield `${nameOf('meta', key)} is missing.`;
}

function isKnown(key: string): boolean {
  return (
    KNOWN_META.has(key) ||
    key === META_CHECK ||
    /^summary:\d{6}$/.test(key) ||
    CHECKED_TABLES.some((table) => new RegExp(`^check:${table}:\\d{6}$`).test(key))
  );
}

/**
 * Compares series, marks, labels, notes and metadata row by row with the checksums written with
 * them: one sentence for each that differs. A file by a podtape before row checksums has none;
 * then only its context digest covers these rows.
 */
export function* rowProblems(
  db: Database.Database,
  meta: ReadonlyMap<string, string>,
): Generator<string> {
  for (const key of meta.keys()) {
    if (!isKnown(key)) yield `${nameOf('meta', key)} is no entry of a recording.`;
  }
  const text = meta.get(META_CHECK);
  if (text === undefined) {
    if (meta.has('head') || [...meta.keys()].some((key) => key.startsWith('check:'))) {
      yield `${nameOf('meta', META_CHECK)} is missing.`;
    }
    return;
  }
  yield* metaProblems(meta, text);
  for (const table of CHECKED_TABLES) yield* tableProblems(db, meta, table);
}
