import type { Settings } from '../../core/settings.ts';
import type { EventRules } from '../evaluate/events.ts';
import { overrideSettings } from '../presets.ts';
import type { CloserPlan } from './closer-plan.ts';
import type { Counts } from './held.ts';
import type { Objective } from './objective.ts';

/**
 * What is tried; lists of numbers are ascending, and all are without repeats. An empty list stands
 * for what the settings have, except that of thresholds: those are then chosen from the scores.
 */
export interface TuneGrid {
  readonly detectors: readonly string[];
  readonly pools: readonly Settings['pool'][];
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

/** What the sweep of each detector starts from: its own settings, or those of it alone. */
export function detectorBases(base: Settings, detectors: readonly string[]): readonly Settings[] {
  if (detectors.length === 0) return [base];
  return detectors.map((detector) =>
    detector === base.detector ? base : overrideSettings(base, { detector }),
  );
}

const or = <T>(list: readonly T[], own: T): readonly T[] => (list.length > 0 ? list : [own]);

/**
 * A grid without empty lists, but for that of thresholds, and without values that change nothing.
 */
export function fullGrid(grid: TuneGrid, base: Settings): TuneGrid {
  const bases = detectorBases(base, grid.detectors);
  const isShared = (name: 'window' | 'smooth') => bases.some((one) => sharedAxes(one)[name]);
  return {
    detectors: or(grid.detectors, base.detector),
    pools: or(grid.pools, base.pool),
    windows: or(isShared('window') ? grid.windows : [], base.window),
    smooths: or(isShared('smooth') ? grid.smooths : [], base.smooth),
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

/** Windows and smoothings that change anything for one detector of a full grid. */
function ownAxes(own: Settings, { windows, smooths }: TuneGrid) {
  const shared = sharedAxes(own);
  return {
    windows: shared.window ? windows : [own.window],
    smooths: shared.smooth ? smooths : [own.smooth],
  };
}

/** How much work a full grid is: scoring passes, and settings apart from thresholds. */
export function gridSize(
  base: Settings,
  grid: TuneGrid,
): { readonly passes: number; readonly settings: number } {
  const axes = detectorBases(base, grid.detectors).map((own) => ownAxes(own, grid));
  const each = axes.reduce((sum, own) => sum + own.windows.length * own.smooths.length, 0);
  const passes = each * grid.pools.length * grid.refractories.length;
  const most = grid.consecutives.length * grid.withins.length * grid.recovers.length;
  // Lists that long are refused in any case; making all their counts would only take memory.
  return { passes, settings: passes * (most > 100_000 ? most : countsOf(grid).length) };
}

/**
 * The settings of one detector's scoring passes, in the order of a full grid. A warm-up longer than
 * the window shrinks with it.
 */
export function passSettings(own: Settings, grid: TuneGrid): Settings[] {
  const { windows, smooths } = ownAxes(own, grid);
  // Whether flags must come in a row is a part of the counts.
  const plain = { ...own, within: undefined };
  return grid.pools.flatMap((pool) =>
    windows.flatMap((window) =>
      smooths.flatMap((smooth) =>
        grid.refractories.map((refractory): Settings => {
          const warmup = Math.min(own.warmup, window);
          return { ...plain, pool, window, smooth, refractory, warmup };
        }),
      ),
    ),
  );
}
