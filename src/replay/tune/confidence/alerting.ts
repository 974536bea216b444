import { type Counts, heldRanks } from '../held.ts';
import type { RankedPass } from '../scored-run.ts';
import { entryOf } from '../surface.ts';

/** For each column of a pass its samples at which an alert is open, by position, ascending. */
export function alertingSamples(pass: RankedPass, counts: Counts, threshold: number): Int32Array[] {
  const entry = entryOf(pass, threshold);
  return pass.columns.map((column) => {
    const held = heldRanks(column, counts);
    const alerting = new Int32Array(held.length);
    let found = 0;
    for (let i = 0; i < held.length; i += 1) if (held[i]! >= entry) alerting[found++] = i;
    return alerting.slice(0, found);
  });
}
