import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { canonicalJson } from '../../core/canonical-json.ts';
import { columnBytes } from '../../core/digest.ts';
import type { Tick } from '../../core/recording.ts';
import { Damage } from './failures.ts';
import { readTickRows, rejectReader, type TickRow, tickRowReader } from './rows.ts';
import type { Reject } from './writer-contract.ts';

/** What the first tick's digest is chained to. */
export const CHAIN_START = '0'.repeat(64);

/**
 * The digest of one tick, chained to the one before: SHA-256 over the previous digest, the tick's
 * own columns, its rejects, and its sample rows.
 *
 * `rows` holds (series id, time, stored value) triples in key order, taken as little-endian
 * float64.
 */
export function tickDigest(
  previous: string,
  tick: Tick,
  rejects: readonly Reject[],
  rows: Float64Array,
): string {
  const hash = createHash('sha256');
  hash.update(canonicalJson([previous, tick, rejects]));
  hash.update(columnBytes(rows));
  return hash.digest('hex');
}

/** Rows for which room is made at once, whatever the tick claims to hold. */
const MOST_ROWS = 1_000_000;

/** One tick with everything that its digest covers. */
export interface ChainedTick {
  readonly row: TickRow;
  readonly rejects: readonly Reject[];
  /** As `tickDigest` takes them. */
  readonly rows: Float64Array;
}

/** Prepares the reading of single ticks. What it returns throws `Damage` on what is no tick. */
export function tickReader(db: Database.Database): (seq: number) => ChainedTick {
  const readRow = tickRowReader(db);
  const readRejects = rejectReader(db);
  const select = db
    .prepare('SELECT series_id, t_ms, value FROM sample WHERE tick = ? ORDER BY series_id, t_ms')
    .raw();

  function samplesOf(seq: number, expected: number): Float64Array {
    let rows = new Float64Array(Math.min(Math.max(expected, 1), MOST_ROWS) * 3);
    let length = 0;
    for (const row of select.iterate(seq) as IterableIterator<readonly unknown[]>) {
      if (length === rows.length) {
        const larger = new Float64Array(length * 2);
        larger.set(rows);
        rows = larger;
      }
      for (let i = 0; i < 3; i++) {
        const cell = row[i];
        if (typeof cell !== 'number') throw new Damage(`a sample of tick ${String(seq)}`);
        rows[length++] = cell;
      }
    }
    return rows.subarray(0, length);
  }

  return (seq) => {
    const row = readRow(seq);
    return { row, rejects: readRejects(seq), rows: samplesOf(seq, row.samples) };
  };
}

/** All ticks in order, each with its rejects and samples. Throws `Damage`. */
export function* walkTicks(db: Database.Database): Generator<ChainedTick> {
  const read = tickReader(db);
  for (const { seq } of readTickRows(db)) yield read(seq);
}
