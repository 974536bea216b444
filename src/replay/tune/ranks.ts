/** Scores of several columns as ranks among all of them. */
export interface Ranks {
  /** The distinct scores, ascending. */
  readonly levels: Float64Array;
  /**
   * For each column: rank r of a score, from 1 (`levels[r − 1]` is the score), 0 where there is
   * none (NaN).
   */
  readonly columns: readonly Int32Array[];
}

/** How many entries of an ascending column, from `low` to before `high`, are below t; plus `low`. */
export function countBelow(
  column: Float64Array,
  t: number,
  low = 0,
  high: number = column.length,
): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (column[middle]! < t) from = middle + 1;
    else to = middle;
  }
  return from;
}

const BUCKETS = 1 << 18;
/** Scores often have a long tail; the buckets are for where most of them are. */
const BUCKETED_SHARE = 0.95;

/** Where to look for a score: equal slices of most of the range, and how many levels are below. */
function makeBuckets(levels: Float64Array) {
  const n = levels.length;
  const lowest = levels[0] ?? 0;
  const range = (levels[Math.floor(n * BUCKETED_SHARE)] ?? lowest) - lowest;
  const scale = range > 0 && range < Infinity ? BUCKETS / range : 0;
  const below = new Int32Array(BUCKETS + 2);
  let at = 0;
  for (let b = 0; b <= BUCKETS; b += 1) {
    while (at < n && (levels[at]! - lowest) * scale < b) at += 1;
    below[b] = at;
  }
  below[BUCKETS + 1] = n;
  return { lowest, scale, below };
}

/**
 * Every score by its place in the order of all, equal scores with equal ranks. Whatever is decided
 * by comparing scores with a threshold or with each other can then be counted in whole numbers,
 * without another sort.
 */
export function rankScores(columns: readonly Float64Array[]): Ranks {
  const scores = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let n = 0;
  for (const column of columns) for (const one of column) if (!Number.isNaN(one)) scores[n++] = one;
  const sorted = scores.subarray(0, n).sort();
  let distinct = 0;
  for (const one of sorted)
    if (distinct === 0 || one !== sorted[distinct - 1]) sorted[distinct++] = one;
  const levels = sorted.slice(0, distinct);
  const { lowest, scale, below } = makeBuckets(levels);
  const rankColumn = (column: Float64Array): Int32Array => {
    const ranks = new Int32Array(column.length);
    for (let i = 0; i < column.length; i += 1) {
      const score = column[i]!;
      if (Number.isNaN(score)) continue;
      const bucket = Math.min(BUCKETS, Math.floor((score - lowest) * scale));
      ranks[i] = countBelow(levels, score, below[bucket], below[bucket + 1]) + 1;
    }
    return ranks;
  };
  return { levels, columns: columns.map(rankColumn) };
}

/** Ranks of columns that are parts of ranked ones: among the scores that these parts have. */
export function rankParts(levels: Float64Array, parts: readonly Int32Array[]): Ranks {
  const ranks = new Int32Array(levels.length + 1);
  for (const part of parts) for (let i = 0; i < part.length; i += 1) ranks[part[i]!] = 1;
  ranks[0] = 0;
  const own = new Float64Array(levels.length);
  let distinct = 0;
  for (let r = 1; r < ranks.length; r += 1) {
    if (ranks[r] === 0) continue;
    own[distinct++] = levels[r - 1]!;
    ranks[r] = distinct;
  }
  const columns = parts.map((part) => {
    const column = new Int32Array(part.length);
    for (let i = 0; i < part.length; i += 1) column[i] = ranks[part[i]!]!;
    return column;
  });
  return { levels: own.slice(0, distinct), columns };
}

/** Ranks that tell one threshold only: 2 at or over it, 1 below. */
export function rankAgainst(threshold: number, columns: readonly Float64Array[]): Ranks {
  return {
    levels: Float64Array.of(-Infinity, threshold),
    columns: columns.map((column) => {
      const ranks = new Int32Array(column.length);
      for (let i = 0; i < column.length; i += 1) {
        const score = column[i]!;
        if (!Number.isNaN(score)) ranks[i] = score >= threshold ? 2 : 1;
      }
      return ranks;
    }),
  };
}
