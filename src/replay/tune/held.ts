import { type DeciderOptions, flagSpan } from '../detect/decider.ts';

/** What a decider does besides its threshold. */
export type Counts = Omit<DeciderOptions, 'threshold'>;

/** Ranks of a column's scores, and what counts of them need to know besides. */
export interface CountedRanks {
  /** 0: no score, or one that counts for nothing. */
  readonly ranks: Int32Array;
  /** 1 where a run is cut. */
  readonly starts: Uint8Array;
  /** From `runStarts`, of all scores. */
  readonly runs: Int32Array;
}

/**
 * For each sample the first of its run: samples between cuts (`starts[i]` is 1) that have a score
 * (rank above 0).
 */
export function runStarts(ranks: Int32Array, starts: Uint8Array): Int32Array {
  const first = new Int32Array(ranks.length);
  let run = 0;
  for (let i = 0; i < ranks.length; i += 1) {
    if (ranks[i] === 0) run = i + 1;
    else if (starts[i] === 1) run = i;
    first[i] = run;
  }
  return first;
}

/**
 * In place, from one sample to before another: the smallest of each and the `count` − 1 before it,
 * 0 where there are not so many.
 */
function smallestIn(ranks: Int32Array, from: number, to: number, count: number): void {
  for (let covered = 1; covered < count && to - from >= count;) {
    const back = Math.min(covered, count - covered);
    for (let i = to - 1; i >= from + back; i -= 1) {
      const other = ranks[i - back]!;
      if (other < ranks[i]!) ranks[i] = other;
    }
    covered += back;
  }
  const short = Math.min(to, from + count - 1);
  for (let i = from; i < short; i += 1) ranks[i] = 0;
}

/** In place: the smallest of each sample and the `count` − 1 before it; 0 in a shorter run. */
function smallestOf(ranks: Int32Array, starts: Uint8Array, count: number): void {
  if (count === 1) return;
  for (let from = 0; from < ranks.length;) {
    let to = from;
    while (to < ranks.length && ranks[to] !== 0 && (to === from || starts[to] !== 1)) to += 1;
    smallestIn(ranks, from, to, count);
    from = Math.max(to, from + 1);
  }
}

/** In place: the largest of each sample and those of its run among the `count` − 1 before it. */
function largestOf(ranks: Int32Array, runs: Int32Array, count: number): void {
  for (let covered = 1; covered < count;) {
    const back = Math.min(covered, count - covered);
    for (let i = ranks.length - 1; i >= 0; i -= 1) {
      const other = i - back >= runs[i]! ? ranks[i - back]! : 0;
      if (other > ranks[i]!) ranks[i] = other;
    }
    covered += back;
  }
}

/** In place: the `count`-th largest of each sample and those of its run among the `span` − 1 before. */
function nthLargestOf(ranks: Int32Array, runs: Int32Array, count: number, span: number): void {
  const original = ranks.slice();
  // Ascending, what the window holds.
  const window = new Int32Array(span);
  let size = 0;
  let run = -1;
  for (let i = 0; i < original.length; i += 1) {
    if (runs[i] !== run) {
      run = runs[i]!;
      size = 0;
    }
    if (run > i) continue;
    if (size === span) {
      const gone = window.indexOf(original[i - span]!);
      window.copyWithin(gone, gone + 1, size);
      size -= 1;
    }
    let at = size;
    for (; at > 0 && window[at - 1]! > original[i]!; at -= 1) window[at] = window[at - 1]!;
    window[at] = original[i]!;
    size += 1;
    ranks[i] = size < count ? 0 : window[size - count]!;
  }
}

/**
 * Folds "k in a row" or "k of n", and "stays open for r samples", into one column for all
 * thresholds at once: `held[i]` is the rank of the highest threshold at which a decider with these
 * counts alerts at sample i; 0: at none.
 *
 * k flags in a row are there exactly when the smallest of k scores reaches the threshold, k flags
 * among n when the k-th largest of n does, and one of r samples had them when the largest of r
 * such does.
 */
export function heldRanks({ ranks, starts, runs }: CountedRanks, counts: Counts): Int32Array {
  const held = ranks.slice();
  const { consecutive, recover } = counts;
  const span = flagSpan(counts);
  if (span > consecutive) nthLargestOf(held, runs, consecutive, span);
  else smallestOf(held, starts, consecutive);
  largestOf(held, runs, recover);
  return held;
}
