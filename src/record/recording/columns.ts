import type Database from 'better-sqlite3';
import { digestSeries } from '../../core/digest.ts';
import { compareSeries, type Series, type SeriesColumns, seriesId } from '../../core/series.ts';
import { isTime } from './cells.ts';
import { Damage } from './failures.ts';
import type { SeriesRow } from './rows.ts';

/** A series' columns while they fill, in the order of the scan. */
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

function add(filling: Filling, t: number, value: number): void {
  const { length } = filling;
  if (length === filling.times.length) {
    filling.times = grow(filling.times);
    filling.values = grow(filling.values);
  }
  if (length > 0 && t <= filling.times[length - 1]!) filling.inOrder = false;
  filling.times[length] = t;
  filling.values[length] = value;
  filling.length = length + 1;
}

/** One scan of all samples, scattered into their series: entry i has the id i + 1. */
function scan(db: Database.Database, counts: readonly number[]): Filling[] {
  const fillings = counts.map((count) => ({
    times: new Float64Array(count),
    values: new Float64Array(count),
    length: 0,
    inOrder: true,
  }));
  // Key order is the order on disk, so it costs no sort.
  const rows = db
    .prepare('SELECT series_id, t_ms, value FROM sample ORDER BY tick, series_id, t_ms')
    .raw()
    .iterate() as IterableIterator<readonly [unknown, unknown, unknown]>;
  for (const [id, t, value] of rows) {
    const filling = typeof id === 'number' ? fillings[id - 1] : undefined;
    if (filling === undefined) throw new Damage(`a sample of no series (id ${String(id)})`);
    if (!isTime(t)) {
      throw new Damage(`a sample of series ${String(id)} without a time`);
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new Damage(`a sample of series ${String(id)} without a value`);
    }
    add(filling, t, value);
  }
  return fillings;
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

/**
 * Reads every sample in one scan and scatters it into its series' columns, in base units.
 *
 * `counts`, by id, are the lengths to expect where they are known; wrong ones cost time only.
 * Throws `Damage` on samples that no writer of ours stores.
 */
export function readColumns(
  db: Database.Database,
  rows: readonly SeriesRow[],
  counts: readonly number[] = [],
): RecordingColumns {
  const fillings = scan(
    db,
    rows.map((_, i) => counts[i] ?? 0),
  );
  let startMs = Infinity;
  let endMs = -Infinity;
  const byId = rows.map((row, i): SeriesColumns => {
    const series = seriesOf(row);
    const [times, values] = ordered(fillings[i]!, series.id);
    fillings[i] = { times, values, length: 0, inOrder: true };
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
