import type Database from 'better-sqlite3';
import { ToolError } from '../../core/errors.ts';
import type { Collector } from './collector.ts';
import { columnsOf, readColumns } from './columns.ts';
import { contextDigest } from './context.ts';
import { CONTEXT, setMeta, writeMetaCheck } from './meta.ts';
import { readSeriesRows } from './rows.ts';
import { summarise, writeSummaries } from './series-summary.ts';

/** What a recording adds up to at its end. */
export interface Totals {
  readonly digest: string;
  readonly samples: number;
}

/**
 * Writes what makes a recording a finalised one, inside the caller's transaction: the content
 * digest, time range and summaries, and over all that the context digest. Rows, row checks and
 * chain must be complete. `collected`: all samples, where the writer has them.
 */
export function writeTotals(db: Database.Database, collected: Collector | null = null): Totals {
  const rows = readSeriesRows(db);
  const { byId, digest, startMs, endMs } =
    collected === null ? readColumns(db, rows) : columnsOf(rows, collected);
  const summaries = byId.map(summarise);
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
