import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { ToolError } from '../../core/errors.ts';
import type { Label, Mark, Tick } from '../../core/recording.ts';
import { VERSION } from '../../core/version.ts';
import { CHAIN_START, tickDigest, walkTicks } from './chain.ts';
import { readColumns } from './columns.ts';
import { contextDigest } from './context.ts';
import { storageFailure } from './failures.ts';
import { lockRecording, type RecordingLock } from './lock.ts';
import { RecentSamples } from './recent.ts';
import { tickOf } from './rows.ts';
import { sortBatch } from './tick-rows.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';
import type {
  CreateOptions,
  RecordingMeta,
  RecordingWriter,
  Reject,
  SeriesDefinition,
  TickBatch,
  TickReceipt,
} from './writer-contract.ts';

export type * from './writer-contract.ts';

/** Rows a statement: binding costs more than inserting (2 × against one row a statement). */
const ROWS_PER_INSERT = 64;
/** The oldest SQLite without the write-ahead-log reset fault. */
const OLDEST_SQLITE = [3, 51, 3];
const WAL_LIMIT_BYTES = 64 * 1024 * 1024;

function requireSqlite(db: Database.Database): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  const parts = version.split('.').map(Number);
  const newer = OLDEST_SQLITE.map((part, i) => (parts[i] ?? 0) - part).find((d) => d !== 0) ?? 0;
  if (newer < 0) {
    throw new ToolError('STORAGE', `SQLite ${version} is too old; install better-sqlite3 again.`);
  }
}

function configure(db: Database.Database, mode: CreateOptions['mode']): void {
  requireSqlite(db);
  db.pragma('trusted_schema = OFF');
  db.pragma('mmap_size = 0');
  if (mode === 'atomic') {
    // Nobody sees the file before it is finalised, flushed and renamed.
    db.pragma('journal_mode = OFF');
    db.pragma('synchronous = OFF');
    return;
  }
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`journal_size_limit = ${String(WAL_LIMIT_BYTES)}`);
  const journal = db.pragma('journal_mode', { simple: true });
  const synchronous = db.pragma('synchronous', { simple: true });
  if (journal !== 'wal' || synchronous !== 2) {
    throw new ToolError(
      'STORAGE',
      `This file system does not take a write-ahead log (journal ${String(journal)}, ` +
        `synchronous ${String(synchronous)}); record to a local disk.`,
    );
  }
}

/** Flushes a file or folder to disk. */
function flush(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

class SqliteWriter implements RecordingWriter {
  readonly path: string;
  readonly #workPath: string;
  readonly #db: Database.Database;
  readonly #lock: RecordingLock | null;
  readonly #live: boolean;
  readonly #ids = new Map<string, number>();
  readonly #definitions: SeriesDefinition[] = [];
  readonly #stored: string[] = [];
  readonly #pending = new Set<number>();
  readonly #recent = new RecentSamples();
  readonly #insertMany: Database.Statement;
  readonly #insertOne: Database.Statement;
  #seq = 0;
  #samples = 0;
  #chain = CHAIN_START;

  constructor(path: string, meta: RecordingMeta, options: CreateOptions) {
    this.path = path;
    this.#live = options.mode === 'live';
    this.#workPath = this.#live
      ? path
      : join(dirname(path), `.${basename(path)}.partial-${String(process.pid)}`);
    if (existsSync(path) && options.force !== true) {
      const exists = `Cannot write ${path}: it exists already; use --force to overwrite it.`;
      throw new ToolError('STORAGE', exists, { path });
    }
    try {
      accessSync(dirname(path), constants.W_OK);
      this.#lock = this.#live ? lockRecording(path) : null;
      for (const tail of ['', '-wal', '-shm']) rmSync(this.#workPath + tail, { force: true });
      closeSync(openSync(this.#workPath, 'wx', 0o600));
      this.#db = new Database(this.#workPath, { timeout: 1000 });
      configure(this.#db, options.mode);
      this.#db.transaction(() => {
        for (const sql of SCHEMA) this.#db.exec(sql);
        this.#db.pragma(`application_id = ${String(APPLICATION_ID)}`);
        this.#db.pragma(`user_version = ${String(SCHEMA_VERSION)}`);
        this.#setMeta({
          kind: meta.kind,
          origin: meta.origin,
          version: VERSION,
          interval_ms: meta.intervalMs === null ? '' : String(meta.intervalMs),
        });
      })();
      const row = '(?, ?, ?, ?)';
      const insert = 'INSERT INTO sample (tick, series_id, t_ms, value) VALUES ';
      this.#insertOne = this.#db.prepare(insert + row);
      this.#insertMany = this.#db.prepare(insert + Array(ROWS_PER_INSERT).fill(row).join(', '));
    } catch (error) {
      throw storageFailure(path, error);
    }
  }

  #setMeta(values: Readonly<Record<string, string>>): void {
    const put = this.#db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
    for (const [key, value] of Object.entries(values)) put.run(key, value);
  }

  #transaction<T>(work: () => T): T {
    try {
      return this.#db.transaction(work).immediate();
    } catch (error) {
      throw storageFailure(this.path, error);
    }
  }

  defineSeries(definition: SeriesDefinition): number {
    const { namespace, pod, container, metric } = definition;
    const key = JSON.stringify([namespace, pod, container, metric]);
    const known = this.#ids.get(key);
    const id = known ?? this.#definitions.length + 1;
    const merged = { ...this.#definitions[id - 1], ...definition };
    const text = JSON.stringify(merged);
    if (this.#stored[id] !== text) {
      this.#stored[id] = text;
      this.#definitions[id - 1] = merged;
      this.#pending.add(id);
    }
    if (known === undefined) {
      this.#ids.set(key, id);
      this.#recent.reserve(id + 1);
    }
    return id;
  }

  #writeSeries(): void {
    if (this.#pending.size === 0) return;
    const put = this.#db.prepare(
      `INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         workload_kind = excluded.workload_kind, workload = excluded.workload,
         node = excluded.node, pod_uid = excluded.pod_uid,
         request = excluded.request, "limit" = excluded."limit"`,
    );
    for (const id of this.#pending) {
      const d = this.#definitions[id - 1];
      if (d === undefined) continue;
      const { namespace, pod, container, metric, unit, kind, denominator } = d;
      put.run(
        ...[id, namespace, pod, container, metric, unit, kind, denominator],
        ...[d.workloadKind ?? null, d.workload ?? null, d.node ?? null, d.podUid ?? null],
        ...[d.request ?? null, d.limit ?? null],
      );
    }
    this.#pending.clear();
  }

  commitTick(batch: TickBatch): TickReceipt {
    const seq = this.#seq + 1;
    const { rows, repeats, late, conflicts } = sortBatch(
      batch,
      this.#recent,
      this.#definitions.length,
    );
    const rejects = [...batch.rejects, ...conflicts.map((i) => this.#conflict(batch, i))].map(
      ({ reason, namespace, pod, container, metric, raw }): Reject => ({
        ...{ reason, namespace, pod, container, metric, raw: raw.slice(0, 200) },
      }),
    );
    const kept = rows.length / 3;
    const { scheduledMs, startedMs, finishedMs, outcome, reason } = batch;
    const tick: Tick = {
      ...{ seq, scheduledMs, startedMs, finishedMs, outcome, reason },
      ...{ samples: kept, repeats, conflicts: conflicts.length, late },
      rejected: batch.rejects.length,
    };
    const digest = tickDigest(this.#chain, tick, rejects, rows);
    this.#transaction(() => {
      this.#writeSeries();
      this.#writeTick(tick, digest, rejects);
      this.#writeRows(seq, rows);
      this.#writeMarks(batch.marks);
    });
    this.#seq = seq;
    this.#chain = digest;
    this.#samples += kept;
    return { seq, stored: kept, repeats, conflicts: conflicts.length, late };
  }

  #conflict(batch: TickBatch, i: number): Reject {
    const { namespace, pod, container, metric } = this.#definitions[(batch.series[i] ?? 0) - 1] ?? {
      ...{ namespace: '', pod: '', container: '', metric: '' },
    };
    const raw = `${String(batch.values[i])} at ${String(batch.times[i])}`;
    return { reason: 'conflict', namespace, pod, container, metric, raw };
  }

  #writeTick(tick: Tick, digest: string, rejects: readonly Reject[]): void {
    this.#db
      .prepare('INSERT INTO tick VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        ...[tick.seq, tick.scheduledMs, tick.startedMs, tick.finishedMs],
        ...[tick.outcome, tick.reason, tick.samples, tick.repeats, tick.conflicts],
        ...[tick.late, tick.rejected, digest],
      );
    const put = this.#db.prepare('INSERT INTO reject VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    rejects.forEach((reject, n) => {
      const { reason, namespace, pod, container, metric, raw } = reject;
      put.run(tick.seq, n, reason, namespace, pod, container, metric, raw);
    });
  }

  #writeRows(seq: number, rows: Float64Array): void {
    const total = rows.length / 3;
    const bound: number[] = [];
    let row = 0;
    for (; row + ROWS_PER_INSERT <= total; row += ROWS_PER_INSERT) {
      for (let i = 0; i < ROWS_PER_INSERT; i += 1) {
        const at = (row + i) * 3;
        bound[i * 4] = seq;
        bound[i * 4 + 1] = rows[at] ?? 0;
        bound[i * 4 + 2] = rows[at + 1] ?? 0;
        bound[i * 4 + 3] = rows[at + 2] ?? 0;
      }
      this.#insertMany.run(bound);
    }
    for (; row < total; row += 1) {
      this.#insertOne.run(seq, rows[row * 3], rows[row * 3 + 1], rows[row * 3 + 2]);
    }
  }

  #writeMarks(marks: readonly Mark[]): void {
    if (marks.length === 0) return;
    const put = this.#db.prepare('INSERT INTO mark VALUES (NULL, ?, ?, ?, ?, ?, ?)');
    for (const { startMs, endMs, kind, name, namespace, pod } of marks) {
      put.run(startMs, endMs, kind, name, namespace, pod);
    }
  }

  addMarks(marks: readonly Mark[]): void {
    this.#transaction(() => {
      this.#writeMarks(marks);
    });
  }

  addLabels(labels: readonly Label[]): void {
    this.#transaction(() => {
      insertLabels(this.#db, labels);
    });
  }

  addNote(note: string): void {
    this.#transaction(() => {
      this.#db.prepare('INSERT OR IGNORE INTO note VALUES (?)').run(note);
    });
  }

  finalise(): { digest: string; samples: number; ticks: number } {
    try {
      this.#transaction(() => {
        this.#writeSeries();
      });
      if (this.#recent.strayed) this.#dropStrayedRepeats();
      const { digest, startMs, endMs } = readColumns(this.#db);
      this.#transaction(() => {
        this.#setMeta({ digest, start_ms: String(startMs), end_ms: String(endMs) });
        this.#setMeta({ context_digest: contextDigest(this.#db) });
      });
      if (this.#live) {
        this.#db.pragma('wal_checkpoint(TRUNCATE)');
        this.#db.pragma('journal_mode = DELETE');
      }
      this.#db.close();
      flush(this.#workPath);
      if (!this.#live) renameSync(this.#workPath, this.path);
      flush(dirname(this.path));
      this.#lock?.release();
      return { digest, samples: this.#samples, ticks: this.#seq };
    } catch (error) {
      throw storageFailure(this.path, error);
    }
  }

  /**
   * Takes out samples that repeat one of an earlier tick beyond the memory of `RecentSamples`,
   * and chains the ticks anew.
   */
  #dropStrayedRepeats(): void {
    this.#transaction(() => {
      const { duplicates } = readColumns(this.#db);
      const drop = this.#db.prepare(
        'DELETE FROM sample WHERE tick = ? AND series_id = ? AND t_ms = ?',
      );
      const count = this.#db.prepare(
        `UPDATE tick SET samples = samples - 1, late = late - 1,
           repeats = repeats + ?, conflicts = conflicts + ? WHERE seq = ?`,
      );
      for (const { tick, seriesId, t, same } of duplicates) {
        drop.run(tick, seriesId, t);
        count.run(same ? 1 : 0, same ? 0 : 1, tick);
        this.#samples -= 1;
      }
      const put = this.#db.prepare('UPDATE tick SET digest = ? WHERE seq = ?');
      const chained = [...walkTicks(this.#db)];
      let previous = CHAIN_START;
      for (const { row, rejects, rows } of chained) {
        previous = tickDigest(previous, tickOf(row), rejects, rows);
        put.run(previous, row.seq);
      }
      this.#chain = previous;
    });
  }

  abandon(): void {
    this.#db.close();
    if (!this.#live) rmSync(this.#workPath, { force: true });
    this.#lock?.release();
  }
}

/** Adds rows to `label`; the caller holds the transaction. */
export function insertLabels(db: Database.Database, labels: readonly Label[]): void {
  const put = db.prepare('INSERT INTO label VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const label of labels) {
    put.run(
      ...[label.namespace, label.pod, label.container, label.metric],
      ...[label.startMs, label.endMs, label.graceEndMs, label.type],
      label.visibleIn === null ? null : label.visibleIn.join(','),
    );
  }
}

/**
 * Creates a new recording and its writer.
 *
 * Throws STORAGE: the file exists and `force` is not set, its folder is missing or read-only, the
 * disk is full, or another recorder holds it.
 */
export function createRecording(
  path: string,
  meta: RecordingMeta,
  options: CreateOptions,
): RecordingWriter {
  return new SqliteWriter(path, meta, options);
}
