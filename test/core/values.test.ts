import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { digestSeries } from '../../src/core/digest.ts';
import { rngFor } from '../../src/core/rng.ts';
import { compareSeries, type Series, type SeriesColumns, seriesId } from '../../src/core/series.ts';
import { parseSettings } from '../../src/core/settings.ts';
import { formatValue } from '../../src/core/units.ts';
import { VERSION } from '../../src/core/version.ts';
import manifest from '../../package.json' with { type: 'json' };

test('the version in the code is the one in package.json', () => {
  expect(VERSION).toBe(manifest.version);
});

test('canonical JSON is one text for one value and reads back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
  expect(canonicalJson({ b: 1, a: [-0, 'x'] })).toBe('{"a":[0,"x"],"b":1}');
  expect(() => canonicalJson({ a: NaN })).toThrow('NaN');
});

test('chance is fixed by seed and name', () => {
  const draws = (seed: number, name: string) => {
    const rng = rngFor(seed, name);
    return Array.from({ length: 4 }, () => rng.below(1_000_000));
  };
  expect(draws(1, 'a')).toEqual(draws(1, 'a'));
  expect(draws(1, 'a')).not.toEqual(draws(1, 'b'));
  expect(draws(1, 'a')).not.toEqual(draws(2, 'a'));
  expect(draws(7, 'vector')).toMatchInlineSnapshot(`
    [
      762408,
      756142,
      965956,
      417421,
    ]
  `);
});

test('chance is uniform enough: mean, variance and no repeats in pairs', () => {
  const rng = rngFor(3, 'uniform');
  const n = 100_000;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i += 1) {
    const x = rng.next();
    sum += x;
    squares += x * x;
  }
  expect(sum / n).toBeCloseTo(0.5, 2);
  expect(squares / n - (sum / n) * (sum / n)).toBeCloseTo(1 / 12, 2);
});

test('series ids cannot collide through slashes in names', () => {
  const key = { namespace: 'a/b', pod: 'c', container: '', metric: 'cpu' };
  const other = { namespace: 'a', pod: 'b/c', container: '', metric: 'cpu' };
  expect(seriesId(key)).not.toBe(seriesId(other));
  expect(compareSeries(key, other)).toBeGreaterThan(0);
});

test.each([
  [0.1239, 'cores', '124m'],
  [0.00075, 'cores', '0.75m'],
  [2.5, 'cores', '2.5 cores'],
  [67_108_864, 'bytes', '64 MiB'],
  [61_950_000, 'bytes', '59.1 MiB'],
  [0, 'bytes', '0 B'],
  [12.345, 'requests/s', '12.3/s'],
  [3, 'replicas', '3'],
] as const)('%d %s reads %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});

test('a settings file with an unknown or impossible member is refused by name', () => {
  expect(() => parseSettings({ windw: 3 }, 's.json')).toThrow(
    's.json: there is no setting "windw"; did you mean "window"?',
  );
  expect(() => parseSettings({ window: 1 }, 's.json')).toThrow('window');
  expect(() => parseSettings({ version: 2 }, 's.json')).toThrow('of version 2');
  expect(parseSettings({ window: 100, threshold: 0.6 }, 's.json')).toEqual({
    window: 100,
    threshold: 0.6,
  });
});

test('the digest sees every value, time and name, and nothing else', () => {
  const series: Series = {
    id: 'n/p/c/cpu',
    namespace: 'n',
    pod: 'p',
    container: 'c',
    metric: 'cpu',
    unit: 'cores',
    kind: 'usage',
    workloadKind: null,
    workload: null,
    node: null,
    podUid: null,
    request: null,
    limit: null,
  };
  const columns = (change: Partial<SeriesColumns> = {}): SeriesColumns[] => [
    { series, times: Float64Array.of(1, 2), values: Float64Array.of(0.5, 0.25), ...change },
  ];
  const base = digestSeries(columns());
  expect(digestSeries(columns({ series: { ...series, node: 'other', limit: 1 } }))).toBe(base);
  expect(digestSeries(columns({ values: Float64Array.of(0.5, 0.2500000001) }))).not.toBe(base);
  expect(digestSeries(columns({ times: Float64Array.of(1, 3) }))).not.toBe(base);
  expect(digestSeries(columns({ series: { ...series, pod: 'q' } }))).not.toBe(base);
});
