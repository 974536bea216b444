import { fstatSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { createSeriesDigest } from '../../core/digest.ts';
import { ToolError } from '../../core/errors.ts';
import { compareSeries } from '../../core/series.ts';
import { createCollector } from './collector.ts';
import { columnsInOrder, extentOf, readColumns, sampleRoot } from './columns.ts';
import { contextDigest } from './context.ts';
import { CONTEXT, setMeta, writeMetaCheck } from './meta.ts';
import { readSeriesRows, type SeriesRow } from './rows.ts';
import { type PagedFile, takeSamplePages } from './sample-pages.ts';
import { type SeriesSummary, summarise, writeSummaries } from './series-summary.ts';

/** Usual `atOnce`; each takes 16 bytes. */
const SAMPLES_AT_ONCE = 3_000_000;

/** What a series takes beside its samples, in samples: columns are objects, too. */
const SERIES_COST = 100;

/** What a recording adds up to at its end. */
export interface Totals {
  readonly digest: string;
  readonly samples: number;
}

/** A file that holds all samples in its pages, and how many of each series, by id − 1. */
export interface WrittenPages {
  /**
   * The file's descriptor. Close it after the database: closing any descriptor of a file gives up
   * all locks that the process has on it.
   */
  readonly handle: number;
  readonly counts: readonly number[];
  /** Samples whose columns may be in memory at once, unless one series has more. */
  readonly atOnce?: number;
}

/** Samples of each series, by id − 1, counted by SQLite. */
export function sampleCounts(db: Database.Database): readonly number[] {
  const counts: number[] = [];
  const rows = db.prepare('SELECT series_id, count(*) FROM sample GROUP BY series_id').raw().all();
  for (const [id, count] of rows as [number, number][]) counts[id - 1] = count;
  return counts;
}

/** What the samples add up to. */
interface SampleTotals {
  readonly digest: string;
  readonly startMs: number;
  readonly endMs: number;
  /** By series id − 1. */
  readonly summaries: readonly SeriesSummary[];
}

/** Rows in `compareSeries` order, cut so that each group has few samples. */
function groupsOf(
  rows: readonly SeriesRow[],
  counts: readonly number[],
  atOnce: number,
): SeriesRow[][] {
  const groups: SeriesRow[][] = [];
  let room = 0;
  for (const row of [...rows].sort(compareSeries)) {
    const cost = (counts[row.id - 1] ?? 0) + SERIES_COST;
    if (groups.length === 0 || cost > room) {
      groups.push([]);
      room = atOnce;
    }
    groups[groups.length - 1]!.push(row);
    room -= cost;
  }
  return groups;
}

/**
 * Adds samples up from the pages of a file, some series after others, so that memory does not
 * grow with the recording. null where the pages do not hold what was counted.
 */
function pagedTotals(
  file: PagedFile,
  root: number,
  rows: readonly SeriesRow[],
  { counts, atOnce = SAMPLES_AT_ONCE }: WrittenPages,
): SampleTotals | null {
  const digest = createSeriesDigest();
  const summaries: SeriesSummary[] = [];
  const extents: { readonly times: Float64Array }[] = [];
  for (const group of groupsOf(rows, counts, atOnce)) {
    const expected = group.map(({ id }) => counts[id - 1] ?? 0);
    const collector = createCollector(expected);
    const place = new Int32Array(rows.length + 1);
    group.forEach(({ id }, i) => (place[id] = i + 1));
    const isWhole = takeSamplePages(file, root, (id, t, value) => {
      const at = place[id]!;
      if (at > 0) collector.add(at, t, value);
    });
    if (!isWhole) return null;
    const columns = columnsInOrder(group, collector);
    if (columns.some(({ times }, i) => times.length !== expected[i])) return null;
    columns.forEach((one, i) => {
      digest.add(one);
      summaries[group[i]!.id - 1] = summarise(one);
    });
    const { startMs, endMs } = extentOf(columns);
    if (columns.some(({ times }) => times.length > 0)) {
      extents.push({ times: Float64Array.of(startMs, endMs) });
    }
  }
  return { digest: digest.hex(), summaries, ...extentOf(extents) };
}

function sampleTotals(
  db: Database.Database,
  rows: readonly SeriesRow[],
  pages: WrittenPages | null,
): SampleTotals {
  if (pages !== null) {
    const file = { handle: pages.handle, bytes: fstatSync(pages.handle).size };
    const totals = pagedTotals(file, sampleRoot(db), rows, pages);
    if (totals !== null) return totals;
  }
  const { byId, ...totals } = readColumns(db, rows);
  return { ...totals, summaries: byId.map(summarise) };
}

/**
 * Writes what makes a recording a finalised one, inside the caller's transaction: the content
 * digest, time range and summaries, and over all that the context digest. Rows, row checks and
 * chain must be complete. `pages`: where all samples are in the file itself, outside the
 * transaction and any log.
 */
export function writeTotals(db: Database.Database, pages: WrittenPages | null = null): Totals {
  const rows = readSeriesRows(db);
  const { digest, startMs, endMs, summaries } = sampleTotals(db, rows, pages);
  writeSummaries(db, summaries);
  setMeta(db, 'digest', digest);
  setMeta(db, 'start_ms', String(startMs));
  setMeta(db, 'end_ms', String(endMs));
  writeMetaCheck(db);
  setMeta(db, CONTEXT, contextDigest(db));
  return { digest, samples: summaries.reduce((sum, { samples }) => sum + samples, 0) };
}

/**
 * Folds the write-ahead log into the file, so that it stands alone. Throws STORAGE when another
 * program has the file open.
 */
export function foldLog(path: string, db: Database.Database): void {
  db.pragma('wal_checkpoint(TRUNCATE)');
  const mode: unknown = db.pragma('journal_mode = DELETE', { simple: true });
  if (mode !== 'delete') {
    throw new ToolError(
      'STORAGE',
      `${path} is open in another program; all is safe in it and its -wal, but it is not one file.`,
      { path },
    );
  }
}
