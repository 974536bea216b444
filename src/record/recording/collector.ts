import { isTime } from './cells.ts';
import { Damage } from './failures.ts';

/** One series' samples in the order of arrival, as stored. */
export interface Collected {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Whether the times ascend strictly already. */
  readonly inOrder: boolean;
}

/** Takes samples in any order and sorts them by series. */
export interface Collector {
  /** Takes a stored sample. Throws `Damage` on what no writer of ours stores. */
  readonly add: (id: unknown, t: unknown, value: unknown) => void;
  /** The samples of the series with the ids 1 to `series`; the collector is used up. */
  readonly finish: (series: number) => readonly Collected[];
}

/** Samples taken before they are sorted: few enough for the processor's caches. */
const CHUNK = 1 << 18;

/** Ids beyond this are damage: arrays are indexed by them. */
const MOST_SERIES = 10_000_000;

/** A series' columns while they fill. */
interface Filling {
  times: Float64Array;
  values: Float64Array;
  length: number;
  inOrder: boolean;
}

function newFilling(room: number): Filling {
  return {
    ...{ times: new Float64Array(room), values: new Float64Array(room) },
    ...{ length: 0, inOrder: true },
  };
}

function withRoom(column: Float64Array, length: number): Float64Array {
  if (length <= column.length) return column;
  const larger = new Float64Array(Math.max(16, length, column.length * 2));
  larger.set(column);
  return larger;
}

/** Adds a run of samples of one series at the end of its columns. */
function append(filling: Filling, times: Float64Array, values: Float64Array): void {
  const { length } = filling;
  const end = length + times.length;
  filling.times = withRoom(filling.times, end);
  filling.values = withRoom(filling.values, end);
  filling.times.set(times, length);
  filling.values.set(values, length);
  filling.length = end;
  for (let i = Math.max(length, 1); i < end && filling.inOrder; i++) {
    filling.inOrder = filling.times[i - 1]! < filling.times[i]!;
  }
}

/**
 * A collector with room for `counts` samples, by series id − 1; wrong counts cost time only.
 *
 * Samples come tick by tick, a new series at each. Written straight to the columns of thousands
 * of series, every one would miss the caches several times; sorted by series in chunks, they
 * arrive there in runs.
 */
export function createCollector(counts: readonly number[] = []): Collector {
  const fillings: (Filling | undefined)[] = counts.map(newFilling);
  const known = counts.reduce((sum, count) => sum + count, 0);
  const room = known === 0 ? CHUNK : Math.min(CHUNK, known);
  let ids = new Int32Array(0);
  let times = new Float64Array(0);
  let values = new Float64Array(0);
  let sortedTimes = times;
  let sortedValues = values;
  let length = 0;
  let highest = 0;

  function flush(): void {
    // A stable counting sort; afterwards `next[id]` is where the run of that series ends.
    const next = new Int32Array(highest + 2);
    for (let i = 0; i < length; i++) next[ids[i]! + 1]! += 1;
    for (let id = 1; id < next.length; id++) next[id]! += next[id - 1]!;
    for (let i = 0; i < length; i++) {
      const at = next[ids[i]!]!++;
      sortedTimes[at] = times[i]!;
      sortedValues[at] = values[i]!;
    }
    for (let id = 1, start = 0; id <= highest; id++) {
      const end = next[id]!;
      if (end === start) continue;
      const filling = (fillings[id - 1] ??= newFilling(0));
      append(filling, sortedTimes.subarray(start, end), sortedValues.subarray(start, end));
      start = end;
    }
    length = 0;
    highest = 0;
  }

  return {
    add(id, t, value) {
      if (typeof id !== 'number' || !Number.isInteger(id) || id < 1 || id > MOST_SERIES) {
        throw new Damage(`a sample of no series (id ${String(id)})`);
      }
      if (!isTime(t)) throw new Damage(`a sample of series ${String(id)} without a time`);
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw new Damage(`a sample of series ${String(id)} without a value`);
      }
      if (length === ids.length) {
        if (length > 0) flush();
        else {
          ids = new Int32Array(room);
          [times, values] = [new Float64Array(room), new Float64Array(room)];
          [sortedTimes, sortedValues] = [new Float64Array(room), new Float64Array(room)];
        }
      }
      ids[length] = id;
      times[length] = t;
      values[length] = value;
      length += 1;
      if (id > highest) highest = id;
    },
    finish(series) {
      flush();
      ids = new Int32Array(0);
      fillings.forEach((filling, i) => {
        if (i < series || filling === undefined || filling.length === 0) return;
        throw new Damage(`a sample of no series (id ${String(i + 1)})`);
      });
      return Array.from({ length: series }, (_, i) => {
        const filling = fillings[i] ?? newFilling(0);
        fillings[i] = undefined;
        const exact = filling.length === filling.times.length;
        return {
          times: exact ? filling.times : filling.times.slice(0, filling.length),
          values: exact ? filling.values : filling.values.slice(0, filling.length),
          inOrder: filling.inOrder,
        };
      });
    },
  };
}
