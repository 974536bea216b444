import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NAB_PROFILES, type NabFile, scoreNab } from '../../../src/replay/evaluate/nab.ts';

const { standard } = NAB_PROFILES;

function file(rows: number, windows: [number, number][], alarms: number[]): NabFile {
  const scores = new Float64Array(rows);
  for (const row of alarms) scores[row] = 1;
  return { name: 'f', scores, windows };
}

describe('NAB score', () => {
  test('an alarm at the left edge of every window and none elsewhere scores 100', () => {
    const perfect = [
      file(
        100,
        [
          [40, 49],
          [70, 79],
        ],
        [40, 70],
      ),
      file(100, [], []),
    ];
    expect(scoreNab(perfect, standard, 1).score).toBeCloseTo(100, 9);
  });

  test('silence scores 0', () => {
    expect(scoreNab([file(100, [[40, 49]], [])], standard, 0.5).score).toBe(0);
  });

  test('a later alarm in the window earns less, and only the first counts', () => {
    const early = scoreNab([file(100, [[40, 49]], [41])], standard, 1).score;
    const late = scoreNab([file(100, [[40, 49]], [47])], standard, 1).score;
    const both = scoreNab([file(100, [[40, 49]], [41, 47])], standard, 1).score;
    expect(early).toBeGreaterThan(late);
    expect(both).toBe(early);
  });

  test('a false alarm costs 0.11 far from windows and less just after one', () => {
    const far = scoreNab([file(200, [[100, 109]], [50])], standard, 1);
    const near = scoreNab([file(200, [[100, 109]], [111])], standard, 1);
    expect(far.score).toBeCloseTo((100 * -0.11) / 2, 9);
    expect(near.score).toBeLessThan(0);
    expect(near.score).toBeGreaterThan(far.score);
    expect(far.falseRows).toBe(1);
  });

  test('the probationary part counts neither way', () => {
    expect(scoreNab([file(100, [[40, 49]], [3, 14])], standard, 1).falseRows).toBe(0);
    expect(scoreNab([file(100, [[40, 49]], [15])], standard, 1).falseRows).toBe(1);
  });

  test('the optimised threshold is at least as good as every fixed one', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 40, maxLength: 80 });
    fc.assert(
      fc.property(scores, (values) => {
        const corpus = [
          { name: 'f', scores: Float64Array.from(values), windows: [[20, 29]] as const },
        ];
        const best = scoreNab(corpus, standard);
        for (const t of [0, 1, 2, 3, 4, 5]) {
          expect(best.score).toBeGreaterThanOrEqual(scoreNab(corpus, standard, t).score - 1e-9);
        }
        if (best.threshold !== null) {
          expect(scoreNab(corpus, standard, best.threshold).score).toBeCloseTo(best.score, 9);
        }
      }),
    );
  });
});
