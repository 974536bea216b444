import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  levelOf,
  levelsOf,
  MOST_LEVELS,
  NOT_READY,
  roundThresholds,
  thresholdChoices,
} from '../../src/report/levels.ts';

const score = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.constantFrom(0, 1, 5, 0.75, NaN),
);

test('at every threshold on offer a level decides exactly as its score does', () => {
  fc.assert(
    fc.property(
      fc.array(score, { maxLength: 60 }),
      fc.array(fc.double({ min: 1e-6, max: 1e4, noNaN: true }), { maxLength: 4 }),
      (scores, always) => {
        const column = Float64Array.from(scores);
        const thresholds = thresholdChoices([column], always);
        expect(thresholds.length).toBeLessThanOrEqual(MOST_LEVELS);
        for (const t of always) expect(thresholds).toContain(t);
        const levels = levelsOf(column, thresholds);
        scores.forEach((s, i) => {
          const level = levels[i] ?? 0;
          if (Number.isNaN(s)) {
            expect(level).toBe(NOT_READY);
            return;
          }
          thresholds.forEach((t, k) => {
            expect(level >= k + 1).toBe(s >= t);
          });
        });
      },
    ),
    { numRuns: 200 },
  );
});

test('the highest choice is above every score, so that silence can be chosen', () => {
  const thresholds = thresholdChoices([Float64Array.of(0.2, 3, 17.3)], [5]);
  expect(levelOf(17.3, thresholds)).toBeLessThan(thresholds.length);
});

test('choices are numbers that a person would type', () => {
  const thresholds = roundThresholds(0.5, 40, 250);
  expect(thresholds.length).toBeGreaterThan(100);
  for (const t of thresholds) expect(String(t).replace('.', '').length).toBeLessThanOrEqual(4);
});

test('no scores, or none above zero, still give the threshold in use', () => {
  expect(thresholdChoices([], [5])).toContain(5);
  expect(thresholdChoices([new Float64Array(10)], [Number.MIN_VALUE])).toContain(Number.MIN_VALUE);
});
