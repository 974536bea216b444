import { gzipSync } from 'node:zlib';
import { parquetMetadata } from 'hyparquet';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { exportParquet } from '../../../src/record/export/parquet.ts';
import type { ImportOptions } from '../../../src/record/import/import-files.ts';
import { parquetPieces } from '../../../src/record/import/parquet-process.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { importError, importPaths, samplesOf, writeFiles } from '../../support/imports.ts';

const T = 1_767_225_600_000;
const times: ColumnSource = {
  ...{ name: 'timestamp', type: 'TIMESTAMP' },
  data: [new Date(T), new Date(T + 15_000)],
};
const pods: ColumnSource = { name: 'pod', type: 'STRING', data: ['a', 'b'] };
const file = (columns: readonly ColumnSource[], gzip = false): string[] => {
  const bytes = parquetWriteBuffer({
    columnData: [...columns],
    ...(gzip ? { codec: 'GZIP', compressors: { GZIP: (b) => new Uint8Array(gzipSync(b)) } } : {}),
  });
  return writeFiles({ 'run.parquet': new Uint8Array(bytes) });
};
const error = (columns: readonly ColumnSource[], options: Partial<ImportOptions> = {}) =>
  importError(file(columns), options);

test("other programs' files: any type of number, null and NaN are missing, gzip", async () => {
  const paths = file(
    [
      times,
      pods,
      { name: 'cpu_cores', type: 'FLOAT', data: [0.5, null] },
      { name: 'memory_bytes', type: 'INT64', data: [1024n, 2n ** 40n] },
      { name: 'requests', type: 'DOUBLE', data: [NaN, 2.5] },
    ],
    true,
  );
  const { data, rows, notNumbers } = await importPaths(paths);
  expect([rows, notNumbers]).toEqual([2, 1]);
  expect(samplesOf(data)).toEqual({
    '/a//cpu': { [T]: 0.5 },
    '/a//memory': { [T]: 1024 },
    '/b//memory': { [T + 15_000]: 2 ** 40 },
    '/b//requests': { [T + 15_000]: 2.5 },
  });
});

test('a column per series, times as epochs or texts', async () => {
  const web: ColumnSource = { name: 'web-1', type: 'DOUBLE', data: [1, 2] };
  const epochs: ColumnSource = { name: 'timestamp', type: 'INT64', data: [1n, 2n] };
  const wide = await importPaths(file([epochs, web]), { timeUnit: 's', metric: 'cpu' });
  expect(samplesOf(wide.data)).toEqual({ '/web-1//cpu': { 1000: 1, 2000: 2 } });
  const texts: ColumnSource = {
    ...{ name: 'timestamp', type: 'STRING' },
    data: ['2026-01-01T00:00:00Z', '2026-01-01T00:00:15Z'],
  };
  const found = await importPaths(file([texts, web]));
  expect(Object.keys(samplesOf(found.data)['/web-1//value'] ?? {})).toEqual([
    String(T),
    String(T + 15_000),
  ]);
  expect((await error([epochs, web])).message).toMatch(/row 1: .*bare number/);
});

test('what is no sample is refused with row and column', async () => {
  const cpu = (data: ColumnSource['data'], type: ColumnSource['type']): ColumnSource => ({
    ...{ name: 'cpu_cores', data },
    ...(type === undefined ? {} : { type }),
  });
  const negative = await error([times, pods, cpu([1, -1], 'DOUBLE')]);
  expect(negative).toMatchObject({ code: 'BAD_INPUT' });
  expect(negative.message).toMatch(/run\.parquet: row 2: column "cpu_cores" holds -1/);
  expect((await error([times, pods, cpu(['1', '2'], 'STRING')])).message).toMatch(/no number/);
  const large = await error([times, pods, cpu([1n, 2n ** 60n], 'INT64')]);
  expect(large.message).toMatch(/too large to be exact/);
  const flags: ColumnSource = { name: 'pod', type: 'BOOLEAN', data: [true, false] };
  expect((await error([times, flags, cpu([1, 2], 'DOUBLE')])).message).toMatch(
    /"pod" holds no text/,
  );
  expect((await error([pods, cpu([1, 2], 'DOUBLE')])).message).toMatch(/no timestamp column/);
});

const KINDS_OF_END = ['read', 'BAD_INPUT', 'NO_DATA', 'BAD_VALUE'];

/** How the import of these bytes ends: `read`, or an error's code. */
const outcome = (bytes: Uint8Array): Promise<string | undefined> =>
  importPaths(writeFiles({ 'a.parquet': bytes })).then(
    () => 'read',
    (why: unknown) => (why as { code?: string }).code,
  );

/** What `export` writes of a recording with fourteen pods. */
function exported(): Buffer {
  const chunks: Uint8Array[] = [];
  exportParquet(readRecording('fixtures/recordings/consumememory.db'), (bytes) =>
    chunks.push(Uint8Array.from(bytes)),
  );
  return Buffer.concat(chunks);
}

test('a file that is cut short, or damaged somewhere, is refused or read', async () => {
  const whole = exported();
  const cut = await importError(writeFiles({ 'a.parquet': whole.subarray(0, 60) }));
  expect(cut).toMatchObject({ code: 'BAD_INPUT' });
  expect(cut.message).toMatch(/cannot be read as Parquet/);
  const rng = rngFor(7, 'parquet');
  const damaged = Array.from({ length: 24 }, (_, i) => {
    const bytes = Uint8Array.from(whole);
    // Damage of the metadata, at the end, has the most to upset.
    const at = i % 2 === 0 ? rng.below(whole.length) : whole.length - 1 - rng.below(2000);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << rng.below(8));
    return bytes;
  });
  const ends: (string | undefined)[] = [];
  for (let i = 0; i < damaged.length; i += 3) {
    ends.push(...(await Promise.all(damaged.slice(i, i + 3).map(outcome))));
  }
  for (const end of ends) expect(KINDS_OF_END).toContain(end);
  expect(ends).toContain('BAD_INPUT');
  expect(ends).toContain('read');
});

/** A file whose pages of a column of numbers begin with these bytes. */
function paged(codec: 'SNAPPY' | 'UNCOMPRESSED', page: readonly number[]): string {
  // With the levels of nulls a page would begin uncompressed.
  const nullable = codec === 'UNCOMPRESSED';
  const data = Array.from({ length: 64 }, (_, i) => (i === 9 && nullable ? null : i / 7));
  const bytes = new Uint8Array(
    parquetWriteBuffer({
      columnData: [{ name: 'cpu_cores', type: 'DOUBLE', data, nullable }],
      codec,
    }),
  );
  const column = parquetMetadata(bytes.buffer).row_groups[0]?.columns[0]?.meta_data;
  const reader = { view: new DataView(bytes.buffer), offset: Number(column?.data_page_offset) };
  deserializeTCompactProtocol(reader);
  bytes.set(page, reader.offset);
  return writeFiles({ 'a.parquet': bytes })[0] ?? '';
}

/** Reads a file to its end. */
async function drain(path: string, signal?: AbortSignal): Promise<void> {
  const limits = { patienceMs: 3000, memoryMiB: 128 };
  for await (const piece of parquetPieces(path, signal, limits)) expect(piece.kind).toBe('head');
}

test('a file that would be decoded for ever is given up, or left when stopped', async () => {
  // A literal of −5 bytes leads back to itself.
  const path = paged('SNAPPY', [0x80, 0x04, 0xfc, 0xfa, 0xff, 0xff, 0xff]);
  await expect(drain(path)).rejects.toThrow(/far longer than its size allows/);
  const stop = new AbortController();
  setTimeout(() => {
    stop.abort(new Error('stopped'));
  }, 700);
  await expect(drain(path, stop.signal)).rejects.toThrow('stopped');
});

test('a file that would take all memory is given up', async () => {
  // Levels of 2³¹ − 1 values in one run.
  const path = paged('UNCOMPRESSED', [6, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f, 1]);
  await expect(drain(path)).rejects.toThrow(/more than 128 MiB of memory/);
});
