import { expect, test } from 'vitest';
import type { Mark } from '../../../src/core/recording.ts';
import type { SeriesColumns } from '../../../src/core/series.ts';
import { explain } from '../../../src/replay/cause/explain.ts';
import { Surroundings } from '../../../src/replay/cause/surroundings.ts';
import { aRecording, aSeries, columnsOf } from '../../support/series.ts';

const START = 1_700_000_000_000;
const MIB = 1024 * 1024;
const at = (i: number): number => START + i * 15_000;
const N = 300;
/** Where the alert opens, is known, and ends. */
const FROM = 240;
const KNOWN = 242;
const UNTIL = 270;

const many = (value: (i: number) => number): number[] =>
  Array.from({ length: N }, (_, i) => value(i));
const isLater = (i: number): boolean => i >= FROM;

const owned = { workloadKind: 'Deployment', workload: 'web' };
const cpu = aSeries(owned);
const memory = aSeries({ ...owned, metric: 'memory' });
const signal = (metric: string) =>
  aSeries({ ...owned, pod: '', container: '', metric, kind: 'signal', unit: '' });

/** The cause of an alert over the first of some columns. */
function causeOf(
  columns: readonly SeriesColumns[],
  marks: Mark[] = [],
  pool: 'container' | 'workload' = 'container',
) {
  const facts = {
    series: columns[0]?.series.id ?? '',
    ...{ start: at(FROM), detectedAt: at(KNOWN), end: at(UNTIL) },
    ...{ peakScore: 9, peakValue: 1, samples: 3 },
  };
  return explain(facts, at(UNTIL), Surroundings.of(aRecording(columns, [], marks)), pool);
}

const flat = (i: number): number => 10 + (i % 2) / 10;
const hog = columnsOf(
  cpu,
  many((i) => (isLater(i) ? 0.3 : 0.01)),
);

test('CPU that rises while requests stay is CPU without load, with both in numbers', () => {
  const { cause, evidence } = causeOf([hog, columnsOf(signal('requests'), many(flat))]);
  expect(cause).toBe('cpu-without-load');
  expect(evidence).toMatchObject({
    levelBefore: 0.01,
    levelDuring: 0.3,
    rise: 30,
    load: 'requests',
  });
  expect(evidence['loadRise']).toBeCloseTo(1, 1);
  expect(evidence['why']).toBe('CPU went from 10m to 300m, and requests a replica stayed at 10.1.');
});

test.each([0, 5e-324])('a rise from %d is told as a number', (before) => {
  const { evidence } = causeOf([
    columnsOf(
      cpu,
      many((i) => (isLater(i) ? 0.3 : before)),
    ),
  ]);
  expect(evidence['rise']).toBe(1e6);
});

test('CPU that rises with the requests is load', () => {
  const requests = columnsOf(
    signal('requests'),
    many((i) => (isLater(i) ? 200 : 10)),
  );
  expect(causeOf([hog, requests]).cause).toBe('load');
});

test('requests are counted for each replica', () => {
  const requests = columnsOf(
    signal('requests'),
    many((i) => (isLater(i) ? 60 : 10)),
  );
  const replicas = columnsOf(
    signal('replicas'),
    many((i) => (isLater(i) ? 6 : 1)),
  );
  expect(causeOf([hog, requests, replicas]).cause).toBe('cpu-without-load');
});

test('errors and durations are no load', () => {
  const errors = ['http_req_failed', 'http_req_duration'].map((metric) =>
    columnsOf(
      signal(metric),
      many((i) => (isLater(i) ? 60 : 10)),
    ),
  );
  expect(causeOf([hog, ...errors]).cause).toBe('unknown');
});

test('without a load signal the other pods tell: one that rises alone has no load', () => {
  const others = (rise: number) =>
    ['a', 'b', 'c'].map((pod) =>
      columnsOf(
        aSeries({ pod }),
        many((i) => (isLater(i) ? 0.02 * rise : 0.02)),
      ),
    );
  expect(causeOf([hog, ...others(1)]).cause).toBe('cpu-without-load');
  expect(causeOf([hog, ...others(12)]).cause).toBe('load');
  expect(causeOf([hog, ...others(1).slice(0, 2)])).toMatchObject({
    cause: 'unknown',
    evidence: { load: 'not known' },
  });
});

test('memory that grows on a flat load is a leak, with its growth', () => {
  const leak = columnsOf(
    memory,
    many((i) => 64 * MIB + Math.max(0, i - FROM + 4) * MIB),
  );
  const { cause, evidence } = causeOf([leak, columnsOf(signal('requests'), many(flat))]);
  expect(cause).toBe('memory-leak');
  expect(evidence['growthPerHour']).toBeCloseTo(240 * MIB, -6);
});

test('a leak says its limit and the minutes that are left', () => {
  const values = many((i) => 64 * MIB + Math.max(0, i - FROM + 4) * MIB);
  const bounded = aSeries({ ...owned, metric: 'memory', limit: 160 * MIB });
  const load = columnsOf(signal('requests'), many(flat));
  const { evidence } = causeOf([columnsOf(bounded, values), load]);
  // Almost 98 MiB at the end of the alert, 4 MiB more a minute.
  expect(evidence['minutesToLimit']).toBeCloseTo((160 - 98) / 4, 0);
  expect(evidence['limit']).toBeCloseTo(160 * MIB, -5);
  expect(causeOf([columnsOf(memory, values), load]).evidence).not.toHaveProperty('limit');
});

test('memory that steps up and stays is kept, and does not leak', () => {
  const step = columnsOf(
    memory,
    many((i) => (isLater(i) ? 128 : 64) * MIB + (i % 3) * 1000),
  );
  expect(causeOf([step]).cause).toBe('retention');
});

test('saw-teeth are cleared; a leak under them is what a clear leaves behind', () => {
  const tooth = (i: number): number => (i % 20) * 2 * MIB;
  const leaking = columnsOf(
    memory,
    many((i) => 64 * MIB + tooth(i) + Math.max(0, i - 200) * MIB),
  );
  expect(causeOf([leaking]).cause).toBe('memory-leak');
  const plain = columnsOf(
    memory,
    many((i) => 64 * MIB + tooth(i)),
  );
  expect(causeOf([plain]).cause).not.toBe('memory-leak');
});

test('memory that rises with the load, and falls with it, is load', () => {
  const isUp = (i: number): boolean => isLater(i) && i < UNTIL;
  const up = columnsOf(
    memory,
    many((i) => (isUp(i) ? 200 : 64) * MIB),
  );
  const requests = columnsOf(
    signal('requests'),
    many((i) => (isUp(i) ? 60 : 10)),
  );
  expect(causeOf([up, requests]).cause).toBe('load');
});

test('a restart shortly before explains an alert, whatever else there is', () => {
  const restart: Mark = {
    ...{ startMs: at(FROM) - 20_000, endMs: null, kind: 'restart', name: 'web: OOMKilled' },
    ...{ namespace: 'shop', pod: 'web-1' },
  };
  const { cause, evidence } = causeOf([hog], [restart]);
  expect(cause).toBe('restart');
  expect(evidence).toMatchObject({ starts: 1, secondsAfterStart: 50 });
  expect(causeOf([hog], [{ ...restart, pod: 'web-2' }]).cause).not.toBe('restart');
  expect(causeOf([hog], [{ ...restart, name: 'proxy: Error' }]).cause).not.toBe('restart');
});

test('a pod that did not change was diluted, where replicas came and windows are shared', () => {
  const same = columnsOf(
    cpu,
    many(() => 0.05),
  );
  const replicas = columnsOf(
    signal('replicas'),
    many((i) => (i >= 200 ? 4 : 1)),
  );
  expect(causeOf([same, replicas], [], 'workload').cause).toBe('dilution');
  expect(causeOf([same, replicas]).cause).toBe('unknown');
});

test('what happened three times in the hour before has no cause of its own', () => {
  const habit = columnsOf(
    cpu,
    many((i) => (isLater(i) || i % 60 < 3 ? 0.3 : 0.01)),
  );
  const { cause, evidence } = causeOf([habit, columnsOf(signal('requests'), many(flat))]);
  expect(cause).toBe('unknown');
  expect(evidence['timesBefore']).toBeGreaterThanOrEqual(3);
});

test('nothing is said of a metric without a unit, or of an alert without a past', () => {
  const value = columnsOf(
    aSeries({ metric: 'value', unit: '' }),
    many((i) => (isLater(i) ? 9 : 1)),
  );
  expect(causeOf([value])).toEqual({ cause: 'unknown', evidence: {} });
  const short = columnsOf(cpu, [0.1, 0.2, 0.3], 15_000, at(FROM));
  expect(causeOf([short])).toEqual({ cause: 'unknown', evidence: {} });
});

test('nothing after the end of an alert has a part in its cause', () => {
  const requests = columnsOf(signal('requests'), many(flat));
  const later = columnsOf(
    signal('requests'),
    many((i) => (i > UNTIL ? 1e6 : flat(i))),
  );
  expect(causeOf([hog, later])).toEqual(causeOf([hog, requests]));
});
