import { type CountedColumn, firstAfter, type Stretches } from './stretches.ts';

/**
 * The highest of some ranks that are recent, as one goes along a column's stretches: a queue of two
 * parts. Of the older the maxima from each stretch to its end are known, of the newer its maximum.
 */
class RecentMaximum {
  readonly #times: Float64Array;
  readonly #spanMs: number;
  readonly #stretches: Stretches;
  readonly #ranks: Int32Array;
  /** Entry s, from `from` to `middle`: the highest from s to the end of the older part. */
  readonly #older: Int32Array;
  #from: number;
  #middle: number;
  #to: number;
  #newer = 0;

  /** Stretches before `first` count for nothing. */
  constructor(
    { times, mergeMs }: CountedColumn,
    stretches: Stretches,
    ranks: Int32Array,
    first: number,
  ) {
    this.#times = times;
    this.#spanMs = mergeMs;
    this.#stretches = stretches;
    this.#ranks = ranks;
    this.#older = new Int32Array(ranks.length);
    this.#from = first;
    this.#middle = first;
    this.#to = first;
  }

  /** The highest before stretch s that ended at most the span before it; 0 where there is none. */
  before(s: number): number {
    const ranks = this.#ranks;
    let newer = this.#newer;
    for (let to = this.#to; to < s; to += 1) newer = Math.max(newer, ranks[to]!);
    this.#to = s;
    const { firsts, ends } = this.#stretches;
    const oldest = this.#times[firsts[s]!]! - this.#spanMs;
    let from = this.#from;
    while (from < s && this.#times[ends[from]! - 1]! < oldest) from += 1;
    this.#from = from;
    if (from < this.#middle) {
      this.#newer = newer;
      return Math.max(newer, this.#older[from]!);
    }
    let highest = 0;
    for (let j = s - 1; j >= from; j -= 1) {
      highest = Math.max(highest, ranks[j]!);
      this.#older[j] = highest;
    }
    this.#middle = s;
    this.#newer = 0;
    return highest;
  }
}

/**
 * Alarm episodes that touch no explained sample; alarm samples at most `mergeMs` apart are one.
 *
 * An episode starts with stretch s for thresholds in (highest recent rank, rank of s]. It touches a
 * label's span for the first time at an explained s for thresholds in (e, rank of s], where e is
 * the highest threshold at which an earlier explained sample is linked to s: along the chain, the
 * smaller of the stretch's own rank and the best link among its recent ones. Inside a stretch
 * nothing begins. The sums are still differences: entry r holds for ranks up to r.
 */
export function addFalseEpisodes(
  column: CountedColumn,
  stretches: Stretches,
  sums: Int32Array,
): void {
  const { times, explained, from, mergeMs } = column;
  const { firsts, ends, ranks } = stretches;
  const start = firstAfter(stretches, from);
  const recentRanks = new RecentMaximum(column, stretches, ranks, start);
  const linked = explained === null ? null : new Int32Array(ranks.length);
  const recentLinked = linked === null ? null : new RecentMaximum(column, stretches, linked, start);
  for (let s = start; s < ranks.length; s += 1) {
    const rank = ranks[s]!;
    const first = firsts[s]!;
    // Where the last one was as high and is recent, nothing begins.
    const isOpen =
      s > start && ranks[s - 1]! >= rank && times[first]! - times[ends[s - 1]! - 1]! <= mergeMs;
    const recent = isOpen ? rank : recentRanks.before(s);
    if (recent < rank) {
      sums[rank]! += 1;
      sums[recent]! -= 1;
    }
    if (explained === null || linked === null || recentLinked === null) continue;
    const link = Math.min(rank, recentLinked.before(s));
    const isExplained = explained[first] === 1;
    if (isExplained) {
      sums[rank]! -= 1;
      sums[link]! += 1;
    }
    linked[s] = isExplained ? rank : link;
  }
}
