import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { MassProfile } from '../../../src/replay/detect/half-space-trees.ts';
import { IsolationForest } from '../../../src/replay/detect/isolation-forest.ts';
import { RandomCutTree } from '../../../src/replay/detect/random-cut-tree.ts';

/** Made by fixtures/parity/forests.py, independently of this code. */
interface Parity {
  readonly depth: number;
  readonly points: readonly number[][];
  readonly asked: readonly number[][];
  readonly isolation: readonly number[];
  readonly displacement: readonly number[];
  readonly density: readonly number[];
}

const file = new URL('../../../fixtures/parity/forests.json', import.meta.url);
const parity = JSON.parse(readFileSync(file, 'utf8')) as Parity;
const points = Float64Array.from(parity.points.flat());
const asked = Float64Array.from(parity.asked.flat());
const count = parity.points.length;

/** Largest difference, relative to the other's number. */
function worstOf(ours: readonly number[], theirs: readonly number[]): number {
  return Math.max(...ours.map((x, i) => Math.abs(x / (theirs[i] ?? NaN) - 1)));
}

describe('against numbers computed independently', () => {
  test('an isolation forest scores as scikit-learn does, to 2 %', () => {
    // Its c(n) takes ln n + 0.5772 for harmonic numbers, which ours are: 0.46 off at n = 3.
    const options = { trees: 4000, sample: count, seed: 3, name: 'parity' };
    const scores = new IsolationForest(points, count, 2, options).score(asked, parity.asked.length);
    expect(worstOf([...scores], parity.isolation)).toBeLessThan(0.02);
  });

  test('half-space trees find the densities of the definition, to 5 %', () => {
    const options = { trees: 4000, depth: parity.depth, seed: 3, name: 'parity', floor: 0 };
    const profile = new MassProfile(points, count, 2, options);
    parity.asked.forEach((point, i) => {
      const density = profile.density(Float64Array.from(point));
      expect(Math.abs(density - (parity.density[i] ?? NaN))).toBeLessThan(
        0.05 * (parity.density[i] ?? NaN) + 0.05,
      );
    });
  });

  test('random cut trees that others passed through displace as trees cut afresh, to 4 %', () => {
    const totals = parity.asked.map(() => 0);
    const trees = 4000;
    const passing = Float64Array.from({ length: 60 }, (_, i) => (i % 7) * 6 - 10);
    for (let tree = 0; tree < trees; tree += 1) {
      const own = new RandomCutTree(count + 30, 2, rngFor(tree, 'parity'));
      const guests: number[] = [];
      for (let i = 0; i < count; i += 1) {
        own.insert(points, 2 * i);
        if (i < 30) guests.push(own.insert(passing, 2 * i));
        const leaving = i % 3 === 2 ? guests.shift() : undefined;
        if (leaving !== undefined) own.remove(leaving);
      }
      for (const leaf of guests) own.remove(leaf);
      expect(own.size).toBe(count);
      totals.forEach((total, i) => {
        totals[i] = total + own.displacement(asked, 2 * i);
      });
    }
    expect(
      worstOf(
        totals.map((total) => total / trees),
        parity.displacement,
      ),
    ).toBeLessThan(0.04);
  });
});

test('a random cut tree keeps every point it was given, and only those', () => {
  const value = fc.integer({ min: 0, max: 4 });
  const steps = fc.array(fc.tuple(value, value, fc.boolean()), { maxLength: 80 });
  fc.assert(
    fc.property(steps, fc.nat(), (rows, seed) => {
      const tree = new RandomCutTree(100, 2, rngFor(seed, 'keeps'));
      const held: { leaf: number; x: number; y: number }[] = [];
      for (const [x, y, leaves] of rows) {
        const first = held.shift();
        if (leaves && first !== undefined) tree.remove(first.leaf);
        else if (first !== undefined) held.unshift(first);
        held.push({ leaf: tree.insert(Float64Array.of(x, y), 0), x, y });
        expect(tree.size).toBe(held.length);
        const twins = new Map<string, number>();
        for (const one of held) twins.set(`${String(one.x)} ${String(one.y)}`, one.leaf);
        for (const one of held) {
          expect(one.leaf).toBe(twins.get(`${String(one.x)} ${String(one.y)}`));
        }
      }
      for (const { leaf } of held) tree.remove(leaf);
      expect(tree.size).toBe(0);
      expect(tree.displacement(Float64Array.of(1, 1), 0)).toBe(0);
    }),
  );
});

describe('an isolation forest', () => {
  const options = { trees: 50, sample: 64, seed: 1, name: 'x' };
  const rng = rngFor(8, 'forest');
  const cloud = Float64Array.from({ length: 600 }, () => rng.next());

  test('scores a point alone as among others', () => {
    const forest = new IsolationForest(cloud, 200, 3, options);
    const together = forest.score(cloud, 200);
    for (let i = 0; i < 200; i += 17) {
      expect(forest.score(cloud.slice(3 * i, 3 * i + 3), 1)[0]).toBe(together[i]);
    }
  });

  test('goes by seed and name alone', () => {
    const scores = (change: Partial<typeof options>) => [
      ...new IsolationForest(cloud, 200, 3, { ...options, ...change }).score(cloud, 200),
    ];
    expect(scores({})).toEqual(scores({}));
    expect(scores({ seed: 2 })).not.toEqual(scores({}));
    expect(scores({ name: 'y' })).not.toEqual(scores({}));
  });

  test('takes a single point, equal points and constant features', () => {
    expect(new IsolationForest(cloud, 1, 3, options).score(cloud, 1)[0]).toBe(0.5);
    const equal = new Float64Array(40).fill(3);
    expect(new IsolationForest(equal, 20, 2, options).score(equal, 20)[0]).toBeCloseTo(0.5, 9);
    const half = cloud.map((x, i) => (i % 2 === 0 ? 7 : x));
    const scores = new IsolationForest(half, 300, 2, options).score(half, 300);
    expect(Math.max(...scores)).toBeGreaterThan(Math.min(...scores));
  });
});
