import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importError, importPaths, samplesOf, writeFiles } from '../../support/imports.ts';

const om = (...lines: readonly string[]): string[] =>
  writeFiles({ 'a.om': [...lines, '# EOF', ''].join('\n') });
const CPU = 'container_cpu_usage_seconds_total{namespace="a",pod="b",container="c"}';

describe('OpenMetrics', () => {
  test('counters become rates, gauges values, a reset no rate, NaN no sample', async () => {
    const found = await importPaths(['fixtures/metrics/app.om']);
    expect([found.rows, found.notNumbers, found.resets, found.skipped]).toEqual([47, 2, 1, 2]);
    const series = samplesOf(found.data);
    expect(Object.keys(series)).toEqual([
      '///http_requests',
      'shop/web-1/web/cpu',
      'shop/web-1/web/memory',
      'shop/web-2/web/cpu',
      'shop/web-2/web/memory',
    ]);
    expect(series['shop/web-1/web/cpu']).toMatchObject({ 1767225615000: 0.25 });
    expect(Object.keys(series['shop/web-2/web/cpu'] ?? {})).toHaveLength(7);
    expect(series['shop/web-1/web/memory']).toMatchObject({ 1767225600500: 50_000_000 });
    expect(series['///http_requests']).toMatchObject({ 1767225615000: 20 });
  });

  test('labels are read with their escapes', async () => {
    const paths = om(
      String.raw`up_bytes{pod="a \"b\" \\ }",namespace="n"} 1 1767225600`,
      String.raw`up_bytes{ pod = "x" , namespace="n",} 1 1767225600`,
    );
    const { data } = await importPaths(paths);
    expect(data.series.map(({ series }) => series.pod)).toEqual(['a "b" \\ }', 'x']);
  });

  test.each([
    ['1 2', 'a.om:1:1: a metric name'],
    ['a{b="c" 1 2', 'a.om:1:2: the brace'],
    ['a{b=c} 1 2', 'a.om:1:4: ="…"'],
    ['a{1b="c"} 1 2', 'a.om:1:3: a label name'],
    ['a{b="c",b="d"} 1 2', 'a.om:1:9: the label b comes twice'],
    ['a', 'a.om:1:2: there is no value'],
    ['a{b="c"}1 2', 'a.om:1:9: a space'],
    ['a 0x10 1767225600', 'a.om:1:3: "0x10" is no number'],
    ['a 1', 'a.om:1:.*no time'],
    ['a 1 yesterday', 'a.om:1:5: "yesterday" is no time in seconds'],
    ['a 1 1767225600000000', 'a.om:1:5: .* is no time in seconds'],
    ['a 1 2 3', 'a.om:1:7: nothing should follow'],
    ['# TYPE a gauges', 'a.om:1:10: "gauges" is no type'],
    ['', 'a.om:1:1: there is an empty line'],
    [`${CPU} -1 2`, 'a.om:1:.*never negative'],
    [`${CPU} 1 2\n${CPU} 2 1`, 'a.om:2:.*before that of the sample before'],
    [`${CPU} 1 2\n${CPU} 2 2`, 'a.om:2:.*its value another'],
    ['a{z="1"} 1 2\na{z="2"} 1 2', 'a.om:2:1: it would be ///a'],
    ['a 1 2\n# EOF\na 1 3', 'a.om:3:1: there is more after # EOF'],
    [`a{pod="${'x'.repeat(300)}"} 1 2`, 'over 253 letters'],
  ])('%j is refused with line and column', async (line, message) => {
    const found = await importError(om(line), { format: 'openmetrics' });
    expect(found.code).toBe('BAD_INPUT');
    expect(found.message).toMatch(new RegExp(message));
  });

  test('a file that is cut short, endless or binary is refused', async () => {
    const cut = writeFiles({ 'a.om': 'a 1 1767225600\n' });
    expect((await importError(cut, { format: 'openmetrics' })).message).toMatch(/# EOF/);
    const long = writeFiles({ 'a.om': `a{b="${'x'.repeat(1 << 21)}` });
    expect((await importError(long, { format: 'openmetrics' })).message).toMatch(/1 MiB/);
    const binary = writeFiles({ 'a.om': Uint8Array.of(0x61, 0xff, 0x00, 0x0a) });
    expect((await importError(binary, { format: 'openmetrics' })).message).toMatch(/UTF-8/);
  });

  test('no text crashes the reader: it is read or refused', async () => {
    const piece = fc.constantFrom('a', '{', '}', '"', '\\', '=', ',', ' ', '1', '\n', '#', 'EOF');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 40 }), async (parts) => {
        const paths = writeFiles({ 'a.om': parts.join('') });
        const { code } = await importError(paths, { format: 'openmetrics' });
        expect(['BAD_INPUT', 'NO_DATA']).toContain(code);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

test("a kubelet's answers one after the other: containers and the node, not pods' sums", async () => {
  const { data, skipped } = await importPaths(['fixtures/metrics/kubelet.txt']);
  expect(skipped).toBe(12);
  expect(data.series.map(({ series: { id, kind }, times }) => [id, kind, times.length])).toEqual([
    ['///node_cpu', 'signal', 5],
    ['shop/web-1/web/cpu', 'usage', 5],
    ['shop/web-1/web/memory', 'usage', 6],
  ]);
  expect(data.series[1]?.values[0]).toBeCloseTo(0.3);
});
