import type { Label, Mark, Tick, TickOutcome } from '../../core/recording.ts';
import type { SeriesKind, Unit } from '../../core/series.ts';
import { type Cells, cellsOf, type RawRow } from './cells.ts';
import { Damage } from './failures.ts';
import { labelMetrics } from './label-metrics.ts';
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

const UNITS: readonly Unit[] = ['cores', 'bytes', 'seconds', 'requests/s', 'replicas', ''];
const KINDS: readonly SeriesKind[] = ['usage', 'signal'];
const OUTCOMES: readonly TickOutcome[] = ['ok', 'partial', 'empty', 'failed', 'missed'];

/** The few database methods that this folder calls to read rows. */
export interface Queryable {
  prepare(sql: string): {
    all(...values: unknown[]): unknown[];
    iterate(...values: unknown[]): IterableIterator<unknown>;
  };
}

/** The rows of a query on `table`, each through `read`; `key` is the column that names a row. */
function rowsOf<T>(
  db: Queryable,
  table: string,
  key: string,
  sql: string,
  read: (cells: Cells) => T,
): T[] {
  let row: RawRow = {};
  const cells = cellsOf(table, key, () => row);
  const rows: T[] = [];
  // A row is an object of unknown cells; `cells` finds out what they are.
  for (row of db.prepare(sql).iterate() as IterableIterator<RawRow>) rows.push(read(cells));
  return rows;
}

/** A row of `tick` as the value that other parts know. */
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

/** The metadata by key, in the order of the keys. */
export function readMeta(db: Queryable): ReadonlyMap<string, string> {
  const sql = 'SELECT key, value FROM meta ORDER BY key';
  return new Map(rowsOf(db, 'meta', 'key', sql, (c) => [c.text('key'), c.text('value')] as const));
}

/** The series by id, which count from 1 without holes. */
export function readSeriesRows(db: Queryable): readonly SeriesRow[] {
  const sql = 'SELECT * FROM series ORDER BY id';
  const rows = rowsOf(db, 'series', 'id', sql, (c) => ({
    id: c.whole('id'),
    namespace: c.text('namespace'),
    pod: c.text('pod'),
    container: c.text('container'),
    metric: c.text('metric'),
    unit: c.oneOf('unit', UNITS),
    kind: c.oneOf('kind', KINDS),
    denominator: c.finite('denominator'),
    workload_kind: c.textOrNull('workload_kind'),
    workload: c.textOrNull('workload'),
    node: c.textOrNull('node'),
    pod_uid: c.textOrNull('pod_uid'),
    request: c.finiteOrNull('request'),
    limit: c.finiteOrNull('limit'),
  }));
  rows.forEach(({ id, denominator }, i) => {
    if (id !== i + 1) throw new Damage(`series ${String(i + 1)} is missing`);
    if (!(denominator > 0)) throw new Damage(`series ${String(id)}, column denominator`);
  });
  return rows;
}

function toTickRow(c: Cells): TickRow {
  return {
    seq: c.whole('seq'),
    scheduled_ms: c.time('scheduled_ms'),
    started_ms: c.timeOrNull('started_ms'),
    finished_ms: c.timeOrNull('finished_ms'),
    outcome: c.oneOf('outcome', OUTCOMES),
    reason: c.text('reason'),
    samples: c.whole('samples'),
    repeats: c.whole('repeats'),
    conflicts: c.whole('conflicts'),
    late: c.whole('late'),
    rejected: c.whole('rejected'),
    digest: c.text('digest'),
  };
}

/** The ticks by seq. */
export function readTickRows(db: Queryable): readonly TickRow[] {
  return rowsOf(db, 'tick', 'seq', 'SELECT * FROM tick ORDER BY seq', toTickRow);
}

/** Prepares the reading of one tick's row; what it returns throws `Damage` when there is none. */
export function tickRowReader(db: Queryable): (seq: number) => TickRow {
  const select = db.prepare('SELECT * FROM tick WHERE seq = ?');
  return (seq) => {
    const [row] = select.all(seq) as RawRow[];
    if (row === undefined) throw new Damage(`tick ${String(seq)} is missing`);
    return toTickRow(cellsOf('tick', 'seq', () => row));
  };
}

/** The marks by time, then kind and place. */
export function readMarks(db: Queryable): readonly Mark[] {
  const sql = 'SELECT * FROM mark ORDER BY start_ms, kind, namespace, pod, name, id';
  return rowsOf(db, 'mark', 'id', sql, (c) => ({
    startMs: c.time('start_ms'),
    endMs: c.timeOrNull('end_ms'),
    kind: c.text('kind'),
    name: c.text('name'),
    namespace: c.text('namespace'),
    pod: c.text('pod'),
  }));
}

/** The labels by time, then place. */
export function readLabels(db: Queryable): readonly Label[] {
  const sql = `SELECT * FROM label
    ORDER BY start_ms, end_ms, namespace, pod, container, metric, type, id`;
  return rowsOf(db, 'label', 'id', sql, (c) => ({
    namespace: c.text('namespace'),
    pod: c.text('pod'),
    container: c.text('container'),
    metric: c.text('metric'),
    type: c.text('type'),
    startMs: c.time('start_ms'),
    endMs: c.time('end_ms'),
    graceEndMs: c.time('grace_end_ms'),
    visibleIn: labelMetrics(c.textOrNull('visible_in')),
  }));
}

/** The notes, in the order of their text. */
export function readNotes(db: Queryable): readonly string[] {
  return rowsOf(db, 'note', 'text', 'SELECT text FROM note ORDER BY text', (c) => c.text('text'));
}

/** Prepares the reading of one tick's rejects, in the order in which they were met. */
export function rejectReader(db: Queryable): (tick: number) => readonly Reject[] {
  const select = db.prepare('SELECT * FROM reject WHERE tick = ? ORDER BY n');
  return (tick) =>
    (select.all(tick) as RawRow[]).map((row) => {
      const cells = cellsOf('reject', 'n', () => row);
      return {
        reason: cells.text('reason'),
        namespace: cells.text('namespace'),
        pod: cells.text('pod'),
        container: cells.text('container'),
        metric: cells.text('metric'),
        raw: cells.text('raw'),
      };
    });
}
