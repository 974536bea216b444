import { gzipSync } from 'node:zlib';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import type { ImportOptions } from '../../../src/record/import/import-files.ts';
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

test('a file that is cut short, or damaged anywhere, is refused or read; it never crashes', async () => {
  const [path = ''] = file([times, pods, { name: 'cpu_cores', type: 'DOUBLE', data: [1, 2] }]);
  const { readFileSync } = await import('node:fs');
  const whole = readFileSync(path);
  const cut = await importError(writeFiles({ 'a.parquet': whole.subarray(0, 60) }));
  expect(cut).toMatchObject({ code: 'BAD_INPUT' });
  expect(cut.message).toMatch(/cannot be read as Parquet/);
  for (let at = 4; at < whole.length; at += 7) {
    const bytes = Uint8Array.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    const paths = writeFiles({ 'a.parquet': bytes });
    const outcome = await importPaths(paths).then(
      () => 'read',
      (why: unknown) => (why as { code?: string }).code,
    );
    expect(['read', 'BAD_INPUT', 'NO_DATA', 'BAD_VALUE']).toContain(outcome);
  }
});
