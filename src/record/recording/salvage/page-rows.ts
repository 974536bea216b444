import type { Cell } from '../row-check.ts';
import { NUMBER_BYTES, numberAt } from '../serial-types.ts';

/** A row that was found on a page. */
export interface FoundRow {
  /** Of a table with row numbers; else of a table or index that is ordered by its cells. */
  readonly rowid: number | null;
  readonly cells: readonly Cell[];
}

const INDEX_INTERIOR = 2;
const INDEX_LEAF = 10;
const TABLE_LEAF = 13;

/** Longer records are damage: every text of ours is shorter. */
const MOST_BYTES = 4_000_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A number of variable length: its value, and where the next thing begins. */
function varint(bytes: Uint8Array, at: number): readonly [value: number, next: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) throw new RangeError('Beyond the page.');
    value = value * 128 + (byte & 127);
    if (byte < 128) return [value, at + i + 1];
  }
  throw new RangeError('No row of ours has so large a number.');
}

/** The cells of a record. Throws RangeError or TypeError where it is none of ours. */
function cellsOf(record: Uint8Array): readonly Cell[] {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const [headBytes, first] = varint(record, 0);
  const cells: Cell[] = [];
  let at = headBytes;
  for (let head = first; head < headBytes;) {
    const [type, next] = varint(record, head);
    head = next;
    if (type === 0) cells.push(null);
    else if (type >= 13 && type % 2 === 1) {
      const end = at + (type - 13) / 2;
      if (end > record.length) throw new RangeError('Beyond the record.');
      cells.push(utf8.decode(record.subarray(at, end)));
      at = end;
    } else {
      cells.push(numberAt(view, type, at));
      at += NUMBER_BYTES[type]!;
    }
  }
  if (at !== record.length) throw new RangeError('Not the length that its head says.');
  return cells;
}

/** The whole record that begins on a page, with what overflowed to others. */
function recordAt(
  page: Uint8Array,
  at: number,
  length: number,
  isTable: boolean,
  overflow: (number: number) => Uint8Array | null,
): Uint8Array {
  if (length > MOST_BYTES) throw new RangeError('Too long.');
  const usable = page.length;
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (length <= most) {
    if (at + length > usable) throw new RangeError('Beyond the page.');
    return page.subarray(at, at + length);
  }
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const usual = least + ((length - least) % (usable - 4));
  const local = usual <= most ? usual : least;
  const record = new Uint8Array(length);
  record.set(page.subarray(at, at + local));
  let next = new DataView(page.buffer, page.byteOffset).getUint32(at + local);
  for (let filled = local; filled < length;) {
    const more = overflow(next);
    if (more === null) throw new RangeError('A part is missing.');
    const part = more.subarray(4, 4 + Math.min(usable - 4, length - filled));
    record.set(part, filled);
    filled += part.length;
    next = new DataView(more.buffer, more.byteOffset).getUint32(0);
  }
  return record;
}

/**
 * The rows on a page, in its order; none where it holds none, or is no such page. What cannot be
 * read as a row is left out. `overflow` gives a page by number.
 */
export function rowsOn(
  page: Uint8Array,
  overflow: (number: number) => Uint8Array | null,
): readonly FoundRow[] {
  const type = page[0];
  if (type !== TABLE_LEAF && type !== INDEX_LEAF && type !== INDEX_INTERIOR) return [];
  const isTable = type === TABLE_LEAF;
  const isInterior = type === INDEX_INTERIOR;
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const pointers = isInterior ? 12 : 8;
  const count = Math.min(view.getUint16(3), (page.length - pointers) >> 1);
  const rows: FoundRow[] = [];
  for (let i = 0; i < count; i++) {
    try {
      const start = view.getUint16(pointers + 2 * i) + (isInterior ? 4 : 0);
      const [length, afterLength] = varint(page, start);
      const [rowid, at] = isTable ? varint(page, afterLength) : [null, afterLength];
      rows.push({ rowid, cells: cellsOf(recordAt(page, at, length, isTable, overflow)) });
    } catch (error) {
      // Damage shows as a place beyond the page, or as a text that is none.
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    }
  }
  return rows;
}
