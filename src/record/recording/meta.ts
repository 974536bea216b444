import type Database from 'better-sqlite3';
import { canonicalJson } from '../../core/canonical-json.ts';
import { readMeta } from './rows.ts';
import { rowCheck } from './row-check.ts';

/** The entry that holds the number of ticks and the digest of the last. */
export const HEAD = 'head';
/** The entry that holds the checksums of the other entries. */
export const META_CHECK = 'check:meta';
/** The entry that a finalised recording gets last. */
export const CONTEXT = 'context_digest';

const puts = new WeakMap<Database.Database, Database.Statement<[string, string]>>();

/** Writes one entry of `meta`; done at every tick, so the statement is prepared once. */
export function setMeta(db: Database.Database, key: string, value: string): void {
  let put = puts.get(db);
  if (put === undefined) {
    put = db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
    puts.set(db, put);
  }
  put.run(key, value);
}

/** Whether an entry is covered by `check:meta`; the others are compared with what they describe. */
export function isChecked(key: string): boolean {
  return key !== HEAD && key !== CONTEXT && !key.startsWith('check:');
}

/** The checksums of the entries of `meta`, as JSON text: {key: checksum}. */
export function metaCheck(meta: ReadonlyMap<string, string>): string {
  const checked = [...meta].filter(([key]) => isChecked(key));
  return canonicalJson(
    Object.fromEntries(checked.map(([key, value]) => [key, rowCheck('meta', [key, value])])),
  );
}

/** Brings `check:meta` up to date, inside the caller's transaction. */
export function writeMetaCheck(db: Database.Database): void {
  setMeta(db, META_CHECK, metaCheck(readMeta(db)));
}
