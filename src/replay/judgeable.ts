import type { SeriesColumns } from '../core/series.ts';

/** Squares of larger numbers leave the range of doubles, so such a series is not judged at all. */
export const LARGEST_JUDGED = 1e150;

/** The first value of a column that cannot be judged, or null. */
export function unjudgeable({ values }: SeriesColumns): number | null {
  for (const value of values) if (!(Math.abs(value) <= LARGEST_JUDGED)) return value;
  return null;
}
