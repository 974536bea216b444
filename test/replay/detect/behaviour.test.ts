import { describe, expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { DETECTORS } from '../../../src/replay/detect/registry.ts';
import type { ScorerOptions } from '../../../src/replay/detect/stage.ts';

const MiB = 1024 * 1024;

/** Scores of a detector on memory values (MiB), a sample a minute. */
function scoresOf(
  id: string,
  values: readonly number[],
  change: Partial<ScorerOptions> = {},
): number[] {
  const def = DETECTORS.find((one) => one.id === id);
  if (def === undefined) throw new Error(`no ${id}`);
  const scorer = def.create({
    ...{ window: 480, warmup: 40, rank: false, params: {}, unit: 'bytes', name: 'x' },
    isLabelled: () => false,
    ...change,
  });
  return values.map((v, i) => scorer.update(i * 60_000, v * MiB, v * MiB, true));
}

const noise = rngFor(3, 'noise');
const flat = (n: number, level = 200) => Array.from({ length: n }, () => level + 4 * noise.next());
const highest = (scores: readonly number[]) => Math.max(...scores.filter((s) => !Number.isNaN(s)));

describe('a flat series with a microscopic change', () => {
  test.each(['level', 'growth', 'mad', 'zscore', 'ewma', 'new-extreme'])('%s stays quiet', (id) => {
    const values = [...Array.from({ length: 300 }, () => 200), 200.4, 200.4, 200.5];
    expect(highest(scoresOf(id, values))).toBeLessThan(1);
  });
});

describe('a floor that grows with the container', () => {
  // 80 MiB up from 200 MiB.
  const step = [...flat(300), ...flat(5, 280)];
  const params = { relative: 0.02, floorBytes: 2 * MiB };
  const peak = (size: number | null, id = 'level'): number =>
    highest(scoresOf(id, step, { params, size: () => (size === null ? null : size * MiB) }));

  test.each(['level', 'growth'])(
    '%s: what matters to a small pod does not to a large one',
    (id) => {
      // Half a percent: 1.3 MiB, less than the fixed floor; 80 MiB, as much as the rise.
      expect(peak(256, id)).toBe(peak(null, id));
      expect(peak(256, id)).toBeGreaterThan(5);
      expect(peak(16_384, id)).toBeLessThan(1.2);
    },
  );

  test('can be switched off, and may be learnt late', () => {
    const off = { ...params, floorShare: 0 };
    const size = (): number => 16_384 * MiB;
    expect(highest(scoresOf('level', step, { params: off, size }))).toBe(peak(null));
    let asked = 0;
    const late = (): number | null => ((asked += 1) > 100 ? size() : null);
    expect(highest(scoresOf('level', step, { params, size: late }).slice(200))).toBe(peak(16_384));
  });
});

test('growth sees a slow leak that level takes for its new normal', () => {
  const leak = [...flat(600), ...flat(400).map((v, i) => v + 0.9 * i)];
  expect(highest(scoresOf('growth', leak, { params: { relative: 0 } }).slice(600))).toBeGreaterThan(
    1.5,
  );
  expect(highest(scoresOf('level', leak).slice(600))).toBeLessThan(5);
  expect(highest(scoresOf('growth', flat(900)))).toBeLessThan(1);
});

test('growth does not reach across a gap', () => {
  const def = DETECTORS.find(({ id }) => id === 'growth');
  const options: ScorerOptions = {
    ...{ window: 100, warmup: 10, rank: false, params: {}, unit: 'bytes', name: 'x' },
    isLabelled: () => false,
  };
  const scorer = def?.create(options);
  for (const v of flat(300)) scorer?.update(0, v * MiB, v * MiB, true);
  scorer?.restart?.();
  const after = flat(15, 900).map((v) => scorer?.update(0, v * MiB, v * MiB, true));
  expect(after.every((score) => Number.isNaN(score))).toBe(true);
});

test('cusum sees a shift that no single sample shows, and zscore does not', () => {
  const shift = [...flat(480), ...flat(40, 202)];
  const params = { floorBytes: 0, relative: 0 };
  expect(highest(scoresOf('cusum', shift, { params }).slice(480))).toBeGreaterThan(15);
  expect(highest(scoresOf('zscore', shift, { params }).slice(480))).toBeLessThan(4);
});

test('level looks up only, mad looks both ways', () => {
  const drop = [...flat(200), 20];
  expect(scoresOf('level', drop).at(-1)).toBe(0);
  expect(scoresOf('mad', drop).at(-1)).toBeGreaterThan(5);
});

test('a new extreme is measured in units of the range before it', () => {
  const scores = scoresOf('new-extreme', [...flat(50), 10, 10, 400], { params: { floorBytes: 0 } });
  expect(scores[50]).toBeGreaterThan(40);
  expect(scores[51]).toBe(0);
  expect(scores[52]).toBeGreaterThan(0.9);
});

test('a spike weighs on ewma less the longer its window', () => {
  const values = [...flat(100), 400, ...flat(5)];
  const short = scoresOf('ewma', values, { window: 10, params: { floorBytes: 0 } });
  const long = scoresOf('ewma', values, { window: 200, params: { floorBytes: 0 } });
  expect(short[100]).toBeGreaterThan(10);
  expect(long[100]).toBeGreaterThan(10);
  expect(short[101]).not.toBe(long[101]);
});

test('random goes by seed, series and time alone', () => {
  const same = scoresOf('random', flat(50));
  expect(scoresOf('random', flat(50, 9))).toEqual(same);
  expect(scoresOf('random', flat(50), { params: { seed: 2 } })).not.toEqual(same);
  expect(scoresOf('random', flat(50), { name: 'y' })).not.toEqual(same);
  expect(new Set(same).size).toBe(50);
});
