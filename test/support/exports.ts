import { exportCsv } from '../../src/record/export/csv.ts';
import { exportOpenMetrics } from '../../src/record/export/openmetrics.ts';
import { exportParquet } from '../../src/record/export/parquet.ts';
import { contextJson, contextPath } from '../../src/record/context-file.ts';
import type { RecordingData } from '../../src/core/recording.ts';

export const SAMPLE_FORMATS = ['csv', 'openmetrics', 'parquet'] as const;
export type SampleFormat = (typeof SAMPLE_FORMATS)[number];

/** What `export` writes, by file name: the samples, and beside them what their format cannot hold. */
export function exportedFiles(
  data: RecordingData,
  format: SampleFormat,
): Record<string, string | Uint8Array> {
  if (format === 'parquet') {
    const chunks: Uint8Array[] = [];
    // The bytes are lent: the next ones take their place.
    exportParquet(data, (bytes) => chunks.push(bytes.slice()));
    return { 'run.parquet': Buffer.concat(chunks) };
  }
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  if (format === 'csv') exportCsv(data.series, write);
  else exportOpenMetrics(data.series, write);
  const name = format === 'csv' ? 'run.csv' : 'run.om';
  return { [name]: text, [contextPath(name)]: contextJson(data) };
}
