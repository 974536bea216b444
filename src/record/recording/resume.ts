import type Database from 'better-sqlite3';
import { ToolError } from '../../core/errors.ts';
import { CHAIN_START, tickDigest, tickReader } from './chain.ts';
import { makeDurable, openForWriting } from './create.ts';
import { refusal, storageFailure } from './failures.ts';
import { lockRecording } from './lock.ts';
import { CONTEXT, HEAD, META_CHECK, writeMetaCheck } from './meta.ts';
import { withRecording } from './open.ts';
import { resumedPlace } from './place.ts';
import { recordingWriter, type StoredState } from './recording-writer.ts';
import { storedChecks } from './row-checks.ts';
import { readMeta, readNotes, readSeriesRows, tickOf } from './rows.ts';
import type { StoredTail } from './seen.ts';
import { rowProblems } from './verify-rows.ts';
import type { RecordingWriter } from './writer-contract.ts';

/** Where a recording that is gone on with stands. */
export interface ResumePoint {
  readonly origin: string;
  readonly intervalMs: number;
  readonly ticks: number;
  /** When its last tick was due, Unix ms; null: it has none. */
  readonly lastDueMs: number | null;
  /** The newest of its sample times, Unix ms; null: it has no samples. */
  readonly lastSampleMs: number | null;
}

/** The right to go on with a recording; nothing in it is changed before `start`. */
export interface Resumption {
  readonly point: ResumePoint;
  /** Opens it for writing, as it was while it was recorded. Throws STORAGE. */
  readonly start: () => RecordingWriter;
  /** Gives the right back without having started. */
  readonly release: () => void;
}

/** Ticks with samples whose values are taken into memory again. */
const TAIL_TICKS = 64;

const DAMAGED = 'it is damaged; "podtape verify" names what, "podtape salvage" keeps the rest';

/** Reads the last ticks, held to their digests, and how far the older ones reach. */
function readTail(path: string, db: Database.Database, last: number, series: number): StoredTail {
  const first = db
    .prepare<[number], number>(
      'SELECT seq FROM tick WHERE samples > 0 ORDER BY seq DESC LIMIT 1 OFFSET ?',
    )
    .pluck()
    .get(TAIL_TICKS - 1);
  const from = first ?? 1;
  const older = db
    .prepare<[number], number | null>('SELECT max(t_ms) FROM sample WHERE tick < ?')
    .pluck()
    .get(from);
  const read = tickReader(db);
  let digest = from === 1 ? CHAIN_START : read(from - 1).row.digest;
  const parts: Float64Array[] = [];
  for (let seq = from; seq <= last; seq++) {
    const { row, rejects, rows } = read(seq);
    if (row.digest !== tickDigest(digest, tickOf(row), rejects, rows)) throw refusal(path, DAMAGED);
    digest = row.digest;
    parts.push(rows);
  }
  const rows = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    rows.set(part, at);
    at += part.length;
  }
  return { series, olderMs: older ?? -Infinity, rows };
}

function newestOf({ olderMs, rows }: StoredTail): number | null {
  let newest = olderMs;
  for (let i = 1; i < rows.length; i += 3) newest = Math.max(newest, rows[i] ?? newest);
  return newest === -Infinity ? null : newest;
}

/** What a recorder has to know of its recording, read back. Throws BAD_RECORDING. */
function readState(path: string): { readonly point: ResumePoint; readonly stored: StoredState } {
  return withRecording(path, ({ db }) => {
    const meta = readMeta(db);
    const intervalMs = Number(meta.get('interval_ms') ?? '');
    if (meta.get('kind') !== 'recorded' || !(intervalMs > 0)) {
      throw new ToolError('USAGE', `${path} was not recorded but made; record to another file.`);
    }
    if (!meta.has(META_CHECK)) {
      throw new ToolError('USAGE', `${path} is by an older podtape; record to another file.`);
    }
    if (rowProblems(db, meta).next().done !== true) throw refusal(path, DAMAGED);
    const last = db
      .prepare<[], { seq: number; due: number; digest: string }>(
        'SELECT seq, scheduled_ms AS due, digest FROM tick ORDER BY seq DESC LIMIT 1',
      )
      .get();
    const head = { count: last?.seq ?? 0, digest: last?.digest ?? CHAIN_START };
    if (meta.get(HEAD) !== `${String(head.count)} ${head.digest}`) throw refusal(path, DAMAGED);
    const series = readSeriesRows(db);
    const tail = readTail(path, db, head.count, series.length);
    return {
      point: {
        ...{ origin: meta.get('origin') ?? '', intervalMs },
        ...{ ticks: head.count, lastDueMs: last?.due ?? null, lastSampleMs: newestOf(tail) },
      },
      stored: {
        ...{ head, series, notes: readNotes(db), tail },
        seriesChecks: storedChecks(meta, 'series'),
        markChecks: storedChecks(meta, 'mark'),
      },
    };
  });
}

/** Takes out what a finalised recording has beyond a live one, in one transaction. */
function reopen(db: Database.Database): void {
  db.pragma('synchronous = FULL');
  db.exec('BEGIN IMMEDIATE');
  db.prepare(
    `DELETE FROM meta WHERE key IN ('digest', 'start_ms', 'end_ms', ?) OR key GLOB 'summary:*'`,
  ).run(CONTEXT);
  writeMetaCheck(db);
  db.exec('COMMIT');
}

/**
 * Takes the right to go on with a recording, whether its recorder was killed or had ended.
 *
 * The last ticks, the names and the metadata are held to their digests; the others are not read
 * again. Throws BAD_RECORDING where it is missing, foreign or damaged, USAGE where it was not
 * recorded from a schedule, STORAGE where another recorder has it.
 */
export function resumeRecording(path: string): Resumption {
  // A missing or foreign file is refused before a lock appears beside it.
  withRecording(path, () => undefined);
  try {
    const lock = lockRecording(path);
    try {
      const { point, stored } = readState(path);
      return {
        point,
        release: lock.release,
        start() {
          try {
            const db = openForWriting(path);
            try {
              reopen(db);
              makeDurable(db);
              return recordingWriter(path, db, resumedPlace(path, lock), { stored });
            } catch (error) {
              db.close();
              throw error;
            }
          } catch (error) {
            lock.release();
            throw storageFailure(path, error);
          }
        },
      };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw storageFailure(path, error);
  }
}
