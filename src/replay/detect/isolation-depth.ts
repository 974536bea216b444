import { harmonic } from '../../core/mathx.ts';

/**
 * The mean depth that a random split tree reaches on m equal values, and the mean depth over all
 * trees on n values that a score is measured against: c(n) = 2 H(n−1) − 2 (n−1)/n; 0 for n < 2.
 *
 * Source: Liu, Ting and Zhou, "Isolation Forest" (2008), equation 1.
 */
export function averageDepth(n: number): number {
  return n < 2 ? 0 : 2 * harmonic(n - 1) - (2 * (n - 1)) / n;
}

/**
 * The smallest distance whose product with a larger one keeps all its digits. Below it every
 * division is made by itself.
 */
export const SMALLEST_FACTOR = 1e-140;

/**
 * Σ over the values right of `from` of gap / distance to x: the expected number of cuts that part
 * x from them. `sorted[from − 1]` counts as x itself. Two terms share a division.
 */
function rightDepth(sorted: Float64Array, from: number, size: number, x: number): number {
  let depth = 0;
  let previous = x;
  let j = from;
  for (; j + 1 < size; j += 2) {
    const a = sorted[j]!;
    const b = sorted[j + 1]!;
    const distanceA = a - x;
    const distanceB = b - x;
    if (distanceA > SMALLEST_FACTOR) {
      depth += ((a - previous) * distanceB + (b - a) * distanceA) / (distanceA * distanceB);
    } else if (distanceA > 0) {
      depth += (a - previous) / distanceA + (b - a) / distanceB;
    } else if (distanceB > 0) {
      depth += 1;
    }
    previous = b;
  }
  if (j < size) {
    const a = sorted[j]!;
    if (a > x) depth += (a - previous) / (a - x);
  }
  return depth;
}

/** The mirror image of `rightDepth`, for the values left of position `before`. */
function leftDepth(sorted: Float64Array, before: number, x: number): number {
  let depth = 0;
  let previous = x;
  let j = before - 1;
  for (; j >= 1; j -= 2) {
    const a = sorted[j]!;
    const b = sorted[j - 1]!;
    const distanceA = x - a;
    const distanceB = x - b;
    if (distanceA > SMALLEST_FACTOR) {
      depth += ((previous - a) * distanceB + (a - b) * distanceA) / (distanceA * distanceB);
    } else if (distanceA > 0) {
      depth += (previous - a) / distanceA + (a - b) / distanceB;
    } else if (distanceB > 0) {
      depth += 1;
    }
    previous = b;
  }
  if (j === 0) {
    const a = sorted[0]!;
    if (a < x) depth += (previous - a) / (x - a);
  }
  return depth;
}

/** The plain sum, one division a term: for distances whose products leave the range of doubles. */
function plainDepth(sorted: Float64Array, size: number, x: number): number {
  let depth = 0;
  for (let j = 0; j < size; j += 1) {
    const a = sorted[j]!;
    if (a > x) depth += (a - Math.max(x, j > 0 ? sorted[j - 1]! : x)) / (a - x);
    if (a < x) depth += (Math.min(x, j + 1 < size ? sorted[j + 1]! : x) - a) / (x - a);
  }
  return depth;
}

/** Cuts that part x from the values left of `before` and right of `from`. */
function partingDepth(
  sorted: Float64Array,
  size: number,
  before: number,
  from: number,
  x: number,
): number {
  const depth = rightDepth(sorted, from, size, x) + leftDepth(sorted, before, x);
  return Number.isNaN(depth) ? plainDepth(sorted, size, x) : depth;
}

/**
 * The expected depth of a value x that joins the first `size` values of `sorted`.
 *
 * `at` is the first position whose value is ≥ x; `tieDepths[m]` is the mean depth on m equal
 * values. Derivation: docs/detector.md. In the units of the tree: cuts, ≥ 0.
 */
export function joinedDepth(
  sorted: Float64Array,
  size: number,
  at: number,
  x: number,
  tieDepths: Float64Array,
): number {
  let equal = at;
  while (equal < size && sorted[equal] === x) equal += 1;
  const ties = tieDepths[equal - at + 1]!;
  return partingDepth(sorted, size, at, equal, x) + ties;
}

/** The expected depth of the value at position i, which is one of the window. */
export function memberDepth(
  sorted: Float64Array,
  size: number,
  i: number,
  tieDepths: Float64Array,
): number {
  const x = sorted[i]!;
  let first = i;
  while (first > 0 && sorted[first - 1] === x) first -= 1;
  let after = i + 1;
  while (after < size && sorted[after] === x) after += 1;
  const ties = tieDepths[after - first]!;
  return partingDepth(sorted, size, first, after, x) + ties;
}

/** c(0), c(1), … c(n). */
export function tieDepthsUpTo(n: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, m) => averageDepth(m));
}

/** The expected depth of every value of a sorted window: the plain formula. */
export function windowDepths(sorted: Float64Array): Float64Array {
  const ties = tieDepthsUpTo(sorted.length);
  return sorted.map((_, i) => memberDepth(sorted, sorted.length, i, ties));
}

/**
 * The expected depth of a value that is only asked about, without joining: between two members it
 * lies on the line between theirs, outside the range it is that of the nearest end.
 *
 * `depths` are those of the first `size` sorted values.
 */
export function queriedDepth(
  sorted: Float64Array,
  depths: Float64Array,
  size: number,
  x: number,
  at: number,
): number {
  if (at === size) return depths[size - 1]!;
  const right = sorted[at]!;
  if (at === 0 || right === x) return depths[at]!;
  const left = sorted[at - 1]!;
  const share = (x - left) / (right - left);
  return depths[at - 1]! * (1 - share) + depths[at]! * share;
}
