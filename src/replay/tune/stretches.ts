import { countBelow } from '../../core/count-below.ts';
import { type CountedRanks, type Counts, heldRanks } from './held.ts';

/** One series, ready to be counted: everything that does not depend on counts and thresholds. */
export interface CountedColumn extends CountedRanks {
  readonly times: Float64Array;
  /** 1 inside a label's span; null where there is no label. */
  readonly explained: Uint8Array | null;
  /** First sample that is held against labels: those before only warm the detector up. */
  readonly from: number;
  /** Alarms this close are one episode. */
  readonly mergeMs: number;
}

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

/** Where each of some columns alerts under some counts. */
export function stretchesOf(columns: readonly CountedColumn[], counts: Counts): Stretches[] {
  // Room for a stretch a sample, shared by all: an array for each column takes longer to get.
  const room = columns.reduce((samples, { ranks }) => samples + ranks.length, 0);
  const all = {
    firsts: new Int32Array(room),
    ends: new Int32Array(room),
    ranks: new Int32Array(room),
  };
  let from = 0;
  return columns.map((column) => {
    const start = from;
    from = addStretches(column, heldRanks(column, counts), all, start);
    return {
      firsts: all.firsts.subarray(start, from),
      ends: all.ends.subarray(start, from),
      ranks: all.ranks.subarray(start, from),
    };
  });
}

/** Writes a column's stretches from entry `next` on; returns where they end. */
function addStretches(
  { times, starts, explained, from, mergeMs }: CountedColumn,
  held: Int32Array,
  { firsts, ends, ranks }: Stretches,
  next: number,
): number {
  const { length } = held;
  let at = next;
  for (let end = 0; end < length;) {
    const first = end;
    const rank = held[first]!;
    end += 1;
    if (rank === 0) continue;
    while (
      end < length &&
      held[end] === rank &&
      starts[end] !== 1 &&
      end !== from &&
      times[end]! - times[end - 1]! <= mergeMs &&
      (explained === null || explained[end] === explained[first])
    ) {
      end += 1;
    }
    firsts[at] = first;
    ends[at] = end;
    ranks[at] = rank;
    at += 1;
  }
  return at;
}

/** The first stretch that ends after a sample. */
export function firstAfter({ ends }: Stretches, sample: number): number {
  return countBelow(ends, sample + 1);
}
