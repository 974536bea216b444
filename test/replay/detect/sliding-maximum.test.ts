import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DelayLine } from '../../../src/replay/detect/delay-line.ts';
import { Refractory } from '../../../src/replay/detect/refractory.ts';
import { RunMinimum } from '../../../src/replay/detect/run-minimum.ts';
import { SlidingMaximum } from '../../../src/replay/detect/sliding-maximum.ts';

const length = fc.integer({ min: 1, max: 40 });
const numbers = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 150 });

test('the sliding maximum is the largest of the last numbers', () => {
  fc.assert(
    fc.property(length, numbers, (n, values) => {
      const maximum = new SlidingMaximum(n);
      expect(maximum.value).toBe(-Infinity);
      values.forEach((value, i) => {
        maximum.push(value);
        expect(maximum.value).toBe(Math.max(...values.slice(Math.max(0, i + 1 - n), i + 1)));
      });
    }),
  );
});

test('a long falling stretch keeps every candidate', () => {
  const maximum = new SlidingMaximum(1000);
  for (let i = 0; i < 3000; i += 1) maximum.push(-i);
  expect(maximum.value).toBe(-2000);
});

test('a refractory score counts only where it beats all of the last', () => {
  fc.assert(
    fc.property(length, numbers, (n, scores) => {
      const refractory = new Refractory(n);
      scores.forEach((score, i) => {
        const before = Math.max(-Infinity, ...scores.slice(Math.max(0, i - n), i));
        expect(refractory.update(score)).toBe(score > before ? score : 0);
      });
    }),
  );
  expect(new Refractory(0).update(3)).toBe(3);
  expect(new Refractory(5).update(NaN)).toBeNaN();
});

test('a run minimum is the smallest of the last scores of its run', () => {
  const score = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(NaN));
  const rows = fc.array(fc.tuple(score, fc.boolean()), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), rows, (n, samples) => {
      const minimum = new RunMinimum(n);
      let run: number[] = [];
      for (const [one, isCut] of samples) {
        if (isCut || Number.isNaN(one)) run = [];
        if (!Number.isNaN(one)) run.push(one);
        const expected = run.length < n ? NaN : Math.min(...run.slice(-n));
        expect(minimum.update(one, isCut)).toBe(expected);
      }
    }),
  );
});

test('a delay line gives back what came in so many pushes before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8 }), numbers, (n, values) => {
      const line = new DelayLine(n);
      values.forEach((value, i) => {
        expect(line.push(value)).toBe(values[i - n] ?? NaN);
      });
      line.clear();
      expect(line.push(1)).toBe(n === 0 ? 1 : NaN);
    }),
  );
});
