import type Database from 'better-sqlite3';
import { digestSeries } from '../../core/digest.ts';
import { compareSeries, type Series, type SeriesColumns, seriesId } from '../../core/series.ts';
import { readSeriesRows, type SeriesRow } from './rows.ts';

/** A sample whose series has another one of the same time in an earlier tick. */
interface Duplicate {
  readonly tick: number;
  readonly seriesId: number;
  readonly t: number;
  /** Same value as the first. */
  readonly same: boolean;
}

/** All samples of a recording as columns, and what they add up to. */
export interface RecordingColumns {
  readonly columns: readonly SeriesColumns[];
  readonly duplicates: readonly Duplicate[];
  readonly digest: string;
  /** First and last sample time; 0 when there is none. */
  readonly startMs: number;
  readonly endMs: number;
}

/** Growable columns of one series, in the order of the scan. */
class Filling {
  ticks = new Int32Array(16);
  times = new Float64Array(16);
  values = new Float64Array(16);
  length = 0;
  inOrder = true;

  push(tick: number, t: number, value: number): void {
    const i = this.length;
    if (i === this.times.length) {
      const ticks = new Int32Array(i * 2);
      const times = new Float64Array(i * 2);
      const values = new Float64Array(i * 2);
      ticks.set(this.ticks);
      times.set(this.times);
      values.set(this.values);
      this.ticks = ticks;
      this.times = times;
      this.values = values;
    }
    if (i > 0 && t <= (this.times[i - 1] ?? 0)) this.inOrder = false;
    this.ticks[i] = tick;
    this.times[i] = t;
    this.values[i] = value;
    this.length = i + 1;
  }
}

function seriesOf(row: SeriesRow): Series {
  const { namespace, pod, container, metric, unit, kind, node, request, limit } = row;
  return {
    id: seriesId(row),
    ...{ namespace, pod, container, metric, unit, kind, node, request, limit },
    workloadKind: row.workload_kind,
    workload: row.workload,
    podUid: row.pod_uid,
  };
}

/** Sorts a series by time (the earlier tick first) and takes out repeated times. */
function ordered(
  filling: Filling,
  id: number,
  duplicates: Duplicate[],
): [Float64Array, Float64Array] {
  const { ticks, times, values, length } = filling;
  if (filling.inOrder) return [times.slice(0, length), values.slice(0, length)];
  const order = Array.from({ length }, (_, i) => i);
  order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
  const kept: number[] = [];
  for (const i of order) {
    const last = kept[kept.length - 1];
    if (last === undefined || times[last] !== times[i]) {
      kept.push(i);
    } else {
      const same = values[last] === values[i];
      duplicates.push({ tick: ticks[i] ?? 0, seriesId: id, t: times[i] ?? 0, same });
    }
  }
  return [
    Float64Array.from(kept, (i) => times[i] ?? 0),
    Float64Array.from(kept, (i) => values[i] ?? 0),
  ];
}

/** Reads every sample in one scan and scatters it into its series' columns, in base units. */
export function readColumns(db: Database.Database): RecordingColumns {
  const rows = readSeriesRows(db);
  const fillings: (Filling | undefined)[] = [];
  for (const { id } of rows) fillings[id] = new Filling();
  const scan = db
    .prepare('SELECT tick, series_id, t_ms, value FROM sample ORDER BY tick, series_id, t_ms')
    .raw();
  for (const row of scan.iterate() as IterableIterator<[number, number, number, number]>) {
    fillings[row[1]]?.push(row[0], row[2], row[3]);
  }
  const duplicates: Duplicate[] = [];
  let startMs = Infinity;
  let endMs = -Infinity;
  const columns = rows.map((row): SeriesColumns => {
    const [times, values] = ordered(fillings[row.id] ?? new Filling(), row.id, duplicates);
    fillings[row.id] = undefined;
    if (row.denominator !== 1) {
      for (let i = 0; i < values.length; i += 1) values[i] = (values[i] ?? 0) / row.denominator;
    }
    startMs = Math.min(startMs, times[0] ?? Infinity);
    endMs = Math.max(endMs, times[times.length - 1] ?? -Infinity);
    return { series: seriesOf(row), times, values };
  });
  columns.sort((a, b) => compareSeries(a.series, b.series));
  const empty = startMs === Infinity;
  return {
    columns,
    duplicates,
    digest: digestSeries(columns),
    startMs: empty ? 0 : startMs,
    endMs: empty ? 0 : endMs,
  };
}
