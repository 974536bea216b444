import type { Difference } from '../../core/comparison.ts';
import type { Rng } from '../../core/rng.ts';
import { blocksFor, drawBlocks, intervalAround, RESAMPLES, verdictOf } from './block-bootstrap.ts';
import { type LoadSpan, smoothed } from './load-span.ts';

/** A column of one run with the steps at which its load begins and ends. */
export interface LoadedColumn {
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
}

/** Levels are averaged over so long a time: saw-teeth of collections and clears are no end. */
const AVERAGED_MS = 300_000;
/** So much of the rise may be left. */
const LEFT = 0.1;
/** Fewer steps before the load tell no floor, and after it no return. */
const FEWEST_STEPS = 6;

/** A run's column from its first to its last sample; a gap holds the value before it. */
export function loadedColumn(
  column: Float64Array,
  { fromMs, toMs }: LoadSpan,
  grid: { readonly fromMs: number; readonly stepMs: number },
): LoadedColumn | null {
  const first = column.findIndex((v) => !Number.isNaN(v));
  let last = column.length - 1;
  while (last > first && Number.isNaN(column[last]!)) last -= 1;
  const step = (ms: number): number => Math.round((ms - grid.fromMs) / grid.stepMs) - first;
  const values = column.slice(first, last + 1);
  for (let i = 1; i < values.length; i += 1) {
    if (Number.isNaN(values[i]!)) values[i] = values[i - 1]!;
  }
  const [from, to] = [step(fromMs), toMs === null ? values.length : step(toMs)];
  if (from < 0 || to <= from || values.length - to < FEWEST_STEPS) return null;
  return { values, from, to };
}

const meanOf = (values: Float64Array): number =>
  values.reduce((sum, v) => sum + v, 0) / values.length;

interface Levels {
  readonly smooth: Float64Array;
  /** Before the load; the least where there is too little before it. */
  readonly floor: number;
  readonly loaded: number;
}

function levelsOf(values: Float64Array, { from, to }: LoadedColumn, reach: number): Levels {
  const smooth = smoothed(values, reach);
  const floor =
    from >= FEWEST_STEPS
      ? meanOf(values.subarray(0, from))
      : smooth.reduce((least, v) => Math.min(least, v), Infinity);
  return { smooth, floor, loaded: meanOf(values.subarray(from, to)) };
}

/** Steps from the end of the load until nine tenths of the rise are gone; `room` for: never. */
function stepsToSettle({ smooth, floor, loaded }: Levels, to: number, room: number): number {
  const limit = floor + LEFT * (loaded - floor);
  for (let s = 0; s < room; s += 1) if (smooth[to + s]! <= limit) return s;
  return room;
}

/** How long two runs take to settle, or why that cannot be told. */
export type Settling =
  | { readonly difference: Difference; readonly isCut: readonly [boolean, boolean] }
  | { readonly why: string };

/**
 * How long after its load a level is back near its floor, in two runs, with the interval of the
 * difference, ms.
 *
 * Back: the mean over five minutes has lost nine tenths of what it rose by under load. Each run
 * counts for as long as both were watched after their load. The interval comes from resampling, in
 * blocks, what the runs differ by from their own means over five minutes.
 */
export function settleDifference(
  runs: readonly [LoadedColumn, LoadedColumn],
  stepMs: number,
  tolerance: number,
  rngs: readonly [Rng, Rng],
): Settling {
  const reach = Math.max(1, Math.round(AVERAGED_MS / stepMs / 2));
  const room = Math.min(...runs.map(({ values, to }) => values.length - to));
  const levels = runs.map((run) => levelsOf(run.values, run, reach));
  if (levels.some(({ floor, loaded }) => loaded - floor < tolerance * Math.abs(floor))) {
    return { why: 'it does not rise with the load' };
  }
  const settle = (values: Float64Array, r: 0 | 1): number =>
    stepsToSettle(levelsOf(values, runs[r], reach), runs[r].to, room) * stepMs;
  const [baseline, candidate] = [settle(runs[0].values, 0), settle(runs[1].values, 1)];
  const fits = levels.map(({ smooth }) => smooth);
  const rests = runs.map(({ values }, r) => values.map((v, i) => v - fits[r]![i]!));
  const lengths = rests.map((rest) => blocksFor(rest).length);
  const redrawn = (r: 0 | 1): number => {
    const [fit, rest] = [fits[r]!, rests[r]!];
    const values = fit.slice();
    drawBlocks(values.length, lengths[r]!, rngs[r], (slot, place) => {
      values[slot] = fit[slot]! + rest[place]!;
    });
    return settle(values, r);
  };
  // Averaging twice moves the moment a little: resamples are held against the same, not the run.
  const centre = settle(fits[1]!, 1) - settle(fits[0]!, 0);
  const drawn = Float64Array.from({ length: RESAMPLES }, () => redrawn(1) - redrawn(0));
  const difference = candidate - baseline;
  const [below, above] = intervalAround(drawn, centre, 1);
  const interval = [difference + below, difference + above] as const;
  const verdict = verdictOf(difference, interval, Math.max(stepMs, tolerance * baseline));
  const relative = baseline === 0 ? null : difference / baseline;
  return {
    difference: { baseline, candidate, difference, relative, interval, verdict },
    isCut: [baseline === room * stepMs, candidate === room * stepMs],
  };
}
