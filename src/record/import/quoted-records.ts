import { CsvError, Parser } from 'csv-parse';
import { badInput } from './bad-input.ts';

/** No record of measurements is longer; an unclosed quote is found within this much text. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/** What a record is handed to: its cells, and the line it ends on. The cells are lent, not given. */
export type OnRecord = (cells: readonly string[], line: number) => void;

/** csv-parse without its output queue, which costs more than the parsing. */
class RecordParser extends Parser {
  readonly #onRecord: OnRecord;
  failure: unknown = null;
  lastLine = 0;
  /** Bytes up to the end of the last record. */
  parsed = 0;

  constructor(delimiter: string, onRecord: OnRecord) {
    super({
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: MAX_RECORD_BYTES,
      // The number of cells is checked against the header, which may not have come through here.
      relax_column_count: true,
      skip_empty_lines: true,
      comment: '#',
      comment_no_infix: true,
    });
    this.#onRecord = onRecord;
  }

  override push(record: unknown): boolean {
    if (record === null) return super.push(null);
    this.lastLine = this.info.lines;
    this.parsed = this.info.bytes;
    try {
      // Without `columns` or `info` a record is an array of texts.
      if (this.failure === null) this.#onRecord(record as string[], this.lastLine);
    } catch (error) {
      // Thrown from here it would pass through a stream that does not expect it.
      this.failure = error;
    }
    return true;
  }
}

const WHY = new Map([
  ['CSV_INVALID_CLOSING_QUOTE', 'text follows a closing quote; double the quotes inside a cell'],
  ['INVALID_OPENING_QUOTE', 'a quote stands inside a bare cell; quote all of it and double that'],
]);

/** Records of a text that may have quoted cells. */
export interface QuotedRecords {
  /** Reads on; resolves when all whole records have been handed out. */
  write(chunk: Buffer): Promise<void>;
  /** There is no more text. */
  end(): Promise<void>;
  /** Must be called at the end, also after a failure. */
  close(): void;
}

/**
 * Parses CSV text with csv-parse; `linesBefore` lines of the file have been read elsewhere, and
 * `columnName` gives the name of a column by its index.
 *
 * `write` and `end` throw what `onRecord` throws, and BAD_INPUT with the line on a quote that is
 * not closed within 1 MiB or stands in the wrong place.
 */
export function quotedRecords(
  path: string,
  delimiter: string,
  linesBefore: number,
  columnName: (index: number) => string,
  onRecord: OnRecord,
): QuotedRecords {
  const parser = new RecordParser(delimiter, (cells, line) => {
    onRecord(cells, linesBefore + line);
  });
  let fed = 0;

  const unclosed = (code = 'CSV_MAX_RECORD_SIZE') => {
    const line = String(linesBefore + parser.lastLine + 1);
    const what =
      code === 'CSV_MAX_RECORD_SIZE' ? 'is over 1 MiB long' : 'is the last and not whole';
    return badInput(`${path}:${line}`, `the record from here on ${what}; close its quotes`);
  };

  function told(error: unknown): unknown {
    if (!(error instanceof CsvError)) return error;
    const { code } = error;
    const why = WHY.get(code);
    if (why === undefined) return unclosed(code);
    const line = 'lines' in error ? Number(error['lines']) : parser.lastLine + 1;
    const column = 'index' in error ? columnName(Number(error['index'])) : 'a column';
    return badInput(`${path}:${String(linesBefore + line)}`, `in ${column} ${why}`);
  }

  /** Waits for a step of the stream, then for what the records led to. */
  async function step(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        start((error) => {
          if (error == null) resolve();
          else reject(error);
        });
      });
    } catch (error) {
      throw told(parser.failure ?? error);
    }
    if (parser.failure !== null) throw parser.failure as Error;
  }

  // Failures are told by the callbacks of write and end.
  parser.on('error', () => undefined);
  return {
    async write(chunk) {
      fed += chunk.length;
      await step((done) => {
        parser.write(chunk, done);
      });
      if (fed - parser.parsed > MAX_RECORD_BYTES + chunk.length) throw unclosed();
    },
    end: () =>
      step((done) => {
        parser.end(done);
      }),
    close() {
      parser.destroy();
    },
  };
}
