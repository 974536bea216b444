import type { RecordingData } from '../core/recording.ts';
import type { SeriesColumns } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';

/**
 * Samples that run through one pipeline one after another: one series, or (`pool: all`) every
 * series of a metric, interleaved by time as the original scripts saw them.
 */
export interface Stream {
  /** Streams of one group share a reference window. */
  readonly group: string;
  readonly members: readonly SeriesColumns[];
  readonly metric: string;
}

/** The series that settings judge, in recording order. */
export function judgedSeries(data: RecordingData, settings: Settings): SeriesColumns[] {
  const first = new Map<string, string>();
  const judged = data.series.filter(
    ({ series }) => series.kind === 'usage' && settings.metrics.includes(series.metric),
  );
  if (settings.containers === 'all') return judged;
  for (const { series } of judged) {
    const pod = JSON.stringify([series.namespace, series.pod]);
    if (!first.has(pod)) first.set(pod, series.container);
  }
  return judged.filter(
    ({ series }) => first.get(JSON.stringify([series.namespace, series.pod])) === series.container,
  );
}

/** Who shares a reference window with this series, as a key. */
function groupOf({ series }: SeriesColumns, pool: Settings['pool']): string {
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

/** Cuts a recording into streams, in the order of their first series. */
export function streamsOf(data: RecordingData, settings: Settings): Stream[] {
  const judged = judgedSeries(data, settings);
  if (settings.pool !== 'all') {
    return judged.map((columns) => ({
      group: groupOf(columns, settings.pool),
      members: [columns],
      metric: columns.series.metric,
    }));
  }
  const byMetric = new Map<string, SeriesColumns[]>();
  for (const columns of judged) {
    const members = byMetric.get(columns.series.metric) ?? [];
    byMetric.set(columns.series.metric, members);
    members.push(columns);
  }
  return [...byMetric].map(([metric, members]) => ({ group: metric, members, metric }));
}

/**
 * Visits every sample of several columns by time, then by column: `visit(column, index)`.
 *
 * One column is a plain loop; more are merged with a heap-free scan per time step.
 */
export function mergeByTime(
  columns: readonly SeriesColumns[],
  visit: (column: number, index: number) => void,
): void {
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) {
    for (let i = 0; i < only.times.length; i += 1) visit(0, i);
    return;
  }
  const order = columns.flatMap(({ times }, column) =>
    Array.from(times, (t, index) => ({ t, column, index })),
  );
  order.sort((a, b) => a.t - b.t || a.column - b.column);
  for (const { column, index } of order) visit(column, index);
}
