import type Database from 'better-sqlite3';
import { setMeta } from './meta.ts';
import { type Cell, CHECK_LENGTH, rowCheck } from './row-check.ts';

/** The tables that tick digests do not cover: their columns, the first being the key. */
export const CHECKED_COLUMNS = {
  series: [
    ...['id', 'namespace', 'pod', 'container', 'metric', 'unit', 'kind', 'denominator'],
    ...['workload_kind', 'workload', 'node', 'pod_uid', 'request', 'limit'],
  ],
  mark: ['id', 'start_ms', 'end_ms', 'kind', 'name', 'namespace', 'pod'],
  label: [
    ...['id', 'namespace', 'pod', 'container', 'metric'],
    ...['start_ms', 'end_ms', 'grace_end_ms', 'type', 'visible_in'],
  ],
  note: ['text'],
} as const;

export type CheckedTable = keyof typeof CHECKED_COLUMNS;

/** The checked tables, in one fixed order. */
export const CHECKED_TABLES = Object.keys(CHECKED_COLUMNS) as readonly CheckedTable[];

/** Rows whose checksums share one entry of `meta`. */
const BLOCK = 64;

/** The key in `meta` under which the checksums of a block of 64 rows are, in key order. */
export function blockKey(table: CheckedTable, block: number): string {
  return `check:${table}:${String(block).padStart(6, '0')}`;
}

/** The rows of a checked table as cells, in key order. */
export function checkedRows(db: Database.Database, table: CheckedTable): unknown[][] {
  const columns = CHECKED_COLUMNS[table];
  const list = columns.map((name) => `"${name}"`).join(', ');
  return db
    .prepare<[], unknown[]>(`SELECT ${list} FROM ${table} ORDER BY "${columns[0]}"`)
    .raw()
    .all();
}

/** The checksums of a table that grows at its end. */
export interface RowChecks {
  /** Rows that have a checksum. */
  readonly rows: () => number;
  /** Sets the checksum of the row at a position, 0 for the first; the next one is new. */
  readonly set: (position: number, cells: readonly Cell[]) => void;
  /** Writes the blocks that changed, inside the caller's transaction. */
  readonly write: () => void;
  readonly committed: () => void;
  /** The transaction was rolled back: only the first `rows` rows are there. */
  readonly rolledBack: (rows: number) => void;
}

/** The stored checksums of a table, in the order of its rows. */
export function storedChecks(meta: ReadonlyMap<string, string>, table: CheckedTable): string[] {
  const blocks = [...meta].filter(([key]) => key.startsWith(`check:${table}:`));
  const pieces = new RegExp(`.{1,${String(CHECK_LENGTH)}}`, 'gsu');
  return blocks.flatMap(([, text]) => text.match(pieces) ?? []);
}

/** Keeps the checksums of a table that holds rows with the checksums `stored`, by default none. */
export function createRowChecks(
  db: Database.Database,
  table: CheckedTable,
  stored: readonly string[] = [],
): RowChecks {
  const checks = [...stored];
  const changed = new Set<number>();
  return {
    rows: () => checks.length,
    set(position, cells) {
      checks[position] = rowCheck(table, cells);
      changed.add(Math.floor(position / BLOCK));
    },
    write() {
      for (const block of changed) {
        const text = checks.slice(block * BLOCK, (block + 1) * BLOCK).join('');
        if (text !== '') setMeta(db, blockKey(table, block), text);
      }
    },
    committed() {
      changed.clear();
    },
    rolledBack(rows) {
      checks.length = rows;
    },
  };
}

/** Computes a table's checksums anew from its rows and writes them in place of the old ones. */
export function rewriteChecks(db: Database.Database, table: CheckedTable): void {
  db.prepare('DELETE FROM meta WHERE key GLOB ?').run(`check:${table}:*`);
  // Rows of a file that is being written: their cells are what we put there.
  const rows = checkedRows(db, table) as Cell[][];
  for (let block = 0; block * BLOCK < rows.length; block++) {
    const part = rows.slice(block * BLOCK, (block + 1) * BLOCK);
    setMeta(db, blockKey(table, block), part.map((cells) => rowCheck(table, cells)).join(''));
  }
}
