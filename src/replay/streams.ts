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
export function podKey({ namespace, pod }: Pick<Series, 'namespace' | 'pod'>): string {
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
