import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Tick } from '../../core/recording.ts';
import { readRejects, readTickRows, type TickRow } from './rows.ts';
import type { Reject } from './writer-contract.ts';

/** What the first tick's digest is chained to. */
export const CHAIN_START = '0'.repeat(64);

/**
 * The digest of one tick, chained to the one before: SHA-256 over the previous digest, the tick's
 * own columns, its rejects, and its sample rows.
 *
 * `rows` holds (series id, time, stored value) triples in key order, as little-endian float64.
 */
export function tickDigest(
  previous: string,
  tick: Tick,
  rejects: readonly Reject[],
  rows: Float64Array,
): string {
  const hash = createHash('sha256');
  hash.update(canonicalJson([previous, tick, rejects]));
  hash.update(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
  return hash.digest('hex');
}

/** One tick with everything that its digest covers. */
export interface ChainedTick {
  readonly row: TickRow;
  readonly rejects: readonly Reject[];
  /** As `tickDigest` takes them. */
  readonly rows: Float64Array;
}

/** All ticks in order, each with its samples; one scan of the sample table. */
export function* walkTicks(db: Database.Database): Generator<ChainedTick> {
  const rejects = readRejects(db);
  const select = db
    .prepare('SELECT series_id, t_ms, value FROM sample WHERE tick = ? ORDER BY series_id, t_ms')
    .raw();
  for (const row of readTickRows(db)) {
    const samples = select.all(row.seq) as [number, number, number][];
    const rows = new Float64Array(samples.length * 3);
    samples.forEach((sample, i) => {
      rows.set(sample, i * 3);
    });
    yield { row, rejects: rejects.get(row.seq) ?? [], rows };
  }
}
