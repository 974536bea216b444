import type Database from 'better-sqlite3';
import { type SeriesKey, seriesId } from '../../core/series.ts';
import { createRowChecks } from './row-checks.ts';
import type { SeriesRow } from './rows.ts';
import { storable } from './text.ts';
import type { SeriesDefinition } from './writer-contract.ts';

/** The writer's series, numbered from 1 in the order of their definition. */
export interface SeriesTable {
  /** The id of a series; new and changed ones wait for `write`. */
  readonly define: (definition: SeriesDefinition) => number;
  readonly size: () => number;
  readonly get: (id: number) => SeriesRow;
  /** Writes what waits, inside the caller's transaction. */
  readonly write: () => void;
  readonly committed: () => void;
  /** The transaction was rolled back: what it wrote waits again. */
  readonly rolledBack: () => void;
}

/** Unique whatever the names hold, and cheaper than `seriesId`: polls ask for every sample. */
function mapKey({ namespace, pod, container, metric }: SeriesKey): string {
  // Joined: a text that is added up stays in memory in pieces.
  const lengths = [namespace.length, pod.length, container.length, ''].join(':');
  return [lengths, namespace, pod, container, metric].join('');
}

function newRow(id: number, definition: SeriesDefinition): SeriesRow {
  const { unit, kind, denominator } = definition;
  // One flat literal: put together from parts, a row takes four times the memory, and there is one
  // for every series.
  const row: SeriesRow = {
    id,
    namespace: storable(definition.namespace),
    pod: storable(definition.pod),
    container: storable(definition.container),
    metric: storable(definition.metric),
    unit,
    kind,
    denominator,
    workload_kind: null,
    workload: null,
    node: null,
    pod_uid: null,
    request: null,
    limit: null,
  };
  if (!(denominator > 0) || !Number.isFinite(denominator)) {
    throw new Error(`The denominator of ${seriesId(row)} is ${String(denominator)}.`);
  }
  return row;
}

/** The row with the attributes that the definition gives, or itself when none differs. */
function merged(row: SeriesRow, given: SeriesDefinition): SeriesRow {
  const name = (value: string | null | undefined, old: string | null) =>
    value === undefined || value === old ? old : value === null ? null : storable(value);
  const amount = (value: number | null | undefined, old: number | null) =>
    value === undefined ? old : value;
  const workload_kind = name(given.workloadKind, row.workload_kind);
  const workload = name(given.workload, row.workload);
  const node = name(given.node, row.node);
  const pod_uid = name(given.podUid, row.pod_uid);
  const request = amount(given.request, row.request);
  const limit = amount(given.limit, row.limit);
  const same =
    workload_kind === row.workload_kind &&
    workload === row.workload &&
    node === row.node &&
    pod_uid === row.pod_uid &&
    request === row.request &&
    limit === row.limit;
  return same ? row : { ...row, workload_kind, workload, node, pod_uid, request, limit };
}

/** The series table of a recording that holds the rows `stored`, with their checksums. */
export function createSeriesTable(
  db: Database.Database,
  stored: readonly SeriesRow[] = [],
  storedChecks: readonly string[] = [],
): SeriesTable {
  const put = db.prepare(
    `INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
       workload_kind = excluded.workload_kind, workload = excluded.workload,
       node = excluded.node, pod_uid = excluded.pod_uid,
       request = excluded.request, "limit" = excluded."limit"`,
  );
  const checks = createRowChecks(db, 'series', storedChecks);
  const ids = new Map(stored.map((row) => [mapKey(row), row.id]));
  const rows = [...stored];
  const waiting = new Set<number>();
  let written: readonly number[] = [];
  let writtenBefore = stored.length;

  function get(id: number): SeriesRow {
    const row = rows[id - 1];
    if (row === undefined) throw new Error(`There is no series ${String(id)}.`);
    return row;
  }

  return {
    define(definition) {
      const id = ids.get(mapKey(definition));
      if (id === undefined) {
        const row = newRow(rows.length + 1, definition);
        const alike = ids.get(mapKey(row));
        if (alike !== undefined) return alike; // differs only in what UTF-8 cannot hold
        rows.push(merged(row, definition));
        ids.set(mapKey(row), row.id);
        waiting.add(row.id);
        return row.id;
      }
      const old = get(id);
      if (old.denominator !== definition.denominator || old.unit !== definition.unit) {
        throw new Error(`${seriesId(old)} was defined with another unit or denominator.`);
      }
      const row = merged(old, definition);
      if (row !== old) {
        rows[id - 1] = row;
        waiting.add(id);
      }
      return id;
    },
    size: () => rows.length,
    get,
    write() {
      if (waiting.size === 0) return;
      for (const id of waiting) {
        const row = get(id);
        const cells = [
          ...[id, row.namespace, row.pod, row.container, row.metric, row.unit, row.kind],
          ...[row.denominator, row.workload_kind, row.workload, row.node, row.pod_uid],
          ...[row.request, row.limit],
        ];
        put.run(...cells);
        checks.set(id - 1, cells);
      }
      checks.write();
      written = [...waiting];
    },
    committed() {
      for (const id of written) waiting.delete(id);
      written = [];
      checks.committed();
      writtenBefore = checks.rows();
    },
    rolledBack() {
      written = [];
      checks.rolledBack(writtenBefore);
    },
  };
}
