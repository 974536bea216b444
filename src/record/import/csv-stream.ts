import { badInput } from './bad-input.ts';
import {
  MAX_RECORD_BYTES,
  type OnRecord,
  type QuotedRecords,
  quotedRecords,
} from './quoted-records.ts';
import { utf8Chunks } from './utf8-chunks.ts';

const LF = 10;
const CR = 13;
const QUOTE = 34;
const HASH = 35;
const EMPTY = Buffer.alloc(0);

export interface CsvOptions {
  /** One character. */
  readonly delimiter: string;
  /** Hears how many bytes have been read so far. */
  readonly onBytes?: (bytes: number) => void;
}

/** Where the last whole line ends; 0: there is none. A CR at the very end may be half a CRLF. */
function wholeLines(bytes: Buffer): number {
  const last = bytes.length - 1;
  const cr = bytes.lastIndexOf(CR, bytes[last] === CR ? last - 1 : last);
  return Math.max(bytes.lastIndexOf(LF), last > 0 ? cr : -1) + 1;
}

/** Splits lines that hold no quote: a cell is what lies between two delimiters. */
class PlainLines {
  readonly #path: string;
  readonly #delimiter: string;
  readonly #onRecord: OnRecord;
  readonly #cells: string[] = [];
  /** Lines read so far. */
  lines = 0;

  constructor(path: string, delimiter: string, onRecord: OnRecord) {
    this.#path = path;
    this.#delimiter = delimiter;
    this.#onRecord = onRecord;
  }

  take(block: Buffer): void {
    let text = block.toString('utf8');
    if (block.includes(CR)) text = text.replace(/\r\n?/g, '\n');
    let from = 0;
    while (from < text.length) {
      const found = text.indexOf('\n', from);
      const to = found === -1 ? text.length : found;
      this.lines += 1;
      if (to - from > MAX_RECORD_BYTES) throw this.tooLong();
      if (to > from && text.charCodeAt(from) !== HASH) this.#record(text, from, to);
      from = to + 1;
    }
  }

  tooLong() {
    const line = String(this.lines + 1);
    return badInput(`${this.#path}:${line}`, 'a line is over 1 MiB long; is this a CSV file?');
  }

  #record(text: string, from: number, to: number): void {
    const cells = this.#cells;
    let n = 0;
    let at = from;
    for (;;) {
      const found = text.indexOf(this.#delimiter, at);
      if (found === -1 || found >= to) break;
      cells[n] = text.slice(at, found);
      n += 1;
      at = found + 1;
    }
    cells[n] = text.slice(at, to);
    cells.length = n + 1;
    this.#onRecord(cells, this.lines);
  }
}

/**
 * Streams a CSV file record by record, the header first. Blank lines and lines that begin with #
 * are passed over; LF, CRLF and CR end a line. Memory is bounded by the record size.
 *
 * Up to the first quote of the file lines are split here, which is several times as fast; from
 * there on csv-parse reads it. Both give the same records.
 *
 * Throws BAD_INPUT with file and line: not UTF-8 or UTF-16, a quote out of place or not closed, a
 * row with more or fewer cells than the header, a record over 1 MiB; what `onRecord` throws comes
 * through.
 */
export async function streamCsv(
  path: string,
  { delimiter, onBytes }: CsvOptions,
  onRecord: OnRecord,
): Promise<void> {
  let header: readonly string[] = [];
  const columnName = (i: number): string =>
    header[i] === undefined ? `column ${String(i + 1)}` : `column "${header[i]}"`;
  const checked: OnRecord = (cells, line) => {
    if (header.length === 0) header = [...cells];
    if (cells.length !== header.length) {
      const counts = `${String(cells.length)} cells and the header ${String(header.length)}`;
      const missing = cells.length < header.length;
      const why = missing ? `; ${columnName(cells.length)} is missing` : '';
      throw badInput(`${path}:${String(line)}`, `the row has ${counts}${why}`);
    }
    onRecord(cells, line);
  };
  const plain = new PlainLines(path, delimiter, checked);
  let quoted: QuotedRecords | null = null;
  let rest = EMPTY;
  try {
    for await (const chunk of utf8Chunks(path, onBytes)) {
      const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      rest = EMPTY;
      if (quoted === null && chunk.includes(QUOTE)) {
        quoted = quotedRecords(path, delimiter, plain.lines, columnName, checked);
      }
      if (quoted !== null) {
        await quoted.write(bytes);
        continue;
      }
      const end = wholeLines(bytes);
      plain.take(bytes.subarray(0, end));
      rest = Buffer.from(bytes.subarray(end));
      if (rest.length > MAX_RECORD_BYTES) throw plain.tooLong();
    }
    if (quoted === null) plain.take(rest);
    else await quoted.end();
  } finally {
    quoted?.close();
  }
}
