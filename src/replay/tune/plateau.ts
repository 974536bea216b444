/** A range of thresholds (low, high] that do equally well, and how well the worst of them does. */
export interface Plateau {
  readonly low: number;
  readonly high: number;
  readonly score: number;
  /**
   * How much of it lies above the median score, relative to its height: wide is robust. A threshold
   * down among the scores of ordinary samples holds by luck, however far down it can go.
   */
  readonly width: number;
}

function widthOf(low: number, high: number, floor: number): number {
  const lowest = Math.max(low, floor);
  const height = Math.max(Math.abs(lowest), Math.abs(high));
  return high > lowest && height > 0 ? (high - lowest) / height : 0;
}

/** How far above everything a run shows a threshold may lie and still be of use. */
const MARGIN = 1.5;

/** The end of a plateau that is open upwards: half again as high as the highest level. */
function endAbove(highest: number): number {
  return highest > 0 && highest * MARGIN < Infinity ? highest * MARGIN : highest;
}

/**
 * The widest range of thresholds whose worth is within a tolerance of the best. `worth` has an
 * entry for each step of a surface over `levels`; −Infinity is never good enough. What is below the
 * `median` score adds no width. null: nothing is,
 * or only thresholds above every level, and those have no level to stay near. No score can be over
 * `highest`, and so no threshold is.
 */
export function widestPlateau(
  { levels, median }: { readonly levels: Float64Array; readonly median: number },
  worth: Float64Array,
  toleranceOf: (best: number) => number,
  highest = Infinity,
): Plateau | null {
  const above = levels.length + 1;
  let best = -Infinity;
  for (let r = 1; r <= above; r += 1) best = Math.max(best, worth[r]!);
  if (levels.length === 0 || best === -Infinity) return null;
  const least = best - toleranceOf(best);
  let widest: Plateau | null = null;
  for (let r = 1; r <= above; r += 1) {
    if (worth[r]! < least) continue;
    const first = r;
    let score = Infinity;
    for (; r <= above && worth[r]! >= least; r += 1) score = Math.min(score, worth[r]!);
    // Entry r − 1 is the last that is good enough.
    const end = Math.min(endAbove(levels[levels.length - 1]!), highest);
    const high = r > above ? end : levels[r - 2]!;
    const low = first === 1 ? levels[0]! : levels[first - 2]!;
    if (first === above && low === high) continue;
    const width = widthOf(low, high, median);
    if (widest === null || width >= widest.width) widest = { low, high, score, width };
  }
  return widest;
}

/** The middle of a plateau, at the fewest significant digits (three or more) that stay inside. */
export function middleOf({ low, high }: Plateau): number {
  const middle = (low + high) / 2;
  for (let digits = 2; digits <= 15; digits += 1) {
    const rounded = Number(middle.toPrecision(digits));
    if (rounded > low && rounded <= high) return rounded;
  }
  return high;
}
