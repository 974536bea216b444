import { type FileHandle, open } from 'node:fs/promises';
import * as zlib from 'node:zlib';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
} from 'hyparquet';
import { CONTEXT_KEY } from '../context-file.ts';
import { shown } from './bad-input.ts';
import { checkPages } from './parquet-pages.ts';

/** What comes first of a Parquet file. */
interface ParquetHead {
  readonly kind: 'head';
  /** Of the columns, in their order. */
  readonly names: readonly string[];
  /** What `export` kept in the metadata; null: another program's file. */
  readonly context: string | null;
  /** Cells that are decoded for the rows that follow. */
  readonly cellsAhead: number;
}

/** Some rows of a Parquet file, column by column. */
interface ParquetRows<Column> {
  readonly kind: 'rows';
  readonly count: number;
  readonly columns: readonly Column[];
  /** Bytes of the file that are read, about. */
  readonly bytes: number;
  readonly cellsAhead: number;
}

export type ParquetPiece<Column = ArrayLike<unknown>> = ParquetHead | ParquetRows<Column>;

/** A decompressor that stops at the size that a page's header tells. */
const upTo =
  (inflate: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array) =>
  (bytes: Uint8Array, size: number): Uint8Array =>
    inflate(bytes, { maxOutputLength: Math.max(1, size) });

/** Compressions that are not built into the reader; Node has the last one from 22.15 on. */
const COMPRESSORS = {
  GZIP: upTo(zlib.gunzipSync),
  BROTLI: upTo(zlib.brotliDecompressSync),
  ...('zstdDecompressSync' in zlib
    ? { ZSTD: upTo(zlib.zstdDecompressSync as typeof zlib.gunzipSync) }
    : {}),
};

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How texts are read: a byte order mark is part of a name like any other letter. */
const PARSERS = {
  stringFromBytes: (bytes?: Uint8Array) => (bytes === undefined ? undefined : UTF8.decode(bytes)),
};

/** Rows whose cells are in memory at once, of a file whose row groups are larger. */
const ROWS_AT_ONCE = 65_536;

/** No writer packs more rows of samples into a byte: a file that claims more is damaged. */
const MOST_ROWS_A_BYTE = 1000;

/** An open file as the reader wants it. */
function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const from = start < 0 ? byteLength + start : start;
      const bytes = new Uint8Array(Math.max(0, end - from));
      await handle.read(bytes, 0, bytes.length, from);
      return bytes.buffer;
    },
  };
}

function columnNames(metadata: FileMetaData): readonly string[] {
  return parquetSchema(metadata).children.map(({ element, children }) => {
    if (children.length === 0) return element.name;
    throw new Error(`column ${shown(element.name)} is nested; write plain columns`);
  });
}

interface Batch {
  readonly rowStart: number;
  readonly rowEnd: number;
  /** The reader decodes a whole row group for any of its rows. */
  readonly cells: number;
}

/** The rows of row groups, at most so many at once. */
function batchesOf(
  ranges: readonly { readonly rowStart: number; readonly rowEnd: number }[],
  columns: number,
): Batch[] {
  return ranges.flatMap(({ rowStart, rowEnd }) => {
    const batches: Batch[] = [];
    for (let from = rowStart; from < rowEnd; from += ROWS_AT_ONCE) {
      const cells = (rowEnd - rowStart) * columns;
      batches.push({ rowStart: from, rowEnd: Math.min(rowEnd, from + ROWS_AT_ONCE), cells });
    }
    return batches;
  });
}

async function* piecesOf(file: AsyncBuffer): AsyncGenerator<ParquetPiece, void> {
  const metadata = await parquetMetadataAsync(file);
  const rows = Number(metadata.num_rows);
  if (rows > file.byteLength * MOST_ROWS_A_BYTE)
    throw new Error('more rows than its size can hold');
  const names = columnNames(metadata);
  await checkPages(file, metadata);
  const scan = await parquetScan({
    ...{ file, metadata, compressors: COMPRESSORS, parsers: PARSERS },
  });
  const batches = batchesOf(scan.ranges, names.length);
  const context = metadata.key_value_metadata?.find(({ key }) => key === CONTEXT_KEY)?.value;
  const cellsAhead = batches[0]?.cells ?? 0;
  yield { kind: 'head', names, context: context ?? null, cellsAhead };
  for (const [at, { rowStart, rowEnd }] of batches.entries()) {
    const columns: ArrayLike<unknown>[] = [];
    for (const column of names) columns.push(await scan.readColumn({ column, rowStart, rowEnd }));
    const count = rowEnd - rowStart;
    if (columns.some(({ length }) => length !== count)) throw new Error('a column is cut short');
    const ahead = batches[at + 1]?.cells ?? 0;
    const bytes = Math.floor((file.byteLength * rowEnd) / rows);
    yield { kind: 'rows', count, columns, bytes, cellsAhead: ahead };
  }
}

/**
 * Decodes a Parquet file. A damaged one ends in a plain Error, or never, or takes all memory there
 * is: only for a process that can be ended from outside.
 */
export async function* decodeParquet(path: string): AsyncGenerator<ParquetPiece, void> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    yield* piecesOf(bufferOf(handle, size));
  } finally {
    await handle.close();
  }
}
