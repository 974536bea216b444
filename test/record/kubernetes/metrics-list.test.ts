import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMetricsPage } from '../../../src/record/kubernetes/metrics-list.ts';
import { SourceFailure } from '../../../src/record/source.ts';

const NOW = Date.parse('2026-01-31T08:15:30Z');

interface Change {
  readonly metadata?: unknown;
  readonly timestamp?: unknown;
  readonly window?: unknown;
  readonly containers?: unknown;
}

function pod(change: Change = {}): object {
  return {
    metadata: {
      ...{ name: 'web-1', namespace: 'shop', creationTimestamp: '2026-01-31T08:15:31Z' },
      labels: { app: 'web' },
    },
    ...{ timestamp: '2026-01-31T08:15:12Z', window: '15.143s' },
    containers: [{ name: 'app', usage: { cpu: '1913950n', memory: '45678Ki' } }],
    ...change,
  };
}

function parse(items: unknown, more: object = {}) {
  const list = { kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', items, ...more };
  return parseMetricsPage(Buffer.from(JSON.stringify(list)), NOW);
}

const reasons = (items: unknown): string[] =>
  parse(items).rejects.map(({ metric, reason }) => `${metric} ${reason}`);

test('a container becomes exact integers at the time of its pod', () => {
  expect(parse([pod()])).toEqual({
    containers: [
      {
        ...{ namespace: 'shop', pod: 'web-1', container: 'app', windowMs: 15_143 },
        ...{ t: Date.parse('2026-01-31T08:15:12Z'), cpu: 1_913_950, memory: 46_774_272 },
      },
    ],
    ...{ hollowPods: [], rejects: [], continueToken: '' },
  });
});

test('the order of pods and containers makes no difference', () => {
  const pods = ['web-2', 'web-1', 'api-1'].map((name) =>
    pod({
      metadata: { name, namespace: name === 'api-1' ? 'zoo' : 'shop' },
      containers: ['b', 'a', 'c'].map((c) => ({ name: c, usage: { cpu: '1m', memory: '1Mi' } })),
    }),
  );
  const turned = [...pods].reverse();
  expect(parse(turned)).toEqual(parse(pods));
  expect(parse(pods).containers.map(({ pod: p, container }) => `${p}/${container}`)).toEqual(
    ['web-1', 'web-2', 'api-1'].flatMap((name) => ['a', 'b', 'c'].map((c) => `${name}/${c}`)),
  );
});

describe('what is missing is missing, never zero', () => {
  test.each<readonly [string, Change, string[]]>([
    [
      'an empty quantity',
      { containers: [{ name: 'a', usage: { cpu: '', memory: '1Mi' } }] },
      ['cpu bad-quantity'],
    ],
    [
      'a malformed one',
      { containers: [{ name: 'a', usage: { cpu: '1Zi', memory: '1Q' } }] },
      ['cpu bad-quantity', 'memory bad-quantity'],
    ],
    [
      'a negative one',
      { containers: [{ name: 'a', usage: { cpu: '-5m', memory: '1Mi' } }] },
      ['cpu negative'],
    ],
    [
      'one too large',
      { containers: [{ name: 'a', usage: { cpu: '18446744073709551616', memory: '1Mi' } }] },
      ['cpu bad-quantity'],
    ],
    [
      'zero memory',
      { containers: [{ name: 'a', usage: { cpu: '0', memory: '0' } }] },
      ['memory zero-memory'],
    ],
    ['no timestamp', { timestamp: null }, ['cpu no-timestamp', 'memory no-timestamp']],
    ['an unreadable one', { timestamp: 'yesterday' }, ['cpu no-timestamp', 'memory no-timestamp']],
    [
      'the zero time of Go',
      { timestamp: '0001-01-01T00:00:00Z' },
      ['cpu no-timestamp', 'memory no-timestamp'],
    ],
    ['the year 1970', { timestamp: '1970-01-01T00:00:00Z' }, ['cpu skew', 'memory skew']],
    ['the year 9990', { timestamp: '9990-01-01T00:00:00Z' }, ['cpu skew', 'memory skew']],
    [
      'a day and a second ahead',
      { timestamp: '2026-02-01T08:15:31Z' },
      ['cpu skew', 'memory skew'],
    ],
    [
      'a control character in a name',
      { metadata: { name: 'a\u0000b', namespace: 'shop' } },
      ['cpu name', 'memory name'],
    ],
    ['an empty name', { metadata: { name: '', namespace: 'shop' } }, ['cpu name', 'memory name']],
    [
      'a name of 254 characters',
      { containers: [{ name: 'x'.repeat(254), usage: { cpu: '1m' } }] },
      ['cpu name'],
    ],
    ['half a character', { containers: [{ name: '\ud83d', usage: { cpu: '1m' } }] }, ['cpu name']],
  ])('%s', (_, change, wanted) => {
    expect(reasons([pod(change)])).toEqual(wanted);
  });

  test('a metric that is absent is no sample and no reject', () => {
    for (const usage of [{}, null, { cpu: null }, { storage: '1' }]) {
      const page = parse([pod({ containers: [{ name: 'a', usage }] })]);
      expect(page).toMatchObject({ containers: [], rejects: [] });
    }
    const half = parse([pod({ containers: [{ name: 'a', usage: { memory: '1Mi' } }] })]);
    expect(half.containers).toMatchObject([{ cpu: null, memory: 1_048_576 }]);
  });

  test('a CPU of zero is a value', () => {
    const page = parse([pod({ containers: [{ name: 'a', usage: { cpu: '0', memory: '1Mi' } }] })]);
    expect(page).toMatchObject({ containers: [{ cpu: 0 }], rejects: [] });
  });

  test('pods without containers are named', () => {
    for (const containers of [[], null, undefined]) {
      const page = parse([pod({ containers, timestamp: null, window: '0s' })]);
      expect(page).toMatchObject({ containers: [], rejects: [], hollowPods: ['shop/web-1'] });
    }
  });

  test('an item that is no PodMetrics is one reject, and the others stay', () => {
    const page = parse([null, 7, { metadata: {} }, pod({ containers: 'x' }), pod()]);
    expect(page.rejects.map(({ reason }) => reason)).toEqual(Array(4).fill('shape'));
    expect(page.containers).toHaveLength(1);
  });
});

test.each([
  ['15s', 15_000],
  ['1m0s', 60_000],
  ['15.143s', 15_143],
  ['0s', 0],
  ['1h2m3.5s', 3_723_500],
  ['garbage', null],
  ['', null],
  [null, null],
])('window %j', (window, wanted) => {
  expect(parse([pod({ window })]).containers[0]?.windowMs).toBe(wanted);
});

test('names may be long, dotted, capital, foreign, or those of prototypes', () => {
  const before = Object.getOwnPropertyNames(Object.prototype).sort();
  const names = ['x'.repeat(253), 'a.b.c', 'Web', 'größe', '__proto__', 'constructor', 'toString'];
  const items = names.map((name) => pod({ metadata: { name, namespace: '__proto__' } }));
  const text = JSON.stringify({ kind: 'PodMetricsList', items }).replace(
    '"labels"',
    '"__proto__":{"polluted":1},"labels"',
  );
  const page = parseMetricsPage(Buffer.from(text), NOW);
  expect(page.containers.map((usage) => usage.pod).sort()).toEqual([...names].sort());
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
  expect({}).not.toHaveProperty('polluted');
});

test('unknown fields, an empty list, a null list and a continue token', () => {
  expect(parse([{ ...pod(), extra: [1], usage: 7 }], { more: 1 }).containers).toHaveLength(1);
  expect(parse([]).containers).toEqual([]);
  expect(parse(null).containers).toEqual([]);
  expect(parse([], { metadata: { continue: 'abc', remainingItemCount: 3 } }).continueToken).toBe(
    'abc',
  );
});

test('bytes that are no UTF-8 are not guessed at', () => {
  const body = Buffer.concat([
    Buffer.from('{"kind":"'),
    Buffer.from([0xc3, 0x28]),
    Buffer.from('"}'),
  ]);
  expect(() => parseMetricsPage(body, NOW)).toThrow('parse: no JSON in 13 bytes');
});

test('mutated bodies are read or fail as a source does, and never pollute', () => {
  const body = Buffer.from(JSON.stringify({ kind: 'PodMetricsList', items: [pod(), pod()] }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (edits) => {
        const changed = Buffer.from(body);
        for (const [at, byte] of edits) changed[at] = byte;
        try {
          for (const usage of parseMetricsPage(changed, NOW).containers) {
            expect(Number.isSafeInteger(usage.t)).toBe(true);
            expect(usage.cpu === null || Number.isSafeInteger(usage.cpu)).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(SourceFailure);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
