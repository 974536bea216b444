import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';
import { columnBytes } from '../../core/digest.ts';
import type { Tick } from '../../core/recording.ts';
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
