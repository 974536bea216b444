import { type Counts, heldRanks } from './held.ts';
import type { RankedColumn } from './scored-run.ts';

/**
 * Where a column alerts: samples in a row at which the same thresholds do. A new stretch begins,
 * too, where a run is cut, where a label's span begins or ends, with the first sample that is held
 * against labels, and after a step that is longer than there is between alarms of one episode.
 */
export interface Stretches {
  /** First sample of each, ascending. */
  readonly firsts: Int32Array;
  /** First sample that is not in it any more. */
  readonly ends: Int32Array;
  /** Rank of the highest threshold that alerts there. */
  readonly ranks: Int32Array;
}

/** Where a column alerts under some counts. */
export function stretchesOf(column: RankedColumn, counts: Counts): Stretches {
  const { times, starts, explained, from, mergeMs } = column;
  const held = heldRanks(column, counts);
  const { length } = held;
  const [firsts, ends] = [new Int32Array(length), new Int32Array(length)];
  let found = 0;
  for (let next = 0; next < length;) {
    const first = next;
    const rank = held[first]!;
    next += 1;
    if (rank === 0) continue;
    while (
      next < length &&
      held[next] === rank &&
      starts[next] !== 1 &&
      next !== from &&
      times[next]! - times[next - 1]! <= mergeMs &&
      (explained === null || explained[next] === explained[first])
    ) {
      next += 1;
    }
    firsts[found] = first;
    ends[found] = next;
    // What was read is written over.
    held[found] = rank;
    found += 1;
  }
  return {
    firsts: firsts.slice(0, found),
    ends: ends.slice(0, found),
    ranks: held.slice(0, found),
  };
}

/** The first stretch that ends after a sample. */
export function firstAfter({ ends }: Stretches, sample: number): number {
  let from = 0;
  for (let to = ends.length; from < to;) {
    const middle = (from + to) >> 1;
    if (ends[middle]! <= sample) from = middle + 1;
    else to = middle;
  }
  return from;
}
