import { robustSlope } from './robust-slope.ts';

/** Fewer samples say nothing of growth. */
const FEWEST = 4;
/** So many of the pairs must rise for growth to be more than noise (Kendall's tau of 0.5). */
const LEAST_RISING = 0.75;

/** How a value stands to its limit, and when it will reach it if it goes on like this. */
export interface LimitForecast {
  /** Newest value, in the unit of the values. */
  readonly level: number;
  /** Share of the limit that is used; null where there is no limit. */
  readonly shareOfLimit: number | null;
  /** Median slope of all pairs, units an hour. */
  readonly slopePerHour: number;
  /** Share of the pairs of samples that rise, 0 to 1. */
  readonly rising: number;
  /** From the newest sample on; 0: reached; null: no limit, or it does not steadily grow. */
  readonly minutesToLimit: number | null;
}

/** Minutes from a level to a limit at a growth an hour; 0: reached; null: never. */
export function minutesUntil(limit: number, level: number, slopePerHour: number): number | null {
  if (level >= limit) return 0;
  return slopePerHour > 0 ? ((limit - level) / slopePerHour) * 60 : null;
}

/**
 * Minutes until a container reaches its limit at its present growth.
 *
 * `times` (Unix ms, strictly ascending) and `values` are what counts as "present": usually the
 * last quarter of an hour, since the last start or the last time that memory was given back. A
 * saw-tooth that comes back to its floor does not grow. Null for fewer than 4 samples. Throws a
 * plain Error on columns that `robustSlope` refuses.
 */
export function limitForecast(
  times: Float64Array,
  values: Float64Array,
  limit: number | null,
): LimitForecast | null {
  const slope = robustSlope(times, values);
  if (slope === null || values.length < FEWEST) return null;
  const { perHour, rising } = slope;
  const level = values[values.length - 1]!;
  const isGrowing = rising >= LEAST_RISING;
  return {
    level,
    shareOfLimit: limit === null || limit <= 0 ? null : level / limit,
    slopePerHour: perHour,
    rising,
    minutesToLimit: limit === null ? null : minutesUntil(limit, level, isGrowing ? perHour : 0),
  };
}
