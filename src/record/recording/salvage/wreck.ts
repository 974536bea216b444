import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** What is left of a database file: its pages, of which nothing is believed. */
export interface Wreck {
  /** Every copy of every page, newest first: those in the log from its end, then the file's own. */
  readonly images: () => Iterable<Buffer>;
  /** The newest copy of a page; null where there is none. */
  readonly page: (number: number) => Buffer | null;
  readonly close: () => void;
}

const USUAL_PAGE_BYTES = 4096;
const LOG_HEADER = 32;
const FRAME_HEADER = 24;

function isPageSize(bytes: number): boolean {
  return bytes >= 512 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0;
}

/** Reads as much as there is; what is beyond the end stays zero. */
function readAt(handle: number, bytes: number, at: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let read = 0; read < bytes;) {
    const more = readSync(handle, buffer, read, bytes - read, at + read);
    if (more === 0) break;
    read += more;
  }
  return buffer;
}

/** A frame of the log: which page it is a copy of, and where that is. */
interface Frame {
  readonly number: number;
  readonly at: number;
}

/** The frames of the log's last life, oldest first, whether or not they were committed. */
function framesOf(handle: number, pageBytes: number): readonly Frame[] {
  const size = fstatSync(handle).size;
  const salt = (at: number): string => readAt(handle, 8, at).toString('hex');
  const step = FRAME_HEADER + pageBytes;
  const head = readAt(handle, LOG_HEADER, 0);
  const isHead = [0x377f0682, 0x377f0683].includes(head.readUInt32BE(0));
  const wanted = isHead ? salt(16) : salt(LOG_HEADER + 8);
  const frames: Frame[] = [];
  for (let at = LOG_HEADER; at + step <= size; at += step) {
    if (salt(at + 8) !== wanted) continue;
    frames.push({ number: readAt(handle, 4, at).readUInt32BE(0), at: at + FRAME_HEADER });
  }
  return frames;
}

/**
 * Opens what may be a damaged recording, with the log beside it where the file may have one.
 *
 * The length of pages is the file's, or else the usual one; a page that is cut short ends in zeros.
 * Nothing is written, and no lock is taken. Source: https://www.sqlite.org/fileformat2.html.
 */
export function openWreck(path: string): Wreck {
  const file = openSync(path, 'r');
  const head = readAt(file, 100, 0);
  const stored = head.readUInt16BE(16);
  const told = stored === 1 ? 65_536 : stored;
  const pageBytes = isPageSize(told) ? told : USUAL_PAGE_BYTES;
  const pages = Math.ceil(fstatSync(file).size / pageBytes);
  // A finished recording has no log; one beside it is of another.
  const isFinished = head[18] === 1 && head[19] === 1;
  const log = !isFinished && existsSync(`${path}-wal`) ? openSync(`${path}-wal`, 'r') : null;
  const frames = log === null ? [] : framesOf(log, pageBytes);
  const newest = new Map(frames.map(({ number, at }) => [number, at]));
  const inFile = (number: number): Buffer => readAt(file, pageBytes, (number - 1) * pageBytes);

  return {
    *images() {
      if (log !== null) {
        for (let i = frames.length - 1; i >= 0; i--) yield readAt(log, pageBytes, frames[i]!.at);
      }
      // The first holds the schema alone, behind the file's header.
      for (let number = 2; number <= pages; number++) yield inFile(number);
    },
    page(number) {
      const at = newest.get(number);
      if (log !== null && at !== undefined) return readAt(log, pageBytes, at);
      return number >= 2 && number <= pages ? inFile(number) : null;
    },
    close() {
      closeSync(file);
      if (log !== null) closeSync(log);
    },
  };
}
