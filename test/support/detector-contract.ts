import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rngFor } from '../../src/core/rng.ts';
import type { DetectorDef, Scorer, ScorerOptions } from '../../src/replay/detect/stage.ts';

const STEP = 15_000;
const options: ScorerOptions = {
  window: 50,
  warmup: 20,
  rank: false,
  params: {},
  unit: '',
  name: 'shop/web-1/web/value',
  isLabelled: (t) => t >= 100 * STEP && t < 110 * STEP,
};

/** A daily wave with noise and a few spikes. */
function wave(n: number): number[] {
  const rng = rngFor(7, 'wave');
  return Array.from(
    { length: n },
    (_, i) => 10 + (i % 40) / 10 + rng.next() + (i % 97 === 96 ? 30 : 0),
  );
}

const scoreAll = (scorer: Scorer, values: readonly number[], from = 0): number[] =>
  values.map((value, i) => scorer.update((from + i) * STEP, value, value, true));

const modes = (def: DetectorDef): [string, ScorerOptions][] => [
  ['score', options],
  ...(def.ranks ? [['rank', { ...options, rank: true }] as [string, ScorerOptions]] : []),
];

/** What every detector promises, as tests of one. */
export function describeContract(def: DetectorDef): void {
  describe.each(modes(def))(`${def.id} (%s)`, (_mode, own) => {
    test('is silent for its warm-up, then finite and never negative', () => {
      const silent = def.warmup(own);
      const scores = scoreAll(def.create(own), wave(silent + 500));
      expect(scores.slice(0, silent).every((score) => Number.isNaN(score))).toBe(true);
      const { highest = Number.MAX_VALUE } = def;
      expect(scores.slice(silent).every((score) => score >= 0 && score <= highest)).toBe(true);
    });

    test('a sample that is not learned changes nothing', () => {
      const values = wave(400);
      const plain = scoreAll(def.create(own), values);
      const asked = def.create(own);
      const scores = values.map((value, i) => {
        asked.update(i * STEP, value * 3, value * 3, false);
        asked.update(i * STEP, -1, -1, false);
        return asked.update(i * STEP, value, value, true);
      });
      expect(scores).toEqual(plain);
    });

    test('fresh instances agree, however others were used', () => {
      const values = wave(300);
      const first = def.create(own);
      const scores = scoreAll(first, values);
      scoreAll(first, values, 300);
      expect(scoreAll(def.create(own), values)).toEqual(scores);
    });

    test('bears constant, tied, tiny, huge and repeated input and gaps', () => {
      const size = fc.constantFrom(0, 1, 1e-9, 1e9, 1e150, -1e150, -3, 1 / 3);
      const value = fc.oneof(
        size,
        fc.integer({ min: 0, max: 3 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      );
      const rows = fc.array(fc.tuple(value, fc.nat({ max: 3 }), fc.nat({ max: 20 })), {
        minLength: 1,
        maxLength: 200,
      });
      fc.assert(
        fc.property(rows, (samples) => {
          const small = { ...own, window: 12, warmup: 4, unit: 'cores' } as const;
          const scorer = def.create(small);
          let t = 0;
          let isWhole = true;
          samples.forEach(([v, step, gap], i) => {
            t += step * STEP;
            if (gap === 0) scorer.restart?.();
            isWhole &&= gap !== 0;
            const score = scorer.update(t, v, v, true);
            if (i < def.warmup(small)) expect(score).toBeNaN();
            else if (isWhole) expect(Number.isFinite(score)).toBe(true);
            expect(score < 0 || score > (def.highest ?? Number.MAX_VALUE)).toBe(false);
          });
        }),
        { numRuns: 60 },
      );
    });

    test('says what it is', () => {
      expect(def.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(def.summary.length).toBeGreaterThan(10);
      expect(def.source.length).toBeGreaterThan(10);
      expect(def.threshold).toBeGreaterThan(0);
      expect(def.threshold).toBeLessThanOrEqual(def.highest ?? Infinity);
      for (const spec of Object.values(def.params)) {
        expect(spec.min).toBeLessThanOrEqual(spec.default);
        expect(spec.default).toBeLessThanOrEqual(spec.max);
        expect(spec.describe.length).toBeGreaterThan(10);
      }
    });
  });
}
