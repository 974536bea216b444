import { rngFor } from '../../../core/rng.ts';
import type { Objective } from '../objective.ts';
import type { RankedPass, ScoredRun } from '../scored-run.ts';
import { cellsOf } from './cells.ts';
import { totalOf, valueOf } from './totals.ts';

/** With so many, one run in forty beats them all by chance alone. */
const SHIFTS = 39;
/** A run's alerts are moved by at least this share of its length, and by as much less than all. */
const LEAST_MOVED = 0.1;

/** Positions among `length` samples, moved back in time; those that fall off come in at the end. */
function moved(alerting: Int32Array, by: number, length: number): Int32Array {
  const first = alerting.findIndex((i) => i >= by);
  const stay = first === -1 ? alerting.length : first;
  const all = new Int32Array(alerting.length);
  all.set(alerting.subarray(stay).map((i) => i - by));
  all.set(
    alerting.subarray(0, stay).map((i) => i - by + length),
    alerting.length - stay,
  );
  return all;
}

/**
 * What alerts come to where they are moved in time against the labels: the highest value of all
 * moves; null where no value can be told.
 *
 * All series of a run are moved alike, so that alerts come as many, as long and as close together
 * as they do, but have nothing to do with the labels.
 */
export function chanceValue(
  runs: readonly ScoredRun[],
  pass: RankedPass,
  alerting: readonly Int32Array[],
  objective: Objective,
  seed: number,
): number | null {
  const runOf = runs.flatMap(({ columns }, r) => columns.map(() => r));
  let highest: number | null = null;
  for (let nth = 0; nth < SHIFTS; nth += 1) {
    const rng = rngFor(seed, `chance ${String(nth)}`);
    const shares = runs.map(() => LEAST_MOVED + rng.next() * (1 - 2 * LEAST_MOVED));
    const shifted = alerting.map((own, c) => {
      const { length } = pass.columns[c]!.times;
      return moved(own, Math.floor(length * shares[runOf[c]!]!), length);
    });
    const value = valueOf(totalOf(cellsOf(runs, pass, shifted)), pass.exposure, objective);
    if (value !== null) highest = Math.max(highest ?? value, value);
  }
  return highest;
}
