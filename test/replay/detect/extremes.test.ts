import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelShift } from '../../../src/replay/detect/level-shift.ts';
import { seasonalExtreme } from '../../../src/replay/detect/seasonal-extreme.ts';
import { pushesUntilSettled, Settling } from '../../../src/replay/detect/settling.ts';
import type { DetectorDef, ScorerOptions } from '../../../src/replay/detect/stage.ts';
import { stillness } from '../../../src/replay/detect/stillness.ts';

const HOUR = 3_600_000;
const START = 1_700_000_000_000;

const optionsOf = (change: Partial<ScorerOptions>): ScorerOptions => ({
  ...{ window: 1000, warmup: 2, rank: false, params: {}, unit: '', name: 'x' },
  isLabelled: () => false,
  ...change,
});

function scoresOf(
  def: DetectorDef,
  options: ScorerOptions,
  values: readonly number[],
  step = HOUR,
) {
  const scorer = def.create(options);
  return values.map((value, i) => scorer.update(START + i * step, value, value, true));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, v) => sum + v, 0) / values.length;

/** mean(newest short) − mean(up to long before), from the definition. */
function contrastAt(values: readonly number[], i: number, short: number, long: number): number {
  if (i + 1 < short) return NaN;
  const newest = mean(values.slice(i + 1 - short, i + 1));
  if (long === 0) return newest;
  const before = values.slice(Math.max(0, i + 1 - short - long), i + 1 - short);
  return before.length === 0 ? NaN : newest - mean(before);
}

const excessOf = (now: number, range: readonly number[], yardstick: readonly number[]): number =>
  Math.max(0, now - Math.max(...range), Math.min(...range) - now) /
  (Math.max(...yardstick) - Math.min(...yardstick));

const values = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 5, maxLength: 150 });

describe('level-shift', () => {
  test('equals its definition', () => {
    const lengths = fc.record({ short: fc.integer({ min: 1, max: 5 }), long: fc.nat({ max: 9 }) });
    fc.assert(
      fc.property(values, lengths, fc.integer({ min: 2, max: 40 }), (series, params, window) => {
        const scores = scoresOf(levelShift, optionsOf({ window, params }), series);
        const steps = series.map((_, i) => contrastAt(series, i, params.short, params.long));
        scores.forEach((score, i) => {
          const past = steps.slice(Math.max(0, i - window), i).filter((s) => !Number.isNaN(s));
          if (past.length === 0) expect(score).toBeNaN();
          else if (Math.max(...past) > Math.min(...past)) {
            expect(score).toBeCloseTo(excessOf(steps[i] ?? NaN, past, past), 6);
          }
        });
      }),
      { numRuns: 100 },
    );
  });

  test('a step of the mean stands out, a single spike hardly', () => {
    const noise = (i: number): number => ((i * 7919) % 13) / 10;
    const options = optionsOf({ params: { short: 10, long: 50 } });
    const base = Array.from({ length: 300 }, (_, i) => noise(i));
    const stepped = base.map((v, i) => (i >= 250 ? v + 2 : v));
    const spiked = base.map((v, i) => (i === 250 ? v + 2 : v));
    const highest = (series: readonly number[]): number =>
      Math.max(...scoresOf(levelShift, options, series).slice(100));
    expect(highest(stepped)).toBeGreaterThan(4 * highest(spiked));
  });
});

describe('seasonal-extreme', () => {
  test('equals its definition', () => {
    const params = { slots: 6, reach: 1, cycles: 2 };
    const slotMs = 4 * HOUR;
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), (series, hours) => {
        const scores = scoresOf(seasonalExtreme, optionsOf({ params }), series, hours * HOUR);
        const visits = series.map((_, i) => Math.floor((START + i * hours * HOUR) / slotMs));
        scores.forEach((score, i) => {
          const past = series.slice(0, i);
          if (past.length === 0) {
            expect(score).toBeNaN();
            return;
          }
          const apart = (j: number): number => {
            const gap = (((visits[j] ?? 0) - (visits[i] ?? 0)) % 6) + 6;
            return Math.min(gap % 6, 6 - (gap % 6));
          };
          // A visit counts once another slot has been visited.
          const alike = past.filter((_, j) => visits[j] !== visits[i] && apart(j) <= 1);
          const isQuiet = i * hours * HOUR < 2 * 24 * HOUR || alike.length === 0;
          if (isQuiet) {
            expect(score).toBe(0);
            return;
          }
          if (Math.max(...past) === Math.min(...past)) return;
          expect(score).toBeCloseTo(excessOf(series[i] ?? NaN, alike, past), 9);
        });
      }),
      { numRuns: 100 },
    );
  });

  test('a usual value at an unusual time of day stands out', () => {
    const daily = Array.from({ length: 24 * 10 }, (_, h) => (h % 24 < 12 ? 0 : 10));
    const moved = daily.map((v, h) => (h === 24 * 8 + 4 ? 10 : v));
    const score = scoresOf(seasonalExtreme, optionsOf({ params: { reach: 2 } }), moved);
    expect(Math.max(...score.slice(24 * 3, 24 * 8))).toBe(0);
    expect(score[24 * 8 + 4]).toBe(1);
  });
});

describe('stillness', () => {
  test('equals its definition', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 12 }), (series, span) => {
        const scores = scoresOf(stillness, optionsOf({ params: { span } }), series);
        const spreads = series.map((_, i) => {
          const last = series.slice(i + 1 - span, i + 1);
          return Math.sqrt(mean(last.map((v) => (v - mean(last)) * (v - mean(last)))));
        });
        scores.forEach((score, i) => {
          if (i < span) {
            expect(score).toBeNaN();
            return;
          }
          const lowest = Math.min(...spreads.slice(span - 1, i));
          const expected = lowest > 1 ? Math.max(0, 1 - (spreads[i] ?? NaN) / lowest) : 0;
          if (lowest > 1 || lowest === 0) expect(score).toBeCloseTo(expected, 6);
        });
      }),
      { numRuns: 100 },
    );
  });

  test('a series that freezes is still, one that never moved is not', () => {
    const options = optionsOf({ params: { span: 20 } });
    const frozen = Array.from({ length: 120 }, (_, i) => (i < 80 ? 5 + ((i * 7) % 3) : 9));
    expect(scoresOf(stillness, options, frozen)[99]).toBe(1);
    const flat = Array.from({ length: 120 }, () => 0.1);
    expect(Math.max(...scoresOf(stillness, options, flat).slice(25))).toBe(0);
  });
});

test('what is held back settles in order, the newer half of it at first', () => {
  fc.assert(
    fc.property(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 120 }), (lag, count) => {
      const line = new Settling(lag);
      const settled: number[] = [];
      for (let i = 0; i < count; i += 1) {
        const out = line.push(i);
        if (!Number.isNaN(out)) settled.push(out);
        const seen = i + 1;
        expect(settled.length).toBe(seen - Math.min(lag, Math.floor(seen / 2)));
      }
      expect(settled).toEqual(settled.map((_, i) => i));
      const needed = pushesUntilSettled(settled.length, lag);
      expect(needed).toBeLessThanOrEqual(count);
      expect(needed - Math.min(lag, Math.floor(needed / 2))).toBe(settled.length);
    }),
  );
});
