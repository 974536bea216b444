import { describe, expect, test } from 'vitest';
import { importError, importPaths, samplesOf, writeFiles } from '../../support/imports.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const HEY =
  'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset';

describe.each(['k6.csv', 'k6.json'])('%s', (name) => {
  test('becomes signals at the end of each interval', async () => {
    const { data } = await importPaths([`fixtures/load/${name}`], { namespace: 'shop' });
    const series = samplesOf(data);
    expect(Object.keys(series)).toEqual(
      ['duration_p95', 'failed', 'requests', 'vus'].map((metric) => `shop///${metric}`),
    );
    expect(series['shop///requests']).toMatchObject({ [START + 10_000]: 2, [START + 20_000]: 4 });
    expect(series['shop///failed']?.[String(START + 30_000)]).toBe(0.1);
    expect(series['shop///vus']).toMatchObject({ [START + 10_000]: 2, [START + 20_000]: 5 });
    const p95 = series['shop///duration_p95']?.[String(START + 10_000)] ?? NaN;
    expect(Math.abs(p95 / 0.03 - 1)).toBeLessThan(0.004);
  });

  test('moves by an offset that is given', async () => {
    const paths = [`fixtures/load/${name}`];
    const { data } = await importPaths(paths, { offsetMs: -20_000 });
    expect(data.info.startMs).toBe(START - 10_000);
  });
});

test('hey counts from --start', async () => {
  const { data } = await importPaths(['fixtures/load/hey.csv'], { startMs: START });
  const series = samplesOf(data);
  expect(series['///requests']?.[String(START + 20_000)]).toBe(2);
  expect(series['///failed']?.[String(START + 30_000)]).toBe(0.1);
  expect((await importError(['fixtures/load/hey.csv'])).message).toMatch(/--start/);
});

test('a load shorter than an interval still has a rate', async () => {
  // As hey -z 4s writes it: by the order of its workers, not of time.
  const rows = Array.from({ length: 400 }, (_, i) => {
    const offset = (((i * 7) % 400) / 100).toFixed(4);
    return `0.0047,0.0003,0.0000,0.0001,0.0041,0.0002,${i % 40 === 0 ? '500' : '200'},${offset}`;
  });
  const paths = writeFiles({ 'hey.csv': [HEY, ...rows].join('\n') });
  const { data } = await importPaths(paths, { startMs: START + 2000 });
  const { '///requests': requests, '///failed': failed } = samplesOf(data);
  expect(Object.keys(requests ?? {})).toEqual([String(START + 10_000)]);
  expect(Object.values(requests ?? {})[0]).toBeCloseTo(100, -1);
  expect(Object.values(failed ?? {})[0]).toBeCloseTo(2.5, 1);
});

test("autocannon's mean rate stands for its whole load", async () => {
  const { data } = await importPaths(['fixtures/load/autocannon.json']);
  expect(samplesOf(data)['///requests']).toEqual(
    Object.fromEntries([10, 20, 30, 40].map((s) => [String(START + s * 1000), 25])),
  );
  expect(samplesOf(data)['///failed']?.[String(START + 10_000)]).toBe(0.2);
});

const K6 = 'metric_name,timestamp,metric_value,x\n';
const point = (more: string): string => `{"metric":"vus","type":"Point","data":${more}}`;

test.each([
  ['a.csv', `${K6}http_reqs,soon,1,\n`, 'a.csv:2: column "timestamp"'],
  ['a.csv', `${K6}http_reqs,1767225600,many,\n`, 'a.csv:2: column "metric_value"'],
  ['a.csv', `${K6}http_reqs,1767225600,-1,\n`, 'a.csv:2: column "metric_value"'],
  ['a.csv', `${K6}vus,1,1,\nvus,253370764799,1,\n`, 'a.csv:3: .*million intervals'],
  ['a.json', point('{"time":"x","value":1}'), 'a.json:1: member "time"'],
  ['a.json', point('{"time":"2026-01-01T00:00:00Z","value":"1"}'), 'a.json:1: member "value"'],
  [
    'a.json',
    `${point('{"time":"2026-01-01T00:00:00Z","value":1}')}\n{"metr`,
    'a.json:2: .*not JSON',
  ],
  ['a.json', '{"type":"Poin","metric":"vus","data":{}}', 'a.json:1: it is neither'],
  ['a.json', '{"requests":{"total":"1"},"start":1}', 'a.json: member "start"'],
  ['a.csv', `${HEY}\n0.1,0,0,0,0,0,200,NaN\n`, 'a.csv:2: column "offset"'],
])('%s with %j is refused', async (name, text, message) => {
  const found = await importError(writeFiles({ [name]: text }), { startMs: START });
  expect(found.code).toBe('BAD_INPUT');
  expect(found.message).toMatch(new RegExp(message));
});
