import type { Label, Mark, Tick, TickOutcome } from '../../core/recording.ts';
import type { SeriesKind, Unit } from '../../core/series.ts';
import type { Reject } from './writer-contract.ts';

/** A row of `series`, as stored. */
export interface SeriesRow {
  readonly id: number;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly metric: string;
  readonly unit: Unit;
  readonly kind: SeriesKind;
  readonly denominator: number;
  readonly workload_kind: string | null;
  readonly workload: string | null;
  readonly node: string | null;
  readonly pod_uid: string | null;
  readonly request: number | null;
  readonly limit: number | null;
}

/** A row of `tick`, as stored. */
export interface TickRow {
  readonly seq: number;
  readonly scheduled_ms: number;
  readonly started_ms: number | null;
  readonly finished_ms: number | null;
  readonly outcome: TickOutcome;
  readonly reason: string;
  readonly samples: number;
  readonly repeats: number;
  readonly conflicts: number;
  readonly late: number;
  readonly rejected: number;
  readonly digest: string;
}

interface MarkRow {
  readonly start_ms: number;
  readonly end_ms: number | null;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly pod: string;
}

interface LabelRow {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly metric: string;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly grace_end_ms: number;
  readonly type: string;
  readonly visible_in: string | null;
}

/** The few database methods that this folder calls to read rows. */
export interface Queryable {
  prepare(sql: string): { all(...values: unknown[]): unknown[]; get(...v: unknown[]): unknown };
}

/** Rows of our own tables: the schema was compared text by text, and STRICT holds the types. */
const rowsOf = <Row>(db: Queryable, sql: string): Row[] => db.prepare(sql).all() as Row[];

export function tickOf(row: TickRow): Tick {
  return {
    seq: row.seq,
    scheduledMs: row.scheduled_ms,
    startedMs: row.started_ms,
    finishedMs: row.finished_ms,
    outcome: row.outcome,
    reason: row.reason,
    samples: row.samples,
    repeats: row.repeats,
    conflicts: row.conflicts,
    late: row.late,
    rejected: row.rejected,
  };
}

export const readMeta = (db: Queryable): ReadonlyMap<string, string> =>
  new Map(
    rowsOf<{ key: string; value: string }>(db, 'SELECT key, value FROM meta ORDER BY key').map(
      ({ key, value }) => [key, value],
    ),
  );

export const readSeriesRows = (db: Queryable): readonly SeriesRow[] =>
  rowsOf<SeriesRow>(db, 'SELECT * FROM series ORDER BY id');

export const readTickRows = (db: Queryable): readonly TickRow[] =>
  rowsOf<TickRow>(db, 'SELECT * FROM tick ORDER BY seq');

export const readMarks = (db: Queryable): readonly Mark[] =>
  rowsOf<MarkRow>(
    db,
    `SELECT start_ms, end_ms, kind, name, namespace, pod FROM mark
     ORDER BY start_ms, kind, namespace, pod, name, id`,
  ).map(({ start_ms, end_ms, ...rest }) => ({ startMs: start_ms, endMs: end_ms, ...rest }));

export const readLabels = (db: Queryable): readonly Label[] =>
  rowsOf<LabelRow>(
    db,
    `SELECT namespace, pod, container, metric, start_ms, end_ms, grace_end_ms, type, visible_in
     FROM label ORDER BY start_ms, end_ms, namespace, pod, container, metric, type, id`,
  ).map(({ start_ms, end_ms, grace_end_ms, visible_in, ...rest }) => ({
    ...rest,
    startMs: start_ms,
    endMs: end_ms,
    graceEndMs: grace_end_ms,
    visibleIn: visible_in === null ? null : visible_in === '' ? [] : visible_in.split(','),
  }));

export const readNotes = (db: Queryable): readonly string[] =>
  rowsOf<{ text: string }>(db, 'SELECT text FROM note ORDER BY text').map(({ text }) => text);

/** All rejects by tick. */
export function readRejects(db: Queryable): ReadonlyMap<number, readonly Reject[]> {
  const byTick = new Map<number, Reject[]>();
  const rows = rowsOf<Reject & { tick: number }>(db, 'SELECT * FROM reject ORDER BY tick, n');
  for (const { tick, reason, namespace, pod, container, metric, raw } of rows) {
    const list = byTick.get(tick) ?? [];
    byTick.set(tick, list);
    list.push({ reason, namespace, pod, container, metric, raw });
  }
  return byTick;
}
