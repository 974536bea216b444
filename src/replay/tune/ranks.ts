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

const MOST_BUCKETS = 1 << 18;
/** Scores often have a long tail; the buckets are for where most of them are. */
const BUCKETED_SHARE = 0.95;
/** So many scores tell where that is. */
const PROBED = 4096;
/** Buckets of more scores than this are sorted by the library. */
const SMALL = 24;

/** Equal slices of most of the range, and one for all above; which slice each score is in. */
function bucketed(scores: Float64Array): { buckets: number; of: Int32Array } {
  const n = scores.length;
  const stride = Math.max(1, Math.floor(n / PROBED));
  const probed = Float64Array.from(
    { length: Math.ceil(n / stride) },
    (_, i) => scores[i * stride]!,
  );
  const high = probed.sort()[Math.floor(probed.length * BUCKETED_SHARE)] ?? 0;
  let lowest = high;
  for (const score of scores) if (score < lowest) lowest = score;
  const buckets = Math.min(MOST_BUCKETS, n) + 1;
  const range = high - lowest;
  const scale = range > 0 && range < Infinity ? (buckets - 1) / range : 0;
  const of = new Int32Array(n);
  if (scale === 0) return { buckets, of };
  for (let i = 0; i < n; i += 1) {
    const bucket = Math.floor((scores[i]! - lowest) * scale);
    of[i] = bucket < buckets ? bucket : buckets - 1;
  }
  return { buckets, of };
}

/** In place: both by ascending score, from `low` to before `high`. */
function sortSmall(scores: Float64Array, places: Int32Array, low: number, high: number): void {
  for (let i = low + 1; i < high; i += 1) {
    const [score, place] = [scores[i]!, places[i]!];
    let at = i;
    for (; at > low && scores[at - 1]! > score; at -= 1) {
      scores[at] = scores[at - 1]!;
      places[at] = places[at - 1]!;
    }
    scores[at] = score;
    places[at] = place;
  }
}

/** The scores of all columns but NaN, and where each is among all samples. */
function gathered(columns: readonly Float64Array[]) {
  const samples = columns.reduce((sum, { length }) => sum + length, 0);
  const [scores, places] = [new Float64Array(samples), new Int32Array(samples)];
  let [n, place] = [0, 0];
  for (const column of columns) {
    for (let i = 0; i < column.length; i += 1, place += 1) {
      if (Number.isNaN(column[i])) continue;
      scores[n] = column[i]!;
      places[n++] = place;
    }
  }
  return { samples, scores: scores.subarray(0, n), places: places.subarray(0, n) };
}

/**
 * Every score by its place in the order of all, equal scores with equal ranks. Whatever is decided
 * by comparing scores with a threshold or with each other can then be counted in whole numbers,
 * without another sort.
 *
 * Scores are dealt into buckets that hold a few each and sorted there, together with their places.
 */
export function rankScores(columns: readonly Float64Array[]): Ranks {
  const { samples, scores, places } = gathered(columns);
  const { buckets, of } = bucketed(scores);
  const ends = new Int32Array(buckets);
  for (const bucket of of) ends[bucket]! += 1;
  let sum = 0;
  for (let b = 0; b < buckets; b += 1) {
    const size = ends[b]!;
    ends[b] = sum;
    sum += size;
  }
  const [dealt, dealtPlaces] = [new Float64Array(sum), new Int32Array(sum)];
  for (let i = 0; i < of.length; i += 1) {
    const at = ends[of[i]!]!++;
    dealt[at] = scores[i]!;
    dealtPlaces[at] = places[i]!;
  }
  // The sorted scores go where the unsorted ones were.
  const levels = scores;
  const ranks = new Int32Array(samples);
  let distinct = 0;
  const addLevel = (score: number): void => {
    if (distinct === 0 || score !== levels[distinct - 1]) levels[distinct++] = score;
  };
  for (let b = 0, low = 0; b < buckets; b += 1) {
    const high = ends[b]!;
    if (high - low <= SMALL) {
      sortSmall(dealt, dealtPlaces, low, high);
      for (let i = low; i < high; i += 1) {
        addLevel(dealt[i]!);
        ranks[dealtPlaces[i]!] = distinct;
      }
    } else {
      const from = distinct;
      for (const score of dealt.slice(low, high).sort()) addLevel(score);
      for (let i = low; i < high; i += 1) {
        ranks[dealtPlaces[i]!] = countBelow(levels, dealt[i]!, from, distinct) + 1;
      }
    }
    low = high;
  }
  let next = 0;
  return {
    levels: levels.slice(0, distinct),
    columns: columns.map(({ length }) => ranks.subarray(next, (next += length))),
  };
}

/** Ranks of columns that are parts of ranked ones: among the scores that these parts have. */
export function rankParts(levels: Float64Array, parts: readonly Int32Array[]): Ranks {
  const ranks = new Int32Array(levels.length + 1);
  for (const part of parts) for (const rank of part) ranks[rank] = 1;
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
