import { isTime } from './cells.ts';
import type { Seen } from './seen.ts';
import type { TickBatch } from './writer-contract.ts';

/** A sample that was set aside because another value is stored for that series and time. */
export interface Conflict {
  /** The series' id. */
  readonly id: number;
  readonly time: number;
  /** The value that was set aside, and the one that stays. */
  readonly value: number;
  readonly kept: number;
}

/** What of a batch is new. */
export interface SortedBatch {
  /** Three numbers a sample, in (series id, time) order: series id, time, stored value. */
  readonly rows: Float64Array;
  readonly repeats: number;
  readonly late: number;
  readonly conflicts: readonly Conflict[];
}

/** Indices of a batch in (series, time, position) order; `highest` is the largest series id. */
function sortedOrder(
  series: readonly number[],
  times: readonly number[],
  highest: number,
): Uint32Array {
  const n = series.length;
  // A stable counting sort by series; within one the times are nearly always in order already.
  const next = new Uint32Array(highest + 2);
  for (const id of series) next[id + 1] = (next[id + 1] ?? 0) + 1;
  for (let id = 1; id < next.length; id++) next[id] = (next[id] ?? 0) + (next[id - 1] ?? 0);
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const id = series[i] ?? 0;
    const at = next[id] ?? 0;
    order[at] = i;
    next[id] = at + 1;
  }
  const time = (at: number) => times[order[at] ?? 0] ?? 0;
  const id = (at: number) => series[order[at] ?? 0];
  for (let start = 0, end = 1; end <= n; end++) {
    if (end < n && id(end) === id(start)) continue;
    let ascending = true;
    for (let at = start + 1; at < end && ascending; at++) ascending = time(at - 1) <= time(at);
    if (!ascending) {
      order.subarray(start, end).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
    }
    start = end;
  }
  return order;
}

/**
 * Sorts a batch by series and time and sets aside what is stored already, or twice in the batch.
 *
 * The order of the samples in the batch makes no difference, except which of two conflicting
 * values is kept: the first given. A sample is late when older than one stored by an earlier
 * batch. `seen.prepare` must have been called; nothing is written. Throws a plain Error when a
 * column is too short, a time is no integer or a value is not finite.
 */
export function sortBatch(
  { series, times, values }: Pick<TickBatch, 'series' | 'times' | 'values'>,
  highest: number,
  seen: Seen,
): SortedBatch {
  const n = series.length;
  if (times.length !== n || values.length !== n) throw new Error('Columns of different lengths.');
  for (let i = 0; i < n; i++) {
    const id = series[i] ?? 0;
    if (!Number.isInteger(id) || id < 1 || id > highest)
      throw new Error(`No series ${String(id)}.`);
    if (!isTime(times[i])) throw new Error(`Not a time: ${String(times[i])}.`);
    if (!Number.isFinite(values[i])) throw new Error(`Not a value: ${String(values[i])}.`);
  }
  const order = sortedOrder(series, times, highest);
  const rows = new Float64Array(n * 3);
  const conflicts: Conflict[] = [];
  let length = 0;
  let repeats = 0;
  let late = 0;
  for (const i of order) {
    const id = series[i] ?? 0;
    const time = times[i] ?? 0;
    const value = (values[i] ?? 0) + 0; // −0 is stored as 0
    const inBatch = length > 0 && rows[length - 3] === id && rows[length - 2] === time;
    const kept = inBatch ? rows[length - 1] : seen.find(id, time);
    if (kept === value) repeats += 1;
    else if (kept !== undefined) conflicts.push({ id, time, value, kept });
    else {
      if (time < seen.newest(id)) late += 1;
      rows[length] = id;
      rows[length + 1] = time;
      rows[length + 2] = value;
      length += 3;
    }
  }
  return { rows: rows.subarray(0, length), repeats, late, conflicts };
}
