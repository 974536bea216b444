import { digestSeries } from '../../src/core/digest.ts';
import type { Label, Mark, RecordingData } from '../../src/core/recording.ts';
import { compareSeries, type Series, type SeriesColumns, seriesId } from '../../src/core/series.ts';

/** A series with sensible attributes, for tests. */
export function aSeries(change: Partial<Series> = {}): Series {
  const key = { namespace: 'shop', pod: 'web-1', container: 'web', metric: 'cpu', ...change };
  return {
    ...{ unit: key.metric === 'memory' ? 'bytes' : 'cores', kind: 'usage' },
    ...{ workloadKind: null, workload: null, node: null, podUid: null, request: null, limit: null },
    ...key,
    id: seriesId(key),
  };
}

/** Values every `stepMs` from `startMs` on as columns. */
export function columnsOf(
  series: Series,
  values: readonly number[],
  stepMs = 15_000,
  startMs = 1_700_000_000_000,
): SeriesColumns {
  return {
    series,
    times: Float64Array.from(values, (_, i) => startMs + i * stepMs),
    values: Float64Array.from(values),
  };
}

/** A recording as a value, without a file. */
export function aRecording(
  columns: readonly SeriesColumns[],
  labels: readonly Label[] = [],
  marks: readonly Mark[] = [],
): RecordingData {
  const series = [...columns].sort((a, b) => compareSeries(a.series, b.series));
  const times = series.flatMap((one) => [...one.times]);
  return {
    info: {
      ...{ kind: 'synthetic', origin: 'test', version: '0', intervalMs: 15_000, finalised: true },
      digest: digestSeries(series),
      startMs: times.length === 0 ? 0 : times.reduce((a, b) => Math.min(a, b)),
      endMs: times.reduce((a, b) => Math.max(a, b), 0),
      notes: [],
    },
    ...{ series, ticks: [], marks, labels },
  };
}
