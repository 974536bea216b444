import type { Unit } from '../../core/series.ts';
import type { SortedWindow } from './sorted-window.ts';
import { type ParamSpec, paramOf } from './stage.ts';

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

/** `FLOOR_PARAMS` and what makes a spread robust. */
export const SPREAD_PARAMS = {
  quantile: {
    kind: 'real',
    min: 0.5,
    max: 1,
    default: 0.98,
    describe: 'Share of the window that counts as its usual range',
  },
  relative: {
    kind: 'real',
    min: 0,
    max: 10,
    default: 0.3,
    describe: 'Smallest spread that matters, as a share of the median',
  },
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/** The floor of a unit in base units; 0 for one that has none. */
export function floorOf(unit: Unit, params: Readonly<Record<string, number>>): number {
  if (unit === 'cores') return paramOf(FLOOR_PARAMS, params, 'floorCores');
  return unit === 'bytes' ? paramOf(FLOOR_PARAMS, params, 'floorBytes') : 0;
}

/** What a distance counts as where there is no spread at all to measure it by. */
export const BEYOND_MEASURE = 1e9;

/** distance / spread for a distance ≥ 0; 0 for none, at most `BEYOND_MEASURE`. */
export function inSpreads(distance: number, spread: number): number {
  if (distance <= 0) return 0;
  return spread > 0 ? Math.min(distance / spread, BEYOND_MEASURE) : BEYOND_MEASURE;
}

/** Median of |value − centre| over a sorted window: two walks inward from the ends. */
export function medianDeviation(sorted: Float64Array, size: number, centre: number): number {
  let low = 0;
  let high = size - 1;
  // The larger half of the deviations is eaten from the outside until the middle one is left.
  let deviation = 0;
  for (let eaten = size - 1 - (size >>> 1); eaten >= 0; eaten -= 1) {
    const below = centre - sorted[low]!;
    const above = sorted[high]! - centre;
    if (below > above) {
      deviation = below;
      low += 1;
    } else {
      deviation = above;
      high -= 1;
    }
  }
  return deviation;
}

/** 1.4826 × MAD: the standard deviation that a normal window with this MAD has. */
export function robustDeviation({ sorted, size }: SortedWindow, median: number): number {
  return 1.4826 * medianDeviation(sorted, size, median);
}
