import type { RecordingData } from '../core/recording.ts';
import type { Series, SeriesColumns } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';

/**
 * Samples that run through one pipeline one after another: one series, or (`pool: all`) every
 * series of a metric, interleaved by time as the original scripts saw them.
 */
export interface Stream {
  /** Streams of one group share a reference window. */
  readonly group: string;
  /** A series' id, or (`pool: all`) the metric. */
  readonly name: string;
  readonly members: readonly SeriesColumns[];
}

/** Whether settings judge a series, its container apart. */
export function judgesMetric(series: Series, { metrics }: Settings): boolean {
  return series.kind === 'usage' && metrics.includes(series.metric);
}

/** A text for each pod, and no two pods with the same. */
export function podKey({ namespace, pod }: Series): string {
  return JSON.stringify([namespace, pod]);
}

/** The series that settings judge, in recording order. */
export function judgedSeries(data: RecordingData, settings: Settings): SeriesColumns[] {
  const first = new Map<string, string>();
  const judged = data.series.filter(({ series }) => judgesMetric(series, settings));
  if (settings.containers === 'all') return judged;
  for (const { series } of judged) {
    const pod = podKey(series);
    if (!first.has(pod)) first.set(pod, series.container);
  }
  return judged.filter(({ series }) => first.get(podKey(series)) === series.container);
}

/** Who shares a reference window with this series, as a key. */
export function groupOf(series: Series, pool: Settings['pool']): string {
  const { namespace, pod, container, metric, workload, workloadKind, id } = series;
  switch (pool) {
    case 'container':
      return id;
    case 'pod':
      return JSON.stringify([namespace, pod, metric]);
    case 'workload':
      // Without an owner a pod is its own workload.
      return workload === null
        ? JSON.stringify([namespace, pod, container, metric])
        : JSON.stringify([namespace, workloadKind, workload, container, metric]);
    case 'all':
      return metric;
  }
}

/** The name of the stream that a series is in. */
export function streamName(series: Series, pool: Settings['pool']): string {
  return pool === 'all' ? series.metric : series.id;
}

/** Cuts a recording into streams, in the order of their first series. */
export function streamsOf(data: RecordingData, settings: Settings): Stream[] {
  const byName = new Map<string, { group: string; members: SeriesColumns[] }>();
  for (const columns of judgedSeries(data, settings)) {
    const { series } = columns;
    const name = streamName(series, settings.pool);
    const stream = byName.get(name) ?? { group: groupOf(series, settings.pool), members: [] };
    byName.set(name, stream);
    stream.members.push(columns);
  }
  return [...byName].map(([name, stream]) => ({ name, ...stream }));
}

/**
 * Visits every sample of several columns by time, then by column: `visit(column, index)`.
 *
 * One column is a plain loop; more are merged by a binary heap of their next samples.
 */
export function mergeByTime(
  columns: readonly { readonly times: Float64Array }[],
  visit: (column: number, index: number) => void,
): void {
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) {
    for (let i = 0; i < only.times.length; i += 1) visit(0, i);
    return;
  }
  const next = new Int32Array(columns.length);
  const due = Float64Array.from(columns, ({ times }) => times[0] ?? Infinity);
  const heap = Int32Array.from(columns, (_, c) => c).filter((c) => due[c]! < Infinity);
  let size = heap.length;
  const isBefore = (a: number, b: number): boolean =>
    due[a]! < due[b]! || (due[a] === due[b] && a < b);
  const sink = (from: number): void => {
    const column = heap[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, column)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = column;
  };
  for (let at = (size >>> 1) - 1; at >= 0; at -= 1) sink(at);
  while (size > 0) {
    const column = heap[0]!;
    const index = next[column]!;
    visit(column, index);
    const { times } = columns[column]!;
    next[column] = index + 1;
    if (index + 1 < times.length) {
      due[column] = times[index + 1]!;
    } else {
      size -= 1;
      heap[0] = heap[size]!;
    }
    if (size > 0) sink(0);
  }
}
