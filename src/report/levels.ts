/** Levels are bytes: this one says that there is no score. */
export const NOT_READY = 255;
/** Thresholds that a page offers at most. */
export const MOST_LEVELS = 250;

/** Scores up to this many are kept down to their lowest quarter; more only where it matters. */
export const FEW_SCORES = 300_000;
/** Shares of many scores that lie below the lowest threshold: of the first setting, of others. */
const BELOW_OF_FIRST = 0.75;
const BELOW_OF_OTHERS = 0.94;

/**
 * Thresholds a person would type, ascending: numbers of two or three digits in [low, high], as
 * finely spaced as `most` of them allow (twice and five times as coarse from 2 and 5 of a decade).
 * 0 < low < high.
 */
export function roundThresholds(low: number, high: number, most: number): number[] {
  for (const step of [1, 2, 5, 10, 20, 50, 100, 200]) {
    const found: number[] = [];
    const firstDecade = Number(low.toExponential().split('e')[1]);
    for (let decade = firstDecade; found.length <= most; decade += 1) {
      for (let m = 1000; m < 10_000; m += m < 2000 ? step * 10 : m < 5000 ? step * 20 : step * 50) {
        const value = Number(`${String(m)}e${String(decade - 3)}`);
        if (value >= low && value <= high) found.push(value);
      }
      if (Number(`1e${String(decade + 1)}`) > high) break;
    }
    if (found.length <= most) return found;
  }
  return [low, high];
}

/**
 * A dozen round thresholds that a table of scores is read at: from where a tenth of the positive
 * scores lie above, to the highest score. Empty without a positive score.
 */
export function roundThresholdsOf(columns: readonly Float64Array[]): number[] {
  let count = 0;
  for (const { length } of columns) count += length;
  const positive = new Float64Array(count);
  let filled = 0;
  for (const column of columns) {
    for (const score of column) if (score > 0 && score < Infinity) positive[filled++] = score;
  }
  const sorted = positive.subarray(0, filled).sort();
  const high = sorted[filled - 1];
  if (high === undefined) return [];
  const low = Math.max(quantile(sorted, 0.9), high / 1e6);
  return low < high ? roundThresholds(low, high, 14) : [high];
}

/** The value below which the given share of an ascending column lies. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

const ascending = (values: Iterable<number>): number[] =>
  [...new Set(values)].filter((v) => Number.isFinite(v)).sort((a, b) => a - b);

/**
 * The thresholds among which a page can choose, ascending, at most `MOST_LEVELS`: from where most
 * scores lie to just above the highest, and `always` (the threshold given, recommended ones).
 *
 * At each of them a level decides exactly as its score does, so a page that offers only these
 * needs one byte for a score. Of many scores the lowest cost the most and say the least, so settings
 * other than the first begin higher.
 */
export function thresholdChoices(
  columns: readonly Float64Array[],
  always: readonly number[],
  isFirst = true,
): number[] {
  let count = 0;
  for (const { length } of columns) count += length;
  const positive = new Float64Array(count);
  let filled = 0;
  for (const column of columns) {
    for (const score of column) {
      if (score > 0 && score < Infinity) positive[filled++] = score;
    }
  }
  const sorted = positive.subarray(0, filled).sort();
  const kept = ascending(always).slice(0, MOST_LEVELS / 2);
  const given = kept.filter((t) => t > 1e-9);
  const isMany = filled > FEW_SCORES;
  const below = isFirst ? BELOW_OF_FIRST : BELOW_OF_OTHERS;
  const lowest = quantile(sorted, isMany ? below : 0.25);
  const top = sorted[filled - 1] ?? 1;
  const high = Math.max(top * 1.25, ...given.map((t) => t * 1.25));
  // Every score above the lowest choice costs space, so with many it goes no lower than it must.
  const room = isMany ? 0.95 : 0.5;
  const low = Math.min(Math.max(lowest, high / 10_000), ...given.map((t) => t * room));
  return ascending([...kept, ...roundThresholds(low, high, MOST_LEVELS - kept.length)]);
}

/** How many of the ascending thresholds a score reaches: `score ≥ thresholds[k − 1]` is `level ≥ k`. */
export function levelOf(score: number, thresholds: readonly number[]): number {
  if (Number.isNaN(score)) return NOT_READY;
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (score >= thresholds[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A column of scores as levels. */
export function levelsOf(scores: Float64Array, thresholds: readonly number[]): Uint8Array {
  return Uint8Array.from(scores, (score) => levelOf(score, thresholds));
}
