/** A slope is taken from at most so many samples, evenly chosen. */
const MOST = 64;

/** How values change over time, as most pairs of samples have it. */
export interface RobustSlope {
  /** Units of the values an hour. */
  readonly perHour: number;
  /** Share of the pairs whose later value is the higher one; half of them where nothing changes. */
  readonly rising: number;
}

/**
 * The median slope of all pairs of samples (Theil 1950, Sen 1968): up to 29 % of the samples may
 * be anything at all.
 *
 * `times` are Unix ms, strictly ascending; `values` finite and as many. Of more than 64 samples
 * every so-manieth is taken, from the newest backwards, so that it always counts. Null for fewer
 * than two samples. Throws a plain Error where columns differ in length, times do not ascend or a
 * value is not finite.
 */
export function robustSlope(times: Float64Array, values: Float64Array): RobustSlope | null {
  const n = values.length;
  if (times.length !== n) throw new Error('There must be as many times as values.');
  if (n < 2) return null;
  const every = Math.ceil(n / MOST);
  const slopes: number[] = [];
  let rising = 0;
  for (let b = n - 1; b > 0; b -= every) {
    for (let a = b - every; a >= 0; a -= every) {
      const slope = (values[b]! - values[a]!) / (times[b]! - times[a]!);
      if (!(times[b]! > times[a]!) || !Number.isFinite(slope)) {
        throw new Error('A slope needs ascending times and finite values.');
      }
      rising += slope > 0 ? 1 : slope === 0 ? 0.5 : 0;
      slopes.push(slope);
    }
  }
  const sorted = Float64Array.from(slopes).sort();
  const half = sorted.length >>> 1;
  const upper = sorted[half]!;
  const middle = sorted.length % 2 === 1 ? upper : (sorted[half - 1]! + upper) / 2;
  return { perHour: middle * 3_600_000, rising: rising / sorted.length };
}
