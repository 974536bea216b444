import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { COMBINERS, PAIR_DETECTORS } from '../../../src/replay/detect/registry.ts';
import type { PairDetectorDef, ParamSpec } from '../../../src/replay/detect/stage.ts';

interface Described {
  readonly id: string;
  readonly summary: string;
  readonly source: string;
  readonly params: Readonly<Record<string, ParamSpec>>;
}

const described: readonly Described[] = [...PAIR_DETECTORS, ...COMBINERS];

test.each(described.map((def) => ({ name: def.id, def })))('$name says what it is', ({ def }) => {
  expect(def.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(def.summary.length).toBeGreaterThan(10);
  expect(def.source.length).toBeGreaterThan(10);
  for (const spec of Object.values(def.params)) {
    expect(spec.min).toBeLessThanOrEqual(spec.default);
    expect(spec.default).toBeLessThanOrEqual(spec.max);
    expect(spec.describe.length).toBeGreaterThan(10);
  }
});

type Pair = readonly [cpu: number, memory: number];

const WARMUP = 10;
const make = (def: PairDetectorDef) => def.create({ window: 40, warmup: WARMUP, params: {} });

/** Both scores of every pair. */
function scoresOf(def: PairDetectorDef, pairs: readonly Pair[], scorer = make(def)): Pair[] {
  return pairs.map(([cpu, memory]) => {
    scorer.update(cpu, memory);
    return [scorer.cpuScore, scorer.memoryScore];
  });
}

const rng = rngFor(7, 'pairs');
const busy: Pair[] = Array.from({ length: 300 }, (_, i) => [
  0.1 + rng.next() / 50 + (i % 97 === 96 ? 2 : 0),
  1e8 + rng.next() * 1e6 + (i % 97 === 96 ? 5e7 : 0),
]);

describe.each(PAIR_DETECTORS.map((def) => ({ name: def.id, def })))('$name', ({ def }) => {
  test('is silent for its warm-up, then has a score of CPU', () => {
    const scores = scoresOf(def, busy);
    const silent = scores.slice(0, WARMUP - 1);
    expect(silent.every((both) => both.every((one) => Number.isNaN(one)))).toBe(true);
    expect(scores.slice(WARMUP - 1).every(([cpu]) => Number.isFinite(cpu))).toBe(true);
  });

  test('fresh instances agree, however others were used', () => {
    const first = make(def);
    const scores = scoresOf(def, busy, first);
    scoresOf(def, busy, first);
    expect(scoresOf(def, busy)).toEqual(scores);
  });

  test('bears constant, tied, tiny and huge input', () => {
    const size = fc.constantFrom(0, 1, 1e-9, 1e9, 1e150, 1 / 3);
    const value = fc.oneof(size, fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 1 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 120 }), (pairs) => {
        const some = pairs.map(([a, b]): Pair => [a || 0, b || 0]);
        scoresOf(def, some).forEach((both, i) => {
          for (const score of both) {
            if (i < WARMUP - 1) expect(score).toBeNaN();
            expect(Math.abs(score) === Infinity).toBe(false);
          }
          if (i >= WARMUP - 1) expect(both[0]).not.toBeNaN();
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe.each(COMBINERS.map((def) => ({ name: def.id, def })))('$name', ({ def }) => {
  const said = fc.array(fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(NaN)), {
    minLength: 1,
    maxLength: 16,
  });

  test('is a number where enough members are ready, and never less than 0', () => {
    fc.assert(
      fc.property(said, fc.integer({ min: 1, max: 16 }), (members, k) => {
        const weights = new Float64Array(members.length).fill(0.5);
        const needed = def.id === 'k-of' ? k : 1;
        const score = def.combine(Float64Array.from(members), weights, { k });
        const ready = members.filter((one) => !Number.isNaN(one)).length;
        if (ready < needed) expect(score).toBeNaN();
        else expect(score).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('does not care about the order of members, and leaves what they said alone', () => {
    fc.assert(
      fc.property(said, (members) => {
        const weights = new Float64Array(members.length).fill(1);
        const column = Float64Array.from(members);
        const forward = def.combine(column, weights, {});
        expect([...column]).toEqual(members);
        const backward = def.combine(Float64Array.from(members).reverse(), weights, {});
        if (Number.isNaN(forward)) expect(backward).toBeNaN();
        else expect(backward).toBeCloseTo(forward, 6);
      }),
    );
  });

  test('a member that speaks up never makes it quieter', () => {
    fc.assert(
      fc.property(said, fc.nat({ max: 15 }), (members, which) => {
        const weights = new Float64Array(members.length).fill(1);
        const at = which % members.length;
        const louder = members.map((one, i) => (i === at ? one + 1 : one));
        const before = def.combine(Float64Array.from(members), weights, {});
        const after = def.combine(Float64Array.from(louder), weights, {});
        if (!Number.isNaN(before)) expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});
