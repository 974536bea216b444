import type Database from 'better-sqlite3';
import { formatTime } from '../../core/time.ts';
import { createCollector } from './collector.ts';
import { columnsOf } from './columns.ts';
import { contextDigest } from './context.ts';
import { isDamage } from './failures.ts';
import { CONTEXT } from './meta.ts';
import { withRecording } from './open.ts';
import { readMeta, readSeriesRows } from './rows.ts';
import { type ChainCheck, checkChain, type DamagedTick } from './verify-chain.ts';
import { rowProblems } from './verify-rows.ts';

export type { DamagedTick } from './verify-chain.ts';

/** What `verify` found. */
export interface Verification {
  readonly ticks: number;
  readonly samples: number;
  readonly finalised: boolean;
  /** The digest of the samples as they are now; '' where they cannot be read. */
  readonly digest: string;
  readonly damagedTicks: readonly DamagedTick[];
  /** Everything else that is wrong, one sentence each. */
  readonly problems: readonly string[];
}

/** Most sentences of SQLite's own check that are passed on. */
const STRUCTURE_PROBLEMS = 5;

/** Does one part of the check; damage that stops it becomes a sentence. */
function guarded(problems: string[], part: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isDamage(error)) throw error;
    problems.push(`${part} cannot be read: ${error.message}.`);
  }
}

/** Samples and rejects that no tick or series owns. */
function checkOwners(db: Database.Database, checked: ChainCheck, problems: string[]): void {
  const count = (sql: string) => Number(db.prepare(sql).pluck().get());
  const total = count('SELECT count(*) FROM sample');
  const stray = total - checked.samples;
  if (stray !== 0) {
    problems.push(
      `${String(Math.abs(stray))} samples are not found under the tick they belong to.`,
    );
  }
  const lost = count('SELECT count(*) FROM reject WHERE tick NOT IN (SELECT seq FROM tick)');
  if (lost > 0) problems.push(`${String(lost)} rejects belong to no tick.`);
}

/** What SQLite itself finds wrong with pages and indexes; values it cannot judge. */
function checkStructure(db: Database.Database, problems: string[]): void {
  const found = db
    .prepare<[], string>(`PRAGMA integrity_check(${String(STRUCTURE_PROBLEMS)})`)
    .pluck()
    .all();
  if (found.length === 1 && found[0] === 'ok') return;
  for (const text of found) problems.push(`Structure: ${text.split('\n').join(' ')}.`);
}

/**
 * Checks a recording tick by tick and row by row against the digests that were written with it.
 *
 * Any change of a sample, a tick, a reject, a series, a mark, a label, a note or the metadata is
 * found and named. Throws BAD_RECORDING when the file is no recording or cannot be read at all.
 */
export function verifyRecording(path: string): Verification {
  return withRecording(path, ({ db, singleFile }) => {
    const problems: string[] = [];
    let meta: ReadonlyMap<string, string> = new Map<string, string>();
    guarded(problems, 'Table meta', () => {
      meta = readMeta(db);
    });
    let checked: ChainCheck = {
      ticks: 0,
      samples: 0,
      damagedTicks: [],
      unproven: [],
      problems: [],
    };
    const collector = createCollector();
    guarded(problems, 'Table tick', () => {
      checked = checkChain(db, meta, collector.add);
      problems.push(...checked.problems);
      checkOwners(db, checked, problems);
    });
    guarded(problems, 'A table of names', () => {
      problems.push(...rowProblems(db, meta));
    });
    let digest = '';
    guarded(problems, 'Table sample', () => {
      ({ digest } = columnsOf(readSeriesRows(db), collector));
      const expected = meta.get('digest');
      if (expected !== undefined && expected !== digest) {
        problems.push('The samples are not those finalised.');
      }
    });
    guarded(problems, 'The context', () => {
      const context = meta.get(CONTEXT);
      if (context === undefined && meta.has('digest')) {
        problems.push(`meta "${CONTEXT}" is missing.`);
      } else if (context !== undefined && context !== contextDigest(db)) {
        problems.push('Series, marks, labels, notes or metadata are not those finalised.');
      }
    });
    guarded(problems, 'The file', () => {
      checkStructure(db, problems);
    });
    const { ticks, samples, damagedTicks } = checked;
    const finalised = singleFile && meta.has(CONTEXT);
    return { ticks, samples, finalised, digest, damagedTicks, problems };
  });
}

/** A damaged tick for people: `damaged tick 17 (2026-01-31T08:15:00.000Z)`. */
export function damagedTickText({ seq, scheduledMs }: DamagedTick): string {
  const time = scheduledMs === null ? 'time unknown' : formatTime(scheduledMs);
  return `damaged tick ${String(seq)} (${time})`;
}
