import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { TextDecoder } from 'node:util';
import { type Info, parse } from 'csv-parse';
import { ToolError } from '../../core/errors.ts';

/** No record of measurements is longer; an unclosed quote is found within this much text. */
const MAX_RECORD_BYTES = 1024 * 1024;

const bad = (where: string, why: string): ToolError =>
  new ToolError('BAD_INPUT', `${where}: ${why}.`, { where });

/** How many bytes at the end of a chunk begin a character that the next chunk ends. */
function unfinished(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back += 1) {
    const byte = chunk[chunk.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? back : 0;
    }
  }
  return 0;
}

/** Where the first byte lies that is not UTF-8. */
function firstBadByte(chunk: Buffer): number {
  let low = 0;
  let high = chunk.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const part = chunk.subarray(0, middle);
    if (isUtf8(part.subarray(0, part.length - unfinished(part)))) low = middle;
    else high = middle;
  }
  return low;
}

/** Passes UTF-8 on and turns UTF-16 with a byte order mark into it; anything else is an error. */
function asUtf8(path: string): Transform {
  let decoder: TextDecoder | null = null;
  let rest = Buffer.alloc(0);
  let offset = 0;
  let isFirst = true;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (isFirst) {
        isFirst = false;
        const mark = chunk.length > 1 ? chunk.readUInt16BE(0) : 0;
        if (mark === 0xfffe) decoder = new TextDecoder('utf-16le', { fatal: true });
        if (mark === 0xfeff) decoder = new TextDecoder('utf-16be', { fatal: true });
      }
      if (decoder !== null) {
        try {
          done(null, decoder.decode(chunk, { stream: true }));
        } catch {
          done(bad(path, `byte ${String(offset)} or later is not UTF-16; save it as UTF-8`));
        }
        offset += chunk.length;
        return;
      }
      const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const good = whole.subarray(0, whole.length - unfinished(whole));
      if (!isUtf8(good)) {
        const at = offset - rest.length + firstBadByte(good);
        done(bad(path, `byte ${String(at)} is not UTF-8; save the file as UTF-8`));
        return;
      }
      rest = Buffer.from(whole.subarray(good.length));
      offset += chunk.length;
      done(null, good);
    },
    flush(done) {
      if (rest.length === 0) done();
      else done(bad(path, `byte ${String(offset - rest.length)} is not UTF-8; it is cut short`));
    },
  });
}

/** What a record is handed to: its cells and the line it ends on. */
export type OnRecord = (cells: readonly string[], line: number) => void;

export interface CsvOptions {
  readonly delimiter: string;
  /** Hears how many bytes have been read so far. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Streams a CSV file record by record, the header first. Memory is bounded by the record size.
 *
 * Throws BAD_INPUT with file and line: not UTF-8 or UTF-16, an unclosed quote, a row with more or
 * fewer cells than the header, a record over 1 MiB; what `onRecord` throws comes through.
 */
export async function streamCsv(
  path: string,
  options: CsvOptions,
  onRecord: OnRecord,
): Promise<void> {
  let failed: unknown = null;
  const parser = parse({
    bom: true,
    delimiter: options.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: MAX_RECORD_BYTES,
    skip_empty_lines: true,
    comment: '#',
    comment_no_infix: true,
    // Records are used here and now; nothing is queued on the way out.
    on_record: (cells: string[], context: Info & { lines: number }) => {
      onRecord(cells, context.lines);
      return null;
    },
  });
  const source = createReadStream(path, { highWaterMark: 1 << 18 });
  let bytes = 0;
  source.on('data', (chunk) => {
    bytes += chunk.length;
    options.onBytes?.(bytes);
  });
  parser.resume();
  try {
    await pipeline(source, asUtf8(path), parser);
  } catch (error) {
    failed = error;
  }
  if (failed === null) return;
  if (failed instanceof ToolError) throw failed;
  const error = failed instanceof Error ? failed : new Error('unknown');
  const code = 'code' in error ? String(error.code) : '';
  if (code.startsWith('CSV_')) {
    const line = 'lines' in error ? `:${String(error.lines)}` : '';
    throw bad(`${path}${line}`, error.message.replace(/\.$/, '').slice(0, 300));
  }
  if (['ENOENT', 'EACCES', 'EISDIR'].includes(code)) {
    throw bad(path, `it cannot be read (${code}); check the path`);
  }
  throw error;
}
