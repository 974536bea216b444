import type { RecordingData } from '../../core/recording.ts';
import type { RunExtent } from './events.ts';

/** What a recording covers: its first and last sample, and its pods (usage series only). */
export function runExtent(data: RecordingData): RunExtent {
  const pods = new Set<string>();
  for (const { series } of data.series) {
    if (series.kind === 'usage') pods.add(`${series.namespace}/${series.pod}`);
  }
  return { startMs: data.info.startMs, endMs: data.info.endMs, pods: pods.size };
}
