import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importError, importPaths, samplesOf } from '../../support/imports.ts';

const CSV = join(dirname(fileURLToPath(import.meta.url)), '../../../fixtures/csv');
const good = (name: string): string => join(CSV, 'good', name);
const bad = (name: string): string => join(CSV, 'bad', `${name}.csv`);

/** Where each bad file is bad (line, column), and what the message says beside. */
const BAD: readonly (readonly [string, string, RegExp])[] = [
  ['column-other-case', ':1:', /Pod; write pod/],
  ['column-proto', ':1:', /__proto__/],
  ['column-twice', ':1:', /"cpu_cores"/],
  ['column-without-name', ':1:', /column 5/],
  ['empty', '', /empty/],
  ['header-only', '', /no sample/],
  ['latin-1', ': byte 130 ', /UTF-8/],
  ['no-timestamp-column', ':1:', /timestamp/],
  ['number-blank', ':3: column "memory_bytes"', /" "/],
  ['number-decimal-comma', ':3: column "cpu_cores"', /"1,5"/],
  ['number-hex', ':3: column "cpu_cores"', /"0x10"/],
  ['number-nan', ':3: column "cpu_cores"', /"NaN"/],
  ['number-negative', ':3: column "cpu_cores"', /negative/],
  ['number-too-large', ':3: column "memory_bytes"', /"1e400"/],
  ['number-unit', ':3: column "memory_bytes"', /"128Mi"/],
  ['other-delimiter', ':1:', /";".*--delimiter/],
  ['pod-control-character', ':3: column "pod"', /\\u001b/],
  ['pod-missing', ':3: column "pod"', /empty/],
  ['quote-inside', ':3: in column "pod"', /quote/],
  ['quote-not-closed', ':3:', /quote/],
  ['quote-then-text', ':3: in column "pod"', /quote/],
  ['row-long', ':3:', /7 cells/],
  ['row-short', ':3:', /column "memory_bytes" is missing/],
  ['time-epoch', ':2: column "timestamp"', /--time-unit/],
  ['time-february-30', ':3: column "timestamp"', /calendar/],
  ['time-second-60', ':3: column "timestamp"', /calendar/],
  ['time-without-zone', ':3: column "timestamp"', /zone/],
  ['utf-16-without-mark', '', /UTF-16/],
];

describe('a bad file is refused, with its place, and nothing is left behind', () => {
  test.each(BAD)('%s', async (name, place, message) => {
    const error = await importError([bad(name)]);
    expect(error.code).toMatch(/^(BAD_INPUT|NO_DATA)$/);
    expect(error.message).toContain(`${bad(name)}${place}`);
    expect(error.message.replaceAll(bad(name), '')).toMatch(message);
  });

  test('every bad file has its row here', () => {
    const names = readdirSync(join(CSV, 'bad')).map((name) => name.replace('.csv', ''));
    expect(names.sort()).toEqual(BAD.map(([name]) => name).sort());
  });

  test('also when good files come before and after it', async () => {
    const paths = [good('pods-long.csv'), bad('row-short'), good('nab/synthetic/jump.csv')];
    expect((await importError(paths)).message).toContain('row-short.csv:3');
  });
});

describe('good files', () => {
  test('long: usage by pod and container, other columns as signals, empty cells missing', async () => {
    const { data, rows, samples, labels, strayLabels } = await importPaths(
      [good('pods-long.csv')],
      {
        labels: good('pods-long.labels.json'),
      },
    );
    expect({ rows, samples, labels, strayLabels }).toEqual({
      ...{ rows: 23, samples: 34, labels: 1, strayLabels: 0 },
    });
    expect(
      data.series.map(({ series: { id, kind, unit }, times }) => [id, kind, unit, times.length]),
    ).toEqual([
      ['shop///requests', 'signal', 'requests/s', 8],
      ['shop/batch-6f9d8c7b5-p4q2r/worker/cpu', 'usage', 'cores', 7],
      ['shop/batch-6f9d8c7b5-p4q2r/worker/memory', 'usage', 'bytes', 3],
      ['shop/web-7d9c5b6f4d-x2x7k/web/cpu', 'usage', 'cores', 8],
      ['shop/web-7d9c5b6f4d-x2x7k/web/memory', 'usage', 'bytes', 8],
    ]);
    const web = samplesOf(data)['shop/web-7d9c5b6f4d-x2x7k/web/cpu'] ?? {};
    expect(web[String(Date.UTC(2026, 0, 31, 8, 15, 15))]).toBe(0.013);
    expect(data.labels).toMatchObject([{ type: 'memory_leak', visibleIn: ['memory'] }]);
    expect(data.info).toMatchObject({ kind: 'imported', origin: 'pods-long.csv' });
  });

  test('the order of columns, quotes, CRLF and a byte order mark change nothing', async () => {
    const plain = await importPaths([good('pods-long.csv')]);
    const other = await importPaths([good('pods-long-quoted-crlf.csv')]);
    expect(other.digest).toBe(plain.digest);
    expect(readFileSync(good('pods-long-quoted-crlf.csv')).toString('latin1')).toMatch(
      /^ï»¿.*\r\n/,
    );
  });

  test('wide: a series a column, in the metric and unit asked for', async () => {
    const { data } = await importPaths([good('wide-epoch-semicolon.csv')], {
      ...{ delimiter: ';', timeUnit: 'ms', metric: 'cpu', namespace: 'shop' },
    });
    expect(data.series.map(({ series, times }) => [series.id, series.unit, times.length])).toEqual([
      ['shop/db//cpu', 'cores', 3],
      ['shop/web//cpu', 'cores', 6],
    ]);
    expect(data.info.startMs).toBe(1_767_225_600_000);
  });

  test('NAB: folders name the series, windows beside them are labels of the files imported', async () => {
    for (const [path, format] of [
      [good('nab'), null],
      [good('nab'), 'nab'],
      [good('nab/synthetic'), 'nab'],
      [good('nab/synthetic/jump.csv'), null],
    ] as const) {
      const { data } = await importPaths([path], { format });
      expect(data.series.map(({ series }) => series.id)).toEqual(['synthetic/jump//value']);
      expect(data.labels).toMatchObject([
        {
          ...{ namespace: 'synthetic', pod: 'jump', metric: 'value' },
          startMs: Date.UTC(2014, 3, 1, 0, 30),
          endMs: Date.UTC(2014, 3, 1, 0, 35) + 1,
        },
      ]);
    }
  });

  test('several files become one recording, whatever their order', async () => {
    const paths = [good('pods-long.csv'), good('nab/synthetic/jump.csv')];
    const one = await importPaths(paths);
    const other = await importPaths([...paths].reverse());
    expect(one).toMatchObject({ files: 2, series: 6, samples: 46 });
    expect(other.digest).toBe(one.digest);
  });
});
