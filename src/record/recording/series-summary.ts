import type Database from 'better-sqlite3';
import type { SeriesColumns } from '../../core/series.ts';
import { isTime } from './cells.ts';
import { Damage } from './failures.ts';
import { setMeta } from './meta.ts';

/** What is known of one series without reading its samples. */
export interface SeriesSummary {
  readonly samples: number;
  /** Times of the first and last sample; null: none. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** The usual distance of neighbouring sample times (the lower median), ms; null: under two. */
  readonly stepMs: number | null;
}

/** Series whose summaries share one entry of `meta`. */
const BLOCK = 256;

/** The lower median of the distances between neighbouring times; null for fewer than two. */
export function usualStep(times: Float64Array): number | null {
  if (times.length < 2) return null;
  const steps = new Float64Array(times.length - 1);
  for (let i = 0; i < steps.length; i++) steps[i] = times[i + 1]! - times[i]!;
  steps.sort();
  return steps[(steps.length - 1) >> 1] ?? null;
}

/** The summary of one series from its columns. */
export function summarise({ times }: SeriesColumns): SeriesSummary {
  return {
    samples: times.length,
    firstMs: times[0] ?? null,
    lastMs: times[times.length - 1] ?? null,
    stepMs: usualStep(times),
  };
}

/** Writes the summaries, by series id, into `meta`: JSON rows of samples, first, last, step. */
export function writeSummaries(db: Database.Database, summaries: readonly SeriesSummary[]): void {
  db.prepare("DELETE FROM meta WHERE key GLOB 'summary:*'").run();
  for (let block = 0; block * BLOCK < summaries.length; block++) {
    const rows = summaries
      .slice(block * BLOCK, (block + 1) * BLOCK)
      .map(({ samples, firstMs, lastMs, stepMs }) => [samples, firstMs, lastMs, stepMs]);
    setMeta(db, `summary:${String(block).padStart(6, '0')}`, JSON.stringify(rows));
  }
}

const isTimeOrNull = (value: unknown): value is number | null => value === null || isTime(value);

function summaryOf(row: unknown): SeriesSummary {
  if (Array.isArray(row) && row.length === 4) {
    const [samples, firstMs, lastMs, stepMs] = row as unknown[];
    if (isTime(samples) && isTimeOrNull(firstMs) && isTimeOrNull(lastMs) && isTimeOrNull(stepMs)) {
      if (samples >= 0) return { samples, firstMs, lastMs, stepMs };
    }
  }
  throw new Damage('a summary in meta');
}

function parsed(text: string): unknown[] {
  try {
    const rows: unknown = JSON.parse(text);
    if (Array.isArray(rows)) return rows;
  } catch {
    // Falls through: what is no JSON is as damaged as what is no list.
  }
  throw new Damage('a summary in meta');
}

/** The summaries by series id; null where the recording has none (not finalised, older). */
export function readSummaries(
  meta: ReadonlyMap<string, string>,
  series: number,
): readonly SeriesSummary[] | null {
  const blocks = [...meta].filter(([key]) => key.startsWith('summary:'));
  const rows = blocks.flatMap(([, text]) => parsed(text).map(summaryOf));
  return rows.length === series && (series === 0 || blocks.length > 0) ? rows : null;
}
