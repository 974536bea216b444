import type { Label, Mark, RecordingData, RecordingInfo, Tick } from '../../core/recording.ts';
import type { Series } from '../../core/series.ts';

/** What `inspect` shows without reading the samples. */
export interface RecordingOverview {
  readonly info: RecordingInfo;
  readonly series: readonly (Series & { readonly samples: number })[];
  readonly ticks: readonly Tick[];
  readonly marks: readonly Mark[];
  readonly labels: readonly Label[];
}

/**
 * Reads a whole recording, finalised or not, without changing it.
 *
 * Throws BAD_RECORDING: missing, foreign, newer schema, truncated, hostile.
 */
export function readRecording(_path: string): RecordingData {
  throw new Error('not built yet');
}
