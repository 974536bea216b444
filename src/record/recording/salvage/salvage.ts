import { closeSync, openSync, realpathSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { ToolError } from '../../../core/errors.ts';
import { VERSION } from '../../../core/version.ts';
import { createDatabase } from '../create.ts';
import { refusal, storageFailure } from '../failures.ts';
import { sampleCounts, type Totals, writeTotals } from '../finalise.ts';
import { META_CHECK, setMeta } from '../meta.ts';
import { takePlace } from '../place.ts';
import { rowCheck } from '../row-check.ts';
import { CHECKED_TABLES, rewriteChecks } from '../row-checks.ts';
import { readMeta, readTickRows, tickOf } from '../rows.ts';
import { gatherRows } from './gather.ts';
import { restoreRows, restoreSeries } from './restore-names.ts';
import { intervalOf, type LostTicks, rechain, restoreTicks } from './restore-ticks.ts';
import { openWreck } from './wreck.ts';

/** What was saved of a damaged recording, and what was not. */
export interface Salvage extends Totals {
  /** Ticks of the new recording, those that were lost among them. */
  readonly ticks: number;
  /** Ticks as they were committed. */
  readonly saved: number;
  readonly lost: readonly LostTicks[];
  readonly series: number;
  /** Series whose names alone are left. */
  readonly bareSeries: number;
  /** Series whose samples are gone, since nothing tells their names. */
  readonly lostSeries: number;
  readonly lostMarks: number;
  readonly lostLabels: number;
  readonly lostNotes: number;
}

/** Entries of the metadata that are as they were written, by their checksums where there are any. */
function provenMeta(meta: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  let checks: Readonly<Record<string, unknown>> = {};
  try {
    checks = { ...(JSON.parse(meta.get(META_CHECK) ?? '{}') as object) };
  } catch {
    // Then nothing speaks against an entry.
  }
  const known = new Map(Object.entries(checks));
  return new Map(
    [...meta].filter(([key, value]) => {
      const check = known.get(key);
      return check === undefined || check === rowCheck('meta', [key, value]);
    }),
  );
}

/** Writes metadata anew, the proven entries as they were. */
function restoreMeta(db: Database.Database, meta: ReadonlyMap<string, string>): void {
  const kind = meta.get('kind') ?? '';
  const isKind = ['recorded', 'imported', 'synthetic'].includes(kind);
  const stored = meta.get('interval_ms');
  const isInterval = stored === '' || Number(stored) > 0;
  const interval = intervalOf(readTickRows(db).map(tickOf));
  db.exec('DELETE FROM meta');
  setMeta(db, 'kind', isKind ? kind : 'recorded');
  setMeta(db, 'origin', meta.get('origin') ?? 'not known any more');
  setMeta(db, 'version', meta.get('version') ?? VERSION);
  setMeta(
    db,
    'interval_ms',
    stored !== undefined && isInterval
      ? stored
      : interval === null
        ? ''
        : String(Math.round(interval)),
  );
}

function rebuild(db: Database.Database, path: string): Omit<Salvage, keyof Totals> {
  const wreck = openWreck(path);
  let found;
  try {
    found = gatherRows(wreck, db);
  } finally {
    wreck.close();
  }
  const meta = provenMeta(readMeta(db));
  const { saved, lost } = restoreTicks(db, meta);
  if (saved === 0) {
    throw refusal(path, 'no tick of a recording is left in it; nothing can be saved');
  }
  const series = restoreSeries(db, meta, found);
  const lostMarks = restoreRows(db, meta, 'mark');
  const lostLabels = restoreRows(db, meta, 'label');
  const lostNotes = restoreRows(db, meta, 'note');
  restoreMeta(db, meta);
  const { ticks } = rechain(db);
  if (lost.length + series.bare + series.lost + lostMarks + lostLabels + lostNotes > 0) {
    db.prepare('INSERT OR IGNORE INTO note VALUES (?)').run(
      `Saved from a damaged file: ${String(saved)} of ${String(ticks)} ticks are as they were.`,
    );
  }
  for (const table of CHECKED_TABLES) rewriteChecks(db, table);
  return {
    ...{ ticks, saved, lost, series: series.kept },
    ...{ bareSeries: series.bare, lostSeries: series.lost },
    ...{ lostMarks, lostLabels, lostNotes },
  };
}

function writeSalvage(file: string, path: string): Salvage {
  const db = createDatabase(file, 'atomic');
  let handle: number | null = null;
  try {
    const found = rebuild(db, path);
    // All is in the file's own pages then, and can be added up without SQLite.
    db.exec('COMMIT; BEGIN IMMEDIATE');
    handle = openSync(file, 'r');
    const totals = writeTotals(db, { handle, counts: sampleCounts(db) });
    db.exec('COMMIT');
    return { ...found, ...totals };
  } finally {
    db.close();
    if (handle !== null) closeSync(handle);
  }
}

/**
 * Makes a new, finalised recording of what is left of a damaged one: every tick that its digest
 * proves, whatever happened to the pages around it. Lost ticks become `missed` ones.
 *
 * The damaged file and its log are only read. Throws BAD_RECORDING where there is no such file or
 * nothing in it can be saved, STORAGE where the new one cannot be written, USAGE where both are
 * one file.
 */
export function salvageRecording(path: string, output: string, force: boolean): Salvage {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw refusal(path, 'there is no such file; check the path');
  if (!stat.isFile()) throw refusal(path, 'it is no plain file');
  const there = statSync(output, { throwIfNoEntry: false });
  if (there !== undefined && realpathSync(output) === realpathSync(path)) {
    throw new ToolError('USAGE', `${output} is the damaged file itself; name another with -o.`);
  }
  try {
    const place = takePlace(output, 'atomic', force);
    try {
      const salvage = writeSalvage(place.file, path);
      place.complete();
      return salvage;
    } catch (error) {
      place.giveUp();
      throw error;
    }
  } catch (error) {
    throw storageFailure(output, error);
  }
}
