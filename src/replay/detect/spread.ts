import type { Unit } from '../../core/series.ts';
import type { SortedWindow } from './sorted-window.ts';
import { type ParamSpec, paramOf, type ScorerOptions } from './stage.ts';

/** Parameters of detectors that measure in spreads: the smallest spread that matters. */
export const FLOOR_PARAMS = {
  floorCores: {
    kind: 'real',
    min: 0,
    max: 100,
    default: 0.001,
    describe: 'Smallest spread that matters for CPU (cores)',
  },
  floorBytes: {
    kind: 'real',
    min: 0,
    max: 1e12,
    default: 8 * 1024 * 1024,
    describe: 'Smallest spread that matters for memory (bytes)',
  },
} as const satisfies Record<string, ParamSpec>;

/** The parameter that is the smallest spread that matters, as a share of something. */
export const relativeParam = (of: string, byDefault = 0.01) =>
  ({
    ...{ kind: 'real', min: 0, max: 10, default: byDefault },
    describe: `Smallest spread that matters, as a share of ${of}`,
  }) as const satisfies ParamSpec;

/** `FLOOR_PARAMS`, what makes a spread robust, and a floor that grows with the container. */
export const SPREAD_PARAMS = {
  floorShare: {
    kind: 'real',
    min: 0,
    max: 1,
    default: 0.005,
    describe: "Smallest spread that matters, as a share of the container's request (or limit)",
  },
  quantile: {
    kind: 'real',
    min: 0.5,
    max: 1,
    default: 0.98,
    describe: 'Share of the window that counts as its usual range',
  },
  relative: relativeParam('the median', 0.3),
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/** The floor of a unit in base units; 0 for one that has none. */
export function floorOf(unit: Unit, params: Readonly<Record<string, number>>): number {
  if (unit === 'cores') return paramOf(FLOOR_PARAMS, params, 'floorCores');
  return unit === 'bytes' ? paramOf(FLOOR_PARAMS, params, 'floorBytes') : 0;
}

/**
 * The floor at any moment: that of the unit, or `floorShare` of what the container asked for, if
 * that is more (its request may be learnt later than its first samples).
 */
export function growingFloor({
  unit,
  params,
  size,
}: Pick<ScorerOptions, 'unit' | 'params' | 'size'>): () => number {
  const floor = floorOf(unit, params);
  const share = paramOf(SPREAD_PARAMS, params, 'floorShare');
  if (share === 0 || size === undefined) return () => floor;
  return () => Math.max(floor, share * (size() ?? 0));
}

/** What a distance counts as where there is no spread at all to measure it by. */
export const BEYOND_MEASURE = 1e9;

/** distance / spread for a distance ≥ 0; 0 for none, at most `BEYOND_MEASURE`. */
export function inSpreads(distance: number, spread: number): number {
  if (distance <= 0) return 0;
  return spread > 0 ? Math.min(distance / spread, BEYOND_MEASURE) : BEYOND_MEASURE;
}

/**
 * Median of |value − centre| over a sorted window (for an even count the upper of the middle two).
 *
 * The half of the values nearest to the centre is a stretch of the window; its two ends are
 * equally far where it lies best, which a binary search finds.
 */
export function medianDeviation(sorted: Float64Array, size: number, centre: number): number {
  const half = size >>> 1;
  let first = 0;
  for (let rest = size - half; rest > 0;) {
    const step = (rest + 1) >>> 1;
    const at = first + step - 1;
    first += Number(sorted[at + half]! - centre < centre - sorted[at]!) * step;
    rest -= step;
  }
  const above = first + half < size ? sorted[first + half]! - centre : Infinity;
  const below = first > 0 ? centre - sorted[first - 1]! : Infinity;
  return above < below ? above : below;
}

/** 1.4826 × MAD: the standard deviation that a normal window with this MAD has. */
export function robustDeviation({ sorted, size }: SortedWindow, median: number): number {
  return 1.4826 * medianDeviation(sorted, size, median);
}
