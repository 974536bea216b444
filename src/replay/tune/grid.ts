import type { Settings } from '../../core/settings.ts';
import type { EventRules } from '../evaluate/events.ts';
import type { CloserPlan } from './closer-plan.ts';
import type { Counts } from './held.ts';
import type { Objective } from './objective.ts';

/**
 * What is tried; every list is ascending and without repeats. An empty list stands for what the
 * settings have, except that of thresholds: those are then chosen from the scores.
 */
export interface TuneGrid {
  readonly windows: readonly number[];
  readonly smooths: readonly number[];
  readonly refractories: readonly number[];
  readonly consecutives: readonly number[];
  /** Samples that flags may be spread over; where no more than the count: in a row. */
  readonly withins: readonly number[];
  readonly recovers: readonly number[];
  /** Thresholds to list besides the best of each setting. */
  readonly thresholds: readonly number[];
}

/** One scoring pass of a sweep, and what is tried on its scores. */
export interface TunePass {
  /** Threshold and counts are what is tried; all else is set. */
  readonly settings: Settings;
  readonly counts: readonly Counts[];
  readonly thresholds: readonly number[];
  readonly objective: Objective;
  /** For each recording. */
  readonly rules: readonly EventRules[];
  /** What to find out of its settings besides the table. */
  readonly closer?: CloserPlan | undefined;
}

/** Which of window and smoothing change anything: an ensemble's members may all have their own. */
export function sharedAxes({ members }: Settings): {
  readonly window: boolean;
  readonly smooth: boolean;
} {
  const isShared = (name: 'window' | 'smooth'): boolean =>
    members.length === 0 || members.some((member) => member[name] === undefined);
  return { window: isShared('window'), smooth: isShared('smooth') };
}

/**
 * A grid without empty lists, but for that of thresholds, and without values that change nothing.
 */
export function fullGrid(grid: TuneGrid, base: Settings): TuneGrid {
  const shared = sharedAxes(base);
  const or = (list: readonly number[], own: number) => (list.length > 0 ? list : [own]);
  return {
    windows: or(shared.window ? grid.windows : [], base.window),
    smooths: or(shared.smooth ? grid.smooths : [], base.smooth),
    refractories: or(grid.refractories, base.refractory),
    consecutives: or(grid.consecutives, base.consecutive),
    withins: or(grid.withins, base.within ?? 1),
    recovers: or(grid.recovers, base.recover),
    thresholds: grid.thresholds,
  };
}

/** The counts of a full grid, each way to decide once. */
export function countsOf({ consecutives, withins, recovers }: TuneGrid): Counts[] {
  return consecutives.flatMap((consecutive) => {
    // One flag among several samples is one flag; that an alert stays open is up to recover.
    const spread = consecutive === 1 ? [] : withins.filter((within) => within > consecutive);
    const isInARow = spread.length < withins.length;
    return [...(isInARow ? [undefined] : []), ...spread].flatMap((within) =>
      recovers.map((recover) => ({
        ...{ consecutive, recover },
        ...(within === undefined ? {} : { within }),
      })),
    );
  });
}

/** How much work a full grid is: scoring passes, and settings apart from thresholds. */
export function gridSize(grid: TuneGrid): { readonly passes: number; readonly settings: number } {
  const passes = grid.windows.length * grid.smooths.length * grid.refractories.length;
  const most = grid.consecutives.length * grid.withins.length * grid.recovers.length;
  // Lists that long are refused in any case; making all their counts would only take memory.
  return { passes, settings: passes * (most > 100_000 ? most : countsOf(grid).length) };
}

/** Settings with another window and smoothing; a warm-up longer than the window shrinks with it. */
function withWindow(base: Settings, window: number, smooth: number, refractory: number): Settings {
  return { ...base, window, smooth, refractory, warmup: Math.min(base.warmup, window) };
}

/** The settings of a full grid's scoring passes, in its order. */
export function passSettings(base: Settings, grid: TuneGrid): Settings[] {
  // Whether flags must come in a row is a part of the counts.
  const plain = { ...base, within: undefined };
  return grid.windows.flatMap((window) =>
    grid.smooths.flatMap((smooth) =>
      grid.refractories.map((refractory) => withWindow(plain, window, smooth, refractory)),
    ),
  );
}
