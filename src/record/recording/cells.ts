import { Damage } from './failures.ts';

/** The furthest a Date reaches, ms either side of 1970. */
const LAST_TIME = 8.64e15;

/** Whether a value is whole Unix milliseconds that a calendar has. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= LAST_TIME;
}

/**
 * Reads the cells of one row as what they must be. STRICT tables hold types when written, not
 * when the file was damaged since; a wrong cell throws `Damage` that names the row.
 */
export interface Cells {
  readonly text: (column: string) => string;
  readonly textOrNull: (column: string) => string | null;
  /** A whole number that a double holds exactly. */
  readonly whole: (column: string) => number;
  /** Unix ms that a calendar has. */
  readonly time: (column: string) => number;
  readonly timeOrNull: (column: string) => number | null;
  readonly finite: (column: string) => number;
  readonly finiteOrNull: (column: string) => number | null;
  /** One of a fixed set of texts. */
  readonly oneOf: <T extends string>(column: string, allowed: readonly T[]) => T;
}

/** A row as SQLite gives it. */
export type RawRow = Readonly<Record<string, unknown>>;

/** The cells of the row of `table` that `row` gives, whose key is in the column `key`. */
export function cellsOf(table: string, key: string, row: () => RawRow): Cells {
  const at = (column: string): unknown => row()[column];
  const bad = (column: string): Damage => {
    const id = at(key);
    const name = typeof id === 'string' ? JSON.stringify(id.slice(0, 80)) : String(id);
    return new Damage(`${table} ${name}, column ${column}`);
  };
  const cells: Cells = {
    text(column) {
      const cell = at(column);
      if (typeof cell !== 'string') throw bad(column);
      return cell;
    },
    whole(column) {
      const cell = at(column);
      if (typeof cell !== 'number' || !Number.isSafeInteger(cell)) throw bad(column);
      return cell;
    },
    time(column) {
      const cell = at(column);
      if (!isTime(cell)) throw bad(column);
      return cell;
    },
    finite(column) {
      const cell = at(column);
      if (typeof cell !== 'number' || !Number.isFinite(cell)) throw bad(column);
      return cell;
    },
    textOrNull: (column) => (at(column) === null ? null : cells.text(column)),
    timeOrNull: (column) => (at(column) === null ? null : cells.time(column)),
    finiteOrNull: (column) => (at(column) === null ? null : cells.finite(column)),
    oneOf(column, allowed) {
      const found = allowed.find((text) => text === at(column));
      if (found === undefined) throw bad(column);
      return found;
    },
  };
  return cells;
}
