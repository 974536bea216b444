import { rngFor } from '../../../core/rng.ts';
import type { Exposure } from '../exposure.ts';
import type { Objective } from '../objective.ts';
import type { RunCells } from './cells.ts';
import { isWithinBudget, noTotals, TOTAL_NAMES, type Totals, valueOf } from './totals.ts';

export const RESAMPLES = 500;
/** Shares of resamples below and above a 95 % interval. */
const TAIL = 0.025;

/**
 * Cells in a block: the cube root of their number, rounded up. That is the rate at which the error
 * of a block bootstrap's variance is smallest (Künsch 1989; Hall, Horowitz and Jing 1995).
 */
export function blockCells(cells: number): number {
  let length = 1;
  while (length * length * length < cells) length += 1;
  return length;
}

/**
 * How often each cell of each run is in one resample. Blocks of time are drawn with replacement
 * from a run whose end is joined to its start (the circular blocks of Politis and Romano, 1992), so
 * that every cell is as likely as every other; each run keeps its length.
 */
export function drawnCells(lengths: readonly number[], seed: number, nth: number): Int32Array[] {
  const rng = rngFor(seed, `bootstrap ${String(nth)}`);
  return lengths.map((cells) => {
    const drawn = new Int32Array(cells);
    const block = blockCells(cells);
    for (let filled = 0; filled < cells; filled += block) {
      const start = rng.below(cells);
      const length = Math.min(block, cells - filled);
      for (let i = 0; i < length; i += 1) drawn[(start + i) % cells]! += 1;
    }
    return drawn;
  });
}

/** The counts of all runs' cells as one table, since they are added up so often: a row a cell. */
function tableOf(runs: readonly RunCells[]): Float64Array {
  return Float64Array.from(runs.flat().flatMap((cell) => TOTAL_NAMES.map((name) => cell[name])));
}

/** The sum of a table's rows, each so many times. */
function totalsOf(table: Float64Array, drawn: Int32Array): Totals {
  const width = TOTAL_NAMES.length;
  const sums = new Float64Array(width);
  for (let cell = 0; cell < drawn.length; cell += 1) {
    const times = drawn[cell]!;
    if (times === 0) continue;
    for (let n = 0; n < width; n += 1) sums[n]! += times * table[cell * width + n]!;
  }
  const totals = noTotals();
  TOTAL_NAMES.forEach((name, n) => (totals[name] = sums[n]!));
  return totals;
}

/** A setting as a bootstrap needs it. */
export interface Resampled {
  readonly runs: readonly RunCells[];
  readonly exposure: Exposure;
}

/** What resampling says of the first of some settings. */
export interface BootstrapResult {
  /** Resamples in which the objective could be told at all. */
  readonly usable: number;
  /** Of those the middle 95 % of its values, both ends included; null: none was usable. */
  readonly interval: readonly [number, number] | null;
  /** Share of usable resamples in which it is over its budget; 0 where there is none. */
  readonly overBudget: number;
  /** Share of usable resamples in which another setting is better by more than the tolerance. */
  readonly otherWins: number;
  /** Which one wins most often; null: none ever does. */
  readonly rival: number | null;
}

/** A value to compare by: what is over the budget is worse than anything that is not. */
function worth(totals: Totals, exposure: Exposure, objective: Objective): number {
  if (!isWithinBudget(totals, exposure, objective)) return -Infinity;
  // Settings within a bare budget are equally good.
  return objective.kind === 'budget' ? 0 : (valueOf(totals, exposure, objective) ?? -Infinity);
}

/**
 * Resamples blocks of time, the same for all settings, and compares the first setting with the
 * others in each resample.
 */
export function bootstrap(
  settings: readonly Resampled[],
  objective: Objective,
  tolerance: number,
  seed: number,
  resamples: number = RESAMPLES,
): BootstrapResult {
  const [own] = settings;
  if (own === undefined) throw new Error('There is no setting to resample.');
  const lengths = own.runs.map((cells) => cells.length);
  const tables = settings.map(({ runs }) => tableOf(runs));
  const values: number[] = [];
  const wins = new Int32Array(settings.length);
  let over = 0;
  for (let nth = 0; nth < resamples; nth += 1) {
    const drawn = Int32Array.from(drawnCells(lengths, seed, nth).flatMap((cells) => [...cells]));
    const all = tables.map((table) => totalsOf(table, drawn));
    const value = valueOf(all[0]!, own.exposure, objective);
    if (value === null) continue;
    values.push(value);
    const worths = all.map((totals, s) => worth(totals, settings[s]!.exposure, objective));
    if (worths[0] === -Infinity) over += 1;
    const best = worths.reduce((most, one, s) => (one > worths[most]! ? s : most), 0);
    if (best !== 0 && worths[best]! > worths[0]! + tolerance) wins[best]! += 1;
  }
  values.sort((a, b) => a - b);
  const usable = values.length;
  const cut = Math.floor(usable * TAIL);
  const lost = wins.reduce((sum, n) => sum + n, 0);
  const rival = wins.reduce((most, n, s) => (n > wins[most]! ? s : most), 0);
  return {
    usable,
    interval: usable === 0 ? null : [values[cut]!, values[usable - 1 - cut]!],
    overBudget: usable === 0 ? 0 : over / usable,
    otherWins: usable === 0 ? 0 : lost / usable,
    rival: lost === 0 ? null : rival,
  };
}
