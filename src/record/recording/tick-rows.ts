import type { RecentSamples } from './recent.ts';
import type { TickBatch } from './writer-contract.ts';

/** A batch after repeats and conflicts were set aside. */
export interface TickRows {
  /** (series id, time, stored value) triples in key order. */
  readonly rows: Float64Array;
  readonly repeats: number;
  readonly late: number;
  /** Positions in the batch of samples that contradict a stored one. */
  readonly conflicts: readonly number[];
}

/**
 * Sorts a batch's samples into those to store and those that were seen before.
 *
 * `known` counts the series defined so far. Throws a plain Error, before anything is remembered
 * of it, on a sample that no source may hand over: an undefined series, a time that is no integer,
 * a value that is not finite.
 */
export function sortBatch(batch: TickBatch, recent: RecentSamples, known: number): TickRows {
  const { series, times, values } = batch;
  const kept: number[] = [];
  const conflicts: number[] = [];
  const lateAt = new Set<number>();
  let repeats = 0;
  for (let i = 0; i < series.length; i += 1) {
    const id = series[i] ?? 0;
    const t = times[i] ?? NaN;
    const value = values[i] ?? NaN;
    if (id < 1 || id > known || !Number.isSafeInteger(t) || !Number.isFinite(value)) {
      throw new Error(`Sample ${String(i)} of a tick (series ${String(id)}) cannot be stored.`);
    }
    const arrival = recent.arrive(id, t, value);
    if (arrival === 'repeat') repeats += 1;
    else if (arrival === 'conflict') conflicts.push(i);
    else kept.push(i);
    if (arrival === 'late') lateAt.add(i);
  }
  kept.sort(
    (a, b) => (series[a] ?? 0) - (series[b] ?? 0) || (times[a] ?? 0) - (times[b] ?? 0) || a - b,
  );
  const rows = new Float64Array(kept.length * 3);
  let length = 0;
  for (const i of kept) {
    const id = series[i] ?? 0;
    const t = times[i] ?? 0;
    const value = values[i] ?? 0;
    // Two strays of one time in one batch are beyond what `recent` remembers.
    if (length > 0 && rows[length - 3] === id && rows[length - 2] === t) {
      if (rows[length - 1] === value) repeats += 1;
      else conflicts.push(i);
      lateAt.delete(i);
      continue;
    }
    rows[length] = id;
    rows[length + 1] = t;
    rows[length + 2] = value;
    length += 3;
  }
  return { rows: rows.slice(0, length), repeats, late: lateAt.size, conflicts };
}
