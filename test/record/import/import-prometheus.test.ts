import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importError, importPaths, samplesOf, writeFiles } from '../../support/imports.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../../fixtures/prometheus');
const answer = (name: string): string => join(FOLDER, `${name}.json`);

const matrix = (...result: readonly unknown[]): string[] =>
  writeFiles({
    'a.json': JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }),
  });
const pod = { namespace: 'shop', pod: 'web-1', container: 'web' };

describe('answers of a real Prometheus', () => {
  test('a known metric names itself, and NaN is a missing sample', async () => {
    const { data, rows, notNumbers } = await importPaths([answer('memory')]);
    expect([rows, notNumbers]).toEqual([80, 1]);
    expect(data.series.map(({ series: { id, unit }, times }) => [id, unit, times.length])).toEqual([
      ['shop/batch-6f9d8c7b5-p4q2r/worker/memory', 'bytes', 40],
      ['shop/web-7d9c5b6f4d-x2x7k/web/memory', 'bytes', 39],
    ]);
    expect(data.series[1]?.values[0]).toBe(61_952_000);
    expect(data.info.startMs).toBe(1_767_225_600_000);
  });

  test('an expression takes its metric from --metric', async () => {
    const { data } = await importPaths([answer('cpu')], { metric: 'cpu' });
    expect(data.series.map(({ series: { id, unit } }) => [id, unit])).toEqual([
      ['shop/batch-6f9d8c7b5-p4q2r/worker/cpu', 'cores'],
      ['shop/web-7d9c5b6f4d-x2x7k/web/cpu', 'cores'],
    ]);
    expect(data.series[1]?.values[2]).toBe(0.009000000000000001);
  });

  test('a counter and a failed query are refused with what to do', async () => {
    expect((await importError([answer('counter')])).message).toMatch(/query rate\(/);
    expect((await importError([answer('error')])).message).toMatch(/unclosed left parenthesis/);
  });
});

describe('any answer', () => {
  test('gives times to the millisecond, and series without a pod as signals', async () => {
    const paths = matrix(
      { metric: { ...pod, __name__: 'queue_length' }, values: [[1_767_225_600.123, '-2.5']] },
      { metric: { __name__: 'requests' }, values: [[1_767_225_600, '7']] },
    );
    const { data } = await importPaths(paths, { namespace: 'shop' });
    expect(samplesOf(data)).toEqual({
      'shop/web-1/web/queue_length': { '1767225600123': -2.5 },
      'shop///requests': { '1767225600000': 7 },
    });
    expect(data.series.map(({ series }) => series.kind)).toEqual(['signal', 'usage']);
  });

  test('that hides one series behind another is refused', async () => {
    const one = { metric: { ...pod, id: 'a' }, values: [[1, '1']] };
    const { message } = await importError(matrix(one, { ...one, metric: { ...pod, id: 'b' } }));
    expect(message).toMatch(/series 2: .*series 1.*sum by/);
  });

  test.each<[string, unknown, RegExp]>([
    ['no values', { metric: pod }, /series 1: /],
    ['no labels', { metric: null, values: [] }, /series 1: /],
    ['a label that is no text', { metric: { pod: 1 }, values: [] }, /"pod"/],
    ['a control character', { metric: { pod: 'a\u0007' }, values: [] }, /control/],
    ['a value without a time', { metric: pod, values: [[1, '1'], ['1']] }, /series 1, value 2/],
    ['a time in the far future', { metric: pod, values: [[1.7e15, '1']] }, /value 1/],
    ['a value that is no text', { metric: pod, values: [[1, 1]] }, /value 1/],
    ['a value that is no number', { metric: pod, values: [[1, '0x10']] }, /"0x10"/],
    ['memory below 0', { metric: { ...pod, __name__: 'memory' }, values: [[1, '-1']] }, /negative/],
  ])('with %s is refused', async (_, series, message) => {
    const error = await importError(matrix(series));
    expect(error.code).toBe('BAD_INPUT');
    expect(error.message).toMatch(message);
  });

  test.each([
    ['{', /not JSON/],
    ['{"a": 1}', /query_range/],
    ['{"status":"success","data":{"resultType":"vector","result":[]}}', /query_range/],
    ['{"status":"success","data":{"resultType":"matrix","result":{}}}', /query_range/],
  ])('%s is refused', async (text, message) => {
    const paths = writeFiles({ 'a.json': text });
    expect((await importError(paths)).message).toMatch(message);
    expect((await importError(paths, { format: 'prometheus' })).message).toMatch(message);
  });

  test('without a single sample says so', async () => {
    expect((await importError(matrix())).code).toBe('NO_DATA');
  });
});
