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

/** The scores of a pass: the distinct ones, ascending, and the median of all that there were. */
interface Scores {
  readonly levels: Float64Array;
  readonly median: number;
}

/**
 * The widest range of thresholds whose worth is within a tolerance of the best. `worth` has an
 * entry for each step of a surface over `levels`, which are some of the scores of its pass;
 * −Infinity is never good enough. What is below the median score adds no width. null: nothing is,
 * or only thresholds above every score, and those have no score to stay near. No score can be over
 * `highest`, and so no threshold is.
 */
export function widestPlateau(
  { pass: scores, levels }: { readonly pass: Scores; readonly levels: Float64Array },
  worth: Float64Array,
  toleranceOf: (best: number) => number,
  highest = Infinity,
): Plateau | null {
  const above = levels.length + 1;
  const lowest = scores.levels[0];
  const top = scores.levels[scores.levels.length - 1];
  let best = -Infinity;
  for (let r = 1; r <= above; r += 1) best = Math.max(best, worth[r]!);
  if (lowest === undefined || top === undefined || best === -Infinity) return null;
  const least = best - toleranceOf(best);
  let widest: Plateau | null = null;
  for (let r = 1; r <= above; r += 1) {
    if (worth[r]! < least) continue;
    const first = r;
    let score = Infinity;
    for (; r <= above && worth[r]! >= least; r += 1) score = Math.min(score, worth[r]!);
    // Entry r − 1 is the last that is good enough.
    const high = r > above ? Math.min(endAbove(top), highest) : levels[r - 2]!;
    const low = first === 1 ? lowest : levels[first - 2]!;
    if (first === above && low === high) continue;
    const width = widthOf(low, high, scores.median);
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
