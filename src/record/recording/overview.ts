import type Database from 'better-sqlite3';
import type { Label, Mark, RecordingInfo, Tick } from '../../core/recording.ts';
import { compareSeries, type Series } from '../../core/series.ts';
import { isTime } from './cells.ts';
import { seriesOf } from './columns.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { infoOf } from './info.ts';
import { withRecording } from './open.ts';
import { readLabels, readMarks, readMeta, readSeriesRows, readTickRows, tickOf } from './rows.ts';
import { readSummaries, type SeriesSummary, usualStep } from './series-summary.ts';

/** What `inspect` shows without reading the samples. */
export interface RecordingOverview {
  /** The digest is '' while the recording is not finalised: it would take all samples. */
  readonly info: RecordingInfo;
  /** In `compareSeries` order. */
  readonly series: readonly (Series & SeriesSummary)[];
  readonly ticks: readonly Tick[];
  readonly coverage: Coverage;
  readonly marks: readonly Mark[];
  readonly labels: readonly Label[];
  /** Rejects kept, by reason, most frequent first. */
  readonly rejects: readonly { readonly reason: string; readonly count: number }[];
  /** Size of the main file, bytes. */
  readonly bytes: number;
  readonly schemaVersion: number;
}

/** The summaries of a recording that has none: one pass over the samples, times only. */
function scanSummaries(db: Database.Database, series: number): readonly SeriesSummary[] {
  const times: number[][] = Array.from({ length: series }, () => []);
  const rows = db
    .prepare('SELECT series_id, t_ms FROM sample ORDER BY tick, series_id, t_ms')
    .raw()
    .iterate() as IterableIterator<readonly [number, unknown]>;
  for (const [id, t] of rows) if (isTime(t)) times[id - 1]?.push(t);
  return times.map((list) => {
    const sorted = Float64Array.from(list).sort();
    return {
      samples: sorted.length,
      firstMs: sorted[0] ?? null,
      lastMs: sorted[sorted.length - 1] ?? null,
      stepMs: usualStep(sorted),
    };
  });
}

/**
 * What is in a recording, without its samples where it was finalised.
 *
 * Throws BAD_RECORDING as `readRecording` does, except for damage that only the samples show.
 */
export function overview(path: string): RecordingOverview {
  return withRecording(path, (open) => {
    const { db, bytes, schemaVersion } = open;
    const meta = readMeta(db);
    const rows = readSeriesRows(db);
    const summaries = readSummaries(meta, rows.length) ?? scanSummaries(db, rows.length);
    const none: SeriesSummary = { samples: 0, firstMs: null, lastMs: null, stepMs: null };
    const series = rows
      .map((row, i) => ({ ...seriesOf(row), ...(summaries[i] ?? none) }))
      .sort(compareSeries);
    let startMs = Infinity;
    let endMs = -Infinity;
    for (const { firstMs, lastMs } of summaries) {
      startMs = Math.min(startMs, firstMs ?? Infinity);
      endMs = Math.max(endMs, lastMs ?? -Infinity);
    }
    const range = startMs <= endMs ? { startMs, endMs } : { startMs: 0, endMs: 0 };
    const rejects = db
      .prepare<[], { reason: string; count: number }>(
        'SELECT reason, count(*) AS count FROM reject GROUP BY reason ORDER BY count DESC, reason',
      )
      .all();
    const ticks = readTickRows(db).map(tickOf);
    return {
      info: infoOf(open, meta, { digest: meta.get('digest') ?? '', ...range }),
      series,
      ...{ ticks, coverage: coverageOf(ticks) },
      marks: readMarks(db),
      labels: readLabels(db),
      ...{ rejects, bytes, schemaVersion },
    };
  });
}
