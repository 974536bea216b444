import { rngFor } from '../../../core/rng.ts';
import type { Counts } from '../held.ts';
import { runStarts } from '../held.ts';
import type { Objective } from '../objective.ts';
import type { RankedPass, ScoredRun } from '../scored-run.ts';
import { cellsOf } from './cells.ts';
import { totalOf, valueOf } from './totals.ts';

/** With so many, one run in forty beats them all by chance alone. */
export const SHIFTS = 39;
/** A run's scores are moved by at least this share of its length, and by as much less than all. */
const LEAST_MOVED = 0.1;

/** A run's scores moved in time, those that fall off its end put at its start. */
function rotated(ranks: Int32Array, share: number): Int32Array {
  const by = Math.floor(ranks.length * share);
  const moved = new Int32Array(ranks.length);
  moved.set(ranks.subarray(by));
  moved.set(ranks.subarray(0, by), ranks.length - by);
  return moved;
}

/**
 * What a setting comes to where its scores are moved in time against the labels: the highest value
 * of all moves; null where no value can be told.
 *
 * All series of a run are moved alike, so that alerts come as many, as long and as close together
 * as they do, but have nothing to do with the labels.
 */
export function chanceValue(
  runs: readonly ScoredRun[],
  pass: RankedPass,
  decided: { readonly counts: Counts; readonly threshold: number },
  objective: Objective,
  seed: number,
): number | null {
  const runOf = runs.flatMap(({ columns }, r) => columns.map(() => r));
  let highest: number | null = null;
  for (let nth = 0; nth < SHIFTS; nth += 1) {
    const rng = rngFor(seed, `chance ${String(nth)}`);
    const shares = runs.map(() => LEAST_MOVED + rng.next() * (1 - 2 * LEAST_MOVED));
    const columns = pass.columns.map((column, c) => {
      const ranks = rotated(column.ranks, shares[runOf[c]!]!);
      return { ...column, ranks, runs: runStarts(ranks, column.starts) };
    });
    const moved = { ...pass, columns };
    const totals = totalOf(cellsOf(runs, moved, decided.counts, decided.threshold));
    const value = valueOf(totals, pass.exposure, objective);
    if (value !== null) highest = Math.max(highest ?? value, value);
  }
  return highest;
}
