import { expect, test } from 'vitest';
import { importError, importPaths, samplesOf, writeFiles } from '../../support/imports.ts';

const HEADER = 'NAME    CPU(cores)   MEMORY(bytes)';
const log = (...lines: readonly string[]): string[] => writeFiles({ 'top.log': lines.join('\n') });

test('tables with a date before each become samples of containers', async () => {
  const { data, rows } = await importPaths(['fixtures/metrics/top.log'], { namespace: 'shop' });
  expect(rows).toBe(12);
  const series = samplesOf(data);
  expect(Object.keys(series)).toHaveLength(6);
  expect(series['shop/web-1/web/cpu']).toEqual({
    ...{ 1767225600000: 0.012, 1767225615000: 0.013 },
    ...{ 1767225630000: 0.014, 1767225645000: 0.015 },
  });
  expect(series['shop/web-1/proxy/memory']).toMatchObject({ 1767225600000: 9 * 2 ** 20 });
});

test('times come from --start and --interval where no line tells them', async () => {
  const paths = log(HEADER, 'a 1m 2Mi', HEADER, 'a 2m 2Mi');
  const { data } = await importPaths(paths, { startMs: 60_000, intervalMs: 15_000 });
  expect(samplesOf(data)['/a//cpu']).toEqual({ 60000: 0.001, 75000: 0.002 });
});

test.each(['Thu Jan  1 00:01:00 UTC 1970', '1970-01-01T00:01:00Z', '1970-01-01 01:01:00+01:00'])(
  'reads the date %j, and namespaces',
  async (date) => {
    const paths = log(date, `NAMESPACE ${HEADER}`, 'shop a 1m 2Mi');
    const { data } = await importPaths(paths, { format: 'kubectl-top' });
    expect(samplesOf(data)['shop/a//memory']).toEqual({ 60000: 2 ** 21 });
  },
);

test.each([
  [[HEADER, 'a 1m 2Mi'], 'top.log:1: nothing tells the time'],
  [['a 1m 2Mi'], 'top.log:1: .*neither a date nor'],
  [['2026-02-30T00:00:00Z', HEADER], 'top.log:1: .*is no time'],
  [['2026-01-01T00:00:00Z', HEADER, 'a 1m'], 'top.log:3: it has 2 cells, the table 3'],
  [['2026-01-01T00:00:00Z', HEADER, 'a 1x 2Mi'], 'top.log:3:3: "1x" is no quantity'],
  [['2026-01-01T00:00:00Z', HEADER, 'a 1m -2Mi'], 'top.log:3:6: .*never negative'],
  [['2026-01-01T00:00:00Z', HEADER, 'a\u0007 1m 2Mi'], 'top.log:3: .*control characters'],
  [['2026-01-01T00:00:00Z', HEADER, 'error: Metrics API not available'], 'top.log:3:'],
])('%j is refused', async (lines, message) => {
  const found = await importError(log(...lines), { format: 'kubectl-top' });
  expect(found.code).toBe('BAD_INPUT');
  expect(found.message).toMatch(new RegExp(message));
});
