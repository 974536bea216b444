import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { ToolError } from '../../core/errors.ts';
import { badInput } from './bad-input.ts';

const CHUNK = 1 << 18;
const EMPTY = Buffer.alloc(0);

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

/** Where the first character begins that is not UTF-8. */
function firstBadByte(chunk: Buffer): number {
  let low = 0;
  let high = chunk.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const part = chunk.subarray(0, middle);
    if (isUtf8(part.subarray(0, part.length - unfinished(part)))) low = middle;
    else high = middle;
  }
  return low - unfinished(chunk.subarray(0, low));
}

/** Turns one chunk after the other into whole UTF-8 characters; `last` has the end of the file. */
interface Decoder {
  next(chunk: Buffer): Buffer;
  last(): Buffer;
}

function utf8Decoder(path: string, skip: number): Decoder {
  let rest = EMPTY;
  let offset = skip;
  return {
    next(chunk) {
      const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const good = whole.subarray(0, whole.length - unfinished(whole));
      if (!isUtf8(good)) {
        const at = String(offset + firstBadByte(good));
        throw badInput(path, `byte ${at} is not UTF-8; save the file as UTF-8`);
      }
      rest = Buffer.from(whole.subarray(good.length));
      offset += good.length;
      return good;
    },
    last() {
      if (rest.length === 0) return EMPTY;
      throw badInput(path, `byte ${String(offset)} is not UTF-8; the file is cut short`);
    },
  };
}

function utf16Decoder(path: string, encoding: 'utf-16le' | 'utf-16be'): Decoder {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let offset = 0;
  const decode = (chunk: Buffer, stream: boolean): Buffer => {
    try {
      const text = decoder.decode(chunk, { stream });
      offset += chunk.length;
      return Buffer.from(text, 'utf8');
    } catch (error) {
      const range = `of the bytes ${String(offset)} to ${String(offset + chunk.length)}`;
      throw badInput(path, `one ${range} is not UTF-16 (${String(error)}); save it as UTF-8`);
    }
  };
  return { next: (chunk) => decode(chunk, true), last: () => decode(EMPTY, false) };
}

/** The decoder for a file that starts with these bytes, and how many of them are its mark. */
function decoderFor(path: string, head: Buffer): readonly [Decoder, number] {
  if (head[0] === 0xff && head[1] === 0xfe) return [utf16Decoder(path, 'utf-16le'), 0];
  if (head[0] === 0xfe && head[1] === 0xff) return [utf16Decoder(path, 'utf-16be'), 0];
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return [utf8Decoder(path, 3), 3];
  if (head.length > 1 && (head[0] === 0) !== (head[1] === 0)) {
    throw badInput(path, 'it seems to be UTF-16 without a byte order mark; save it as UTF-8');
  }
  return [utf8Decoder(path, 0), 0];
}

/**
 * A text file's bytes as UTF-8, in chunks that end between characters. A byte order mark is taken
 * off; with one, UTF-16 is accepted and converted. `onBytes` hears how many bytes have been read.
 *
 * Throws BAD_INPUT, with the byte's offset where the encoding is wrong, and where the file cannot
 * be read.
 */
export async function* utf8Chunks(
  path: string,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  let decoder: Decoder | null = null;
  let bytes = 0;
  try {
    for await (const read of createReadStream(path, { highWaterMark: CHUNK })) {
      let chunk = read as Buffer; // No encoding is set, so that chunks are buffers.
      bytes += chunk.length;
      onBytes(bytes);
      if (decoder === null) {
        const [found, mark] = decoderFor(path, chunk);
        decoder = found;
        chunk = chunk.subarray(mark);
      }
      yield decoder.next(chunk);
    }
    if (decoder !== null) yield decoder.last();
  } catch (error) {
    if (error instanceof ToolError || !(error instanceof Error) || !('syscall' in error)) {
      throw error;
    }
    const code = 'code' in error ? String(error.code) : error.message;
    throw badInput(path, `it cannot be read (${code}); check the path`);
  }
}
