import { closeSync, openSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Label, Mark, Tick } from '../../core/recording.ts';
import { formatTime } from '../../core/time.ts';
import { VERSION } from '../../core/version.ts';
import { sortBatch, type SortedBatch } from './batch.ts';
import { requireDurable, takeTime } from './create.ts';
import { storageFailure } from './failures.ts';
import { foldLog, sampleCounts, writeTotals } from './finalise.ts';
import { labelMetricsText } from './label-metrics.ts';
import { setMeta, writeMetaCheck } from './meta.ts';
import type { Place } from './place.ts';
import { createRowChecks, rewriteChecks } from './row-checks.ts';
import type { SeriesRow } from './rows.ts';
import { sameFileCheck } from './same-file.ts';
import { sampleInserter } from './sample-insert.ts';
import { createSeen, type StoredTail } from './seen.ts';
import { createSeriesTable } from './series-table.ts';
import { storable } from './text.ts';
import { createTickWriter, type Head } from './tick-writer.ts';
import type {
  RecordingMeta,
  RecordingWriter,
  Reject,
  TickBatch,
  TickReceipt,
} from './writer-contract.ts';

/** Rejects of one tick kept with their text; all are counted, but must not fill the disk. */
const REJECTS_PER_TICK = 1000;

/** Longest raw text of a reject. */
const RAW_LENGTH = 200;

/** Writes labels at the end of `label`, inside the caller's transaction. */
export function insertLabels(db: Database.Database, labels: readonly Label[]): void {
  const put = db.prepare('INSERT INTO label VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const label of labels) {
    put.run(
      ...[label.namespace, label.pod, label.container, label.metric].map(storable),
      ...[label.startMs, label.endMs, label.graceEndMs, storable(label.type)],
      label.visibleIn === null ? null : storable(labelMetricsText(label.visibleIn) ?? ''),
    );
  }
  rewriteChecks(db, 'label');
}

function writeMeta(db: Database.Database, meta: RecordingMeta): void {
  setMeta(db, 'kind', meta.kind);
  setMeta(db, 'origin', storable(meta.origin));
  setMeta(db, 'version', VERSION);
  setMeta(db, 'interval_ms', meta.intervalMs === null ? '' : String(meta.intervalMs));
  writeMetaCheck(db);
}

/** What a recording holds already that is gone on with. */
export interface StoredState {
  readonly head: Head;
  readonly series: readonly SeriesRow[];
  readonly seriesChecks: readonly string[];
  readonly markChecks: readonly string[];
  readonly notes: readonly string[];
  readonly tail: StoredTail;
}

/**
 * The writer of a database at its place: one that has just been laid out, whose `meta` it writes
 * (see `createRecording`), or one that holds a `StoredState` (see `resumeRecording`).
 */
export function recordingWriter(
  path: string,
  db: Database.Database,
  place: Place,
  start: { readonly meta: RecordingMeta } | { readonly stored: StoredState },
): RecordingWriter {
  const { live } = place;
  const stored = 'stored' in start ? start.stored : null;
  const series = createSeriesTable(db, stored?.series, stored?.seriesChecks);
  const ticks = createTickWriter(db, stored?.head);
  const seen = createSeen(db, stored?.tail);
  const insertSamples = sampleInserter(db);
  const marks = createRowChecks(db, 'mark', stored?.markChecks);
  const putMark = db.prepare('INSERT INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)');
  const notes = new Set(stored?.notes);
  const checkFile = live ? sameFileCheck(path) : () => undefined;
  /** Samples stored by this process, by series id − 1. */
  const counts: number[] = [];
  /** The file beside SQLite's connection; open from `finalise` on. */
  let handle: number | null = null;
  let state: 'open' | 'failed' | 'closed' = 'open';

  function requireOpen(): void {
    if (state !== 'open') throw new Error(`The writer of ${path} is ${state}.`);
  }

  /** Runs `work` as one transaction, or as a part of the one that an atomic recording is. */
  function transact<T>(work: () => T): T {
    requireOpen();
    const marksBefore = marks.rows();
    try {
      checkFile();
      if (live) db.exec('BEGIN IMMEDIATE');
      const result = work();
      if (live) db.exec('COMMIT');
      series.committed();
      ticks.committed();
      marks.committed();
      return result;
    } catch (error) {
      if (live) {
        // On a full disk SQLite has rolled back already.
        if (db.inTransaction) db.exec('ROLLBACK');
        series.rolledBack();
        ticks.rolledBack();
        marks.rolledBack(marksBefore);
      } else {
        state = 'failed';
      }
      throw storageFailure(path, error);
    }
  }

  function writeMarks(list: readonly Mark[]): void {
    if (list.length === 0) return;
    for (const { startMs, endMs, ...names } of list) {
      const id = marks.rows() + 1;
      const texts = [names.kind, names.name, names.namespace, names.pod].map(storable);
      const cells = [id, startMs, endMs, ...texts];
      putMark.run(...cells);
      marks.set(id - 1, cells);
    }
    marks.write();
  }

  function rejectsOf(batch: TickBatch, { conflicts }: SortedBatch): readonly Reject[] {
    const found = conflicts.map(({ id, time, value, kept }): Reject => {
      const raw = `${String(value)} at ${formatTime(time)}; kept ${String(kept)}`;
      return { ...series.get(id), reason: 'conflict', raw };
    });
    return [...batch.rejects, ...found].slice(0, REJECTS_PER_TICK).map((reject) => ({
      reason: storable(reject.reason),
      namespace: storable(reject.namespace),
      pod: storable(reject.pod),
      container: storable(reject.container),
      metric: storable(reject.metric),
      raw: storable(reject.raw.slice(0, RAW_LENGTH)),
    }));
  }

  function count(rows: Float64Array): void {
    for (let i = 0; i < rows.length; i += 3) {
      const at = rows[i]! - 1;
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }

  function close(): void {
    db.close();
    if (handle !== null) closeSync(handle);
    handle = null;
  }

  function writeTick(batch: TickBatch): { readonly tick: Tick; readonly rows: Float64Array } {
    const { scheduledMs, startedMs, finishedMs, outcome } = batch;
    const sorted = sortBatch(batch, series.size(), seen);
    const { rows, repeats, late } = sorted;
    const tick: Tick = {
      ...{ seq: ticks.next(), scheduledMs, startedMs, finishedMs, outcome },
      ...{ reason: storable(batch.reason), samples: rows.length / 3, repeats, late },
      ...{ conflicts: sorted.conflicts.length, rejected: batch.rejects.length },
    };
    series.write();
    ticks.append(tick, rejectsOf(batch, sorted), rows);
    insertSamples(tick.seq, rows);
    seen.index(rows);
    writeMarks(batch.marks);
    if (live) ticks.writeHead();
    return { tick, rows };
  }

  if ('meta' in start) {
    transact(() => {
      writeMeta(db, start.meta);
      ticks.writeHead();
    });
  }
  if (live) requireDurable(db);

  return {
    path,
    defineSeries: series.define,

    commitTick(batch): TickReceipt {
      try {
        seen.prepare(batch.series, batch.times);
      } catch (error) {
        throw storageFailure(path, error);
      }
      const { tick, rows } = transact(() => writeTick(batch));
      seen.remember(rows);
      count(rows);
      const { seq, samples: stored, repeats, conflicts, late } = tick;
      return { seq, stored, repeats, conflicts, late };
    },

    commitMissed(scheduledMs, reason) {
      const missed = { startedMs: null, finishedMs: null, outcome: 'missed', reason } as const;
      const nothing = { series: [], times: [], values: [], marks: [], rejects: [] };
      return transact(() =>
        scheduledMs.map((ms): TickReceipt => {
          const { tick } = writeTick({ scheduledMs: ms, ...missed, ...nothing });
          return { seq: tick.seq, stored: 0, repeats: 0, conflicts: 0, late: 0 };
        }),
      );
    },

    addMarks(list) {
      transact(() => {
        writeMarks(list);
      });
    },

    addLabels(list) {
      transact(() => {
        insertLabels(db, list);
      });
    },

    addNote(note) {
      const text = storable(note);
      if (notes.has(text)) return;
      transact(() => {
        db.prepare('INSERT INTO note VALUES (?)').run(text);
        rewriteChecks(db, 'note');
      });
      notes.add(text);
    },

    logBytes: () => statSync(`${place.file}-wal`, { throwIfNoEntry: false })?.size ?? 0,

    finalise() {
      requireOpen();
      try {
        takeTime(db);
        handle ??= openSync(place.file, 'r');
        if (live) db.pragma('wal_checkpoint(TRUNCATE)');
      } catch (error) {
        throw storageFailure(path, error);
      }
      const pages = { handle, counts: stored === null ? counts : sampleCounts(db) };
      const totals = transact(() => {
        series.write();
        ticks.writeHead();
        if (!live) {
          db.exec('COMMIT');
          db.exec('BEGIN IMMEDIATE');
        }
        // All is in the file itself by now, and can be read without SQLite.
        return writeTotals(db, pages);
      });
      try {
        if (live) foldLog(path, db);
        else db.exec('COMMIT');
        close();
        place.complete();
        state = 'closed';
      } catch (error) {
        throw storageFailure(path, error);
      }
      return { ...totals, ticks: ticks.count() };
    },

    abandon() {
      if (state === 'closed') return;
      state = 'closed';
      try {
        close();
        if (live && ticks.count() > 0) place.leave();
        else place.giveUp();
      } catch (error) {
        throw storageFailure(path, error);
      }
    },
  };
}
