import type Database from 'better-sqlite3';
import { isDamage } from '../failures.ts';
import { type Cell, isCell } from '../row-check.ts';
import { type FoundRow, rowsOn } from './page-rows.ts';
import type { Wreck } from './wreck.ts';

/** What is left of the series, by id. */
export interface FoundSeries {
  /** Rows of the table, the id among their cells. */
  readonly rows: ReadonlyMap<number, readonly Cell[]>;
  /** Namespace, pod, container and metric, as their index holds them a second time. */
  readonly names: ReadonlyMap<number, readonly Cell[]>;
}

/** Tables with row numbers, and those ordered by their cells, by how many cells a row has. */
const NUMBERED = new Map([
  [14, 'series'],
  [12, 'tick'],
  [7, 'mark'],
  [10, 'label'],
]);
const ORDERED = new Map([
  [2, 'meta'],
  [4, 'sample'],
  [8, 'reject'],
  [1, 'note'],
]);
/** Cells of an entry of the index on `series`: four names and the id. */
const INDEX_ENTRY = 5;

/** What a page's rows ascend by; null: by text. */
function orderOf({ rowid, cells }: FoundRow): number | null {
  if (rowid !== null) return rowid;
  return typeof cells[0] === 'number' ? cells[0] : null;
}

/** Whether a row's number cannot be right, since those before and after it go on without it. */
function isOutOfOrder(rows: readonly FoundRow[], i: number): boolean {
  const here = orderOf(rows[i]!);
  if (here === null) return false;
  const before = i > 0 ? (orderOf(rows[i - 1]!) ?? -Infinity) : -Infinity;
  const after = i + 1 < rows.length ? (orderOf(rows[i + 1]!) ?? Infinity) : Infinity;
  return before <= after && (here < before || here > after);
}

/**
 * Puts every row that is found on any page into the empty recording `db`, whatever the tree of
 * pages says. Of rows with one key the newest is taken. The pages' own order shows rows whose
 * number was damaged, so that they do not join others.
 *
 * Series are returned instead: damaged, two may bear one name, which their table refuses.
 */
export function gatherRows(wreck: Wreck, db: Database.Database): FoundSeries {
  const series = new Map<number, readonly Cell[]>();
  const names = new Map<number, readonly Cell[]>();
  const inserts = new Map<string, Database.Statement<Cell[]>>();
  /** Whether the row was put there. */
  const put = (table: string, cells: readonly Cell[]): boolean => {
    let insert = inserts.get(table);
    if (insert === undefined) {
      const places = cells.map(() => '?').join(', ');
      insert = db.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${places})`);
      inserts.set(table, insert);
    }
    try {
      return insert.run(...cells).changes === 1;
    } catch (error) {
      // A cell of another type than its column's: no row of ours.
      if (!isDamage(error)) throw error;
      return false;
    }
  };
  const clear = db.prepare('DELETE FROM series');
  for (const page of wreck.images()) {
    const rows = rowsOn(page, wreck.page);
    for (const [i, row] of rows.entries()) {
      if (isOutOfOrder(rows, i)) continue;
      const { rowid, cells } = row;
      if (rowid === null && cells.length === INDEX_ENTRY) {
        const id = cells[4];
        const own = cells.slice(0, 4);
        if (typeof id !== 'number' || own.some((cell) => typeof cell !== 'string')) continue;
        if (!names.has(id)) names.set(id, own);
        continue;
      }
      const table = (rowid === null ? ORDERED : NUMBERED).get(cells.length);
      if (table === undefined) continue;
      // SQLite keeps a row's number beside the record, and nothing in its first cell.
      const whole = rowid === null ? cells : [rowid, ...cells.slice(1)];
      const isPut = put(table, whole);
      if (table !== 'series' || rowid === null) continue;
      if (isPut && whole.every(isCell) && !series.has(rowid)) series.set(rowid, whole);
      clear.run();
    }
  }
  return { rows: series, names };
}
