import type Database from 'better-sqlite3';
import { columnBytes, digestSeries } from '../../core/digest.ts';
import { compareSeries, type Series, type SeriesColumns, seriesId } from '../../core/series.ts';
import { type Collected, type Collector, createCollector } from './collector.ts';
import { Damage, isDamage } from './failures.ts';
import type { SeriesRow } from './rows.ts';
import { type PagedFile, takeSamplePages } from './sample-pages.ts';

/** Columns ascending in time. Throws `Damage` on a time that is there twice. */
function ordered(collected: Collected, name: string): readonly [Float64Array, Float64Array] {
  const { times, values, inOrder } = collected;
  if (inOrder) return [times, values];
  const order = Uint32Array.from(times.keys());
  order.sort((a, b) => times[a]! - times[b]! || a - b);
  const sorted = Float64Array.from(order, (i) => times[i]!);
  if (sorted.some((t, i) => i > 0 && t === sorted[i - 1])) {
    throw new Damage(`${name} has two samples of one time`);
  }
  return [sorted, Float64Array.from(order, (i) => values[i]!)];
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && Buffer.compare(columnBytes(a), columnBytes(b)) === 0;
}

/** A row of `series` as the value that other parts know. */
export function seriesOf(row: SeriesRow): Series {
  return {
    id: seriesId(row),
    namespace: row.namespace,
    pod: row.pod,
    container: row.container,
    metric: row.metric,
    unit: row.unit,
    kind: row.kind,
    workloadKind: row.workload_kind,
    workload: row.workload,
    node: row.node,
    podUid: row.pod_uid,
    request: row.request,
    limit: row.limit,
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
 * The columns of the series with the ids 1, 2, 3 … in a collector, in base units and in the order
 * of `rows`. Throws `Damage`.
 */
export function columnsInOrder(
  rows: readonly SeriesRow[],
  collector: Collector,
): readonly SeriesColumns[] {
  const collected = collector.finish(rows.length);
  // What is sampled together has its times once in memory.
  let shared: Float64Array = new Float64Array(0);
  return rows.map((row, i): SeriesColumns => {
    const series = seriesOf(row);
    const [times, values] = ordered(collected[i]!, series.id);
    if (row.denominator !== 1) {
      for (let j = 0; j < values.length; j++) values[j] = values[j]! / row.denominator;
    }
    if (!isSame(times, shared)) shared = times;
    return { series, times: shared, values };
  });
}

/** First and last time of columns; 0 when there is none. */
export function extentOf(columns: readonly Pick<SeriesColumns, 'times'>[]) {
  let startMs = Infinity;
  let endMs = -Infinity;
  for (const { times } of columns) {
    startMs = Math.min(startMs, times[0] ?? Infinity);
    endMs = Math.max(endMs, times[times.length - 1] ?? -Infinity);
  }
  return startMs === Infinity ? { startMs: 0, endMs: 0 } : { startMs, endMs };
}

/** The columns of these series, in base units, from what was collected. Throws `Damage`. */
export function columnsOf(rows: readonly SeriesRow[], collector: Collector): RecordingColumns {
  const byId = columnsInOrder(rows, collector);
  const columns = [...byId].sort((a, b) => compareSeries(a.series, b.series));
  return { byId, columns, digest: digestSeries(columns), ...extentOf(columns) };
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
  return columnsOf(rows, collector);
}

/** The page at which the table of samples begins. */
export function sampleRoot(db: Database.Database): number {
  return Number(
    db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'sample'").pluck().get(),
  );
}

/**
 * As `readColumns`, but from the file's pages; null where the pages do not hold what `digest`
 * promises, or are not as usual: `readColumns` then finds out what is wrong, if anything is.
 */
export function readPagedColumns(
  db: Database.Database,
  file: PagedFile,
  rows: readonly SeriesRow[],
  counts: readonly number[],
  digest: string,
): RecordingColumns | null {
  const collector = createCollector(counts);
  try {
    if (!takeSamplePages(file, sampleRoot(db), collector.add)) return null;
    const read = columnsOf(rows, collector);
    return read.digest === digest ? read : null;
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
}
