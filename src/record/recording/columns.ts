import type Database from 'better-sqlite3';
import { digestSeries } from '../../core/digest.ts';
import { compareSeries, type Series, type SeriesColumns, seriesId } from '../../core/series.ts';
import { isTime } from './cells.ts';
import { Damage } from './failures.ts';
import type { SeriesRow } from './rows.ts';

/** A series' columns while they fill, in the order of arrival. */
interface Filling {
  times: Float64Array;
  values: Float64Array;
  length: number;
  inOrder: boolean;
}

function grow(column: Float64Array): Float64Array {
  const larger = new Float64Array(Math.max(16, column.length * 2));
  larger.set(column);
  return larger;
}

/** Takes samples in any order and scatters them into columns, one pair a series. */
export interface Collector {
  /** Takes a stored sample. Throws `Damage` on what no writer of ours stores. */
  readonly add: (id: unknown, t: unknown, value: unknown) => void;
  /** The columns of these series, in base units; the collector is used up. Throws `Damage`. */
  readonly finish: (rows: readonly SeriesRow[]) => RecordingColumns;
}

/** A collector that has room for `counts` samples, by series id − 1; wrong counts cost time only. */
export function createCollector(counts: readonly number[] = []): Collector {
  const fillings: (Filling | undefined)[] = counts.map(newFilling);
  return {
    add(id, t, value) {
      if (typeof id !== 'number' || !Number.isInteger(id) || id < 1 || id > MOST_SERIES) {
        throw new Damage(`a sample of no series (id ${String(id)})`);
      }
      if (!isTime(t)) throw new Damage(`a sample of series ${String(id)} without a time`);
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw new Damage(`a sample of series ${String(id)} without a value`);
      }
      const filling = (fillings[id - 1] ??= newFilling(0));
      const { length } = filling;
      if (length === filling.times.length) {
        filling.times = grow(filling.times);
        filling.values = grow(filling.values);
      }
      if (length > 0 && t <= filling.times[length - 1]!) filling.inOrder = false;
      filling.times[length] = t;
      filling.values[length] = value;
      filling.length = length + 1;
    },
    finish(rows) {
      fillings.forEach((filling, i) => {
        if (i < rows.length || filling === undefined || filling.length === 0) return;
        throw new Damage(`a sample of no series (id ${String(i + 1)})`);
      });
      return columnsOf(rows, fillings);
    },
  };
}

/** Ids beyond this are damage: an array is indexed by them. */
const MOST_SERIES = 10_000_000;

function newFilling(count: number): Filling {
  return {
    ...{ times: new Float64Array(count), values: new Float64Array(count) },
    ...{ length: 0, inOrder: true },
  };
}

/** Exactly long columns, ascending in time. Throws `Damage` on a time that is there twice. */
function ordered(filling: Filling, name: string): readonly [Float64Array, Float64Array] {
  const { length, inOrder } = filling;
  const times = filling.times.slice(0, length);
  const values = filling.values.slice(0, length);
  if (inOrder) return [times, values];
  const order = Uint32Array.from({ length }, (_, i) => i);
  order.sort((a, b) => times[a]! - times[b]! || a - b);
  const sorted = Float64Array.from(order, (i) => times[i]!);
  if (sorted.some((t, i) => i > 0 && t === sorted[i - 1])) {
    throw new Damage(`${name} has two samples of one time`);
  }
  return [sorted, Float64Array.from(order, (i) => values[i]!)];
}

/** A row of `series` as the value that other parts know. */
export function seriesOf(row: SeriesRow): Series {
  const { namespace, pod, container, metric, unit, kind, node, request, limit } = row;
  return {
    id: seriesId(row),
    ...{ namespace, pod, container, metric, unit, kind, node, request, limit },
    workloadKind: row.workload_kind,
    workload: row.workload,
    podUid: row.pod_uid,
  };
}

/** All samples of a recording as columns, and what they add up to. */
export interface RecordingColumns {
  /** In the order of the ids, base units. */
  readonly byId: readonly SeriesColumns[];
  /** In `compareSeries` order. */
  readonly columns: readonly SeriesColumns[];
  readonly digest: string;
  /** First and last sample time; 0 when there is none. */
  readonly startMs: number;
  readonly endMs: number;
}

function columnsOf(
  rows: readonly SeriesRow[],
  fillings: (Filling | undefined)[],
): RecordingColumns {
  let startMs = Infinity;
  let endMs = -Infinity;
  const byId = rows.map((row, i): SeriesColumns => {
    const series = seriesOf(row);
    const [times, values] = ordered(fillings[i] ?? newFilling(0), series.id);
    fillings[i] = undefined;
    if (row.denominator !== 1) {
      for (let j = 0; j < values.length; j++) values[j] = values[j]! / row.denominator;
    }
    startMs = Math.min(startMs, times[0] ?? Infinity);
    endMs = Math.max(endMs, times[times.length - 1] ?? -Infinity);
    return { series, times, values };
  });
  const columns = [...byId].sort((a, b) => compareSeries(a.series, b.series));
  const empty = startMs === Infinity;
  return {
    byId,
    columns,
    digest: digestSeries(columns),
    startMs: empty ? 0 : startMs,
    endMs: empty ? 0 : endMs,
  };
}

/**
 * Reads every sample in one scan and scatters it into its series' columns, in base units.
 *
 * `counts`, by series id − 1, are the lengths to expect where they are known. Throws `Damage` on
 * samples that no writer of ours stores.
 */
export function readColumns(
  db: Database.Database,
  rows: readonly SeriesRow[],
  counts: readonly number[] = [],
): RecordingColumns {
  const collector = createCollector(counts);
  // Key order is the order on disk, so it costs no sort.
  const samples = db
    .prepare('SELECT series_id, t_ms, value FROM sample ORDER BY tick, series_id, t_ms')
    .raw()
    .iterate() as IterableIterator<readonly [unknown, unknown, unknown]>;
  for (const [id, t, value] of samples) collector.add(id, t, value);
  return collector.finish(rows);
}
