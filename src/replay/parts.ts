import type { RecordingData } from '../core/recording.ts';
import type { SeriesColumns } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';
import { groupOf, judgedSeries, podKey } from './streams.ts';

/**
 * Series that know of each other while they are scored: those of one pod (its containers are
 * counted, CPU and memory judged together) and those that share a window. In the order of their
 * first series.
 */
function clustersOf(judged: readonly SeriesColumns[], { pool }: Settings): SeriesColumns[][] {
  // A forest of keys, each pointing to another of its cluster; a root points to itself.
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) {
      root = up;
    }
    parent.set(key, root);
    return root;
  };
  const podOf = ({ series }: SeriesColumns): string => `pod ${podKey(series)}`;
  for (const columns of judged) {
    parent.set(rootOf(podOf(columns)), rootOf(`group ${groupOf(columns.series, pool)}`));
  }
  const clusters = new Map<string, SeriesColumns[]>();
  for (const columns of judged) {
    const root = rootOf(podOf(columns));
    const cluster = clusters.get(root) ?? [];
    clusters.set(root, cluster);
    cluster.push(columns);
  }
  return [...clusters.values()];
}

/**
 * Cuts a recording into at most `most` recordings of about the same number of judged samples, that
 * give the same scores one by one as it does whole, if the run's start is told to them: see
 * `scoreRecording`. Without ticks, and without series that are not judged.
 */
export function partsOf(data: RecordingData, settings: Settings, most: number): RecordingData[] {
  const judged = judgedSeries(data, settings);
  const clusters = clustersOf(judged, settings);
  const total = judged.reduce((sum, { times }) => sum + times.length, 0);
  const parts: SeriesColumns[][] = [];
  let samples = 0;
  for (const cluster of clusters) {
    // Where a part begins is told by the samples before it, so no rounding adds up.
    const at = Math.min(most - 1, Math.floor((samples / Math.max(1, total)) * most));
    (parts[at] ??= []).push(...cluster);
    for (const { times } of cluster) samples += times.length;
  }
  return parts.filter((part) => part.length > 0).map((series) => ({ ...data, series, ticks: [] }));
}
