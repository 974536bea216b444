import { countBelow } from '../../core/count-below.ts';

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

const MOST_BUCKETS = 1 << 18;
/** Scores often have a long tail; the buckets are for where most of them are. */
const BUCKETED_SHARE = 0.95;
/** So many scores tell where that is. */
const PROBED = 4096;
/** Buckets of more scores than this are sorted by the library. */
const SMALL = 24;

/** Equal slices of most of the range of some scores, and one for all above. */
class Slices {
  readonly count: number;
  readonly #lowest: number;
  readonly #scale: number;

  constructor(columns: readonly Float64Array[], samples: number) {
    const probed = probe(columns, Math.max(1, Math.floor(samples / PROBED))).sort();
    const high = probed[Math.floor(probed.length * BUCKETED_SHARE)] ?? 0;
    let lowest = high;
    for (const column of columns) {
      for (const score of column) if (score < lowest) lowest = score;
    }
    const range = high - lowest;
    this.count = Math.min(MOST_BUCKETS, samples) + 1;
    this.#lowest = lowest;
    this.#scale = range > 0 && range < Infinity ? (this.count - 1) / range : 0;
  }

  /** Which one a score is in. */
  of(score: number): number {
    if (this.#scale === 0) return 0;
    const slice = Math.floor((score - this.#lowest) * this.#scale);
    return slice < this.count ? slice : this.count - 1;
  }
}

/** Every so many samples' score, without those that have none. */
function probe(columns: readonly Float64Array[], stride: number): Float64Array {
  const probed: number[] = [];
  let next = 0;
  for (const column of columns) {
    for (; next < column.length; next += stride) {
      if (!Number.isNaN(column[next]!)) probed.push(column[next]!);
    }
    next -= column.length;
  }
  return Float64Array.from(probed);
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

/** Scores and where each is among all samples, slice by slice; `ends[s]` is where slice s ends. */
function dealt(columns: readonly Float64Array[], samples: number) {
  const slices = new Slices(columns, samples);
  const ends = new Int32Array(slices.count);
  for (const column of columns) {
    for (const score of column) if (!Number.isNaN(score)) ends[slices.of(score)]! += 1;
  }
  let sum = 0;
  for (let s = 0; s < ends.length; s += 1) {
    const size = ends[s]!;
    ends[s] = sum;
    sum += size;
  }
  const [scores, places] = [new Float64Array(sum), new Int32Array(sum)];
  let place = 0;
  for (const column of columns) {
    for (let i = 0; i < column.length; i += 1, place += 1) {
      const score = column[i]!;
      if (Number.isNaN(score)) continue;
      const at = ends[slices.of(score)]!++;
      scores[at] = score;
      places[at] = place;
    }
  }
  return { scores, places, ends };
}

/**
 * Every score by its place in the order of all, equal scores with equal ranks. Whatever is decided
 * by comparing scores with a threshold or with each other can then be counted in whole numbers,
 * without another sort.
 *
 * Scores are dealt into buckets that hold a few each and sorted there, together with their places.
 */
export function rankScores(columns: readonly Float64Array[]): Ranks {
  const samples = columns.reduce((total, { length }) => total + length, 0);
  const { scores, places, ends } = dealt(columns, samples);
  const ranks = new Int32Array(samples);
  // The distinct scores go to the front of the sorted ones, where those were read already.
  const levels = scores;
  let distinct = 0;
  const addLevel = (score: number): void => {
    if (distinct === 0 || score !== levels[distinct - 1]) levels[distinct++] = score;
  };
  let low = 0;
  for (const high of ends) {
    if (high - low <= SMALL) {
      sortSmall(scores, places, low, high);
      for (let i = low; i < high; i += 1) {
        addLevel(scores[i]!);
        ranks[places[i]!] = distinct;
      }
    } else {
      const own = scores.slice(low, high);
      const from = distinct;
      if (own.every((score) => score === own[0])) addLevel(own[0]!);
      else for (const score of own.slice().sort()) addLevel(score);
      for (let i = low; i < high; i += 1) {
        ranks[places[i]!] = countBelow(levels, own[i - low]!, from, distinct) + 1;
      }
    }
    low = high;
  }
  let next = 0;
  return {
    levels: levels.subarray(0, distinct),
    columns: columns.map(({ length }) => ranks.subarray(next, (next += length))),
  };
}

/** A column with what a table has for each of its ranks. */
export function translated(ranks: Int32Array, table: Int32Array): Int32Array {
  const column = new Int32Array(ranks.length);
  for (let i = 0; i < ranks.length; i += 1) column[i] = table[ranks[i]!]!;
  return column;
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
  const columns = parts.map((part) => translated(part, ranks));
  return { levels: own.slice(0, distinct), columns };
}

/** Ranks that tell some thresholds only: 1 below all of them, and one more for each that is reached. */
export function rankAgainst(
  thresholds: readonly number[],
  columns: readonly Float64Array[],
): Ranks {
  const levels = Float64Array.from(new Set([-Infinity, ...thresholds])).sort();
  return {
    levels,
    columns: columns.map((column) => {
      const ranks = new Int32Array(column.length);
      for (let i = 0; i < column.length; i += 1) {
        const score = column[i]!;
        if (Number.isNaN(score)) continue;
        let rank = levels.length;
        while (rank > 1 && levels[rank - 1]! > score) rank -= 1;
        ranks[i] = rank;
      }
      return ranks;
    }),
  };
}
