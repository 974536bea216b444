import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MomentWindow } from '../../../src/replay/detect/moment-window.ts';

test('mean and deviation equal those of the last values, whatever came before', () => {
  const number = fc.oneof(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 3 }),
    fc.constant(1e12),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.array(number, { minLength: 1, maxLength: 120 }),
      (capacity, values) => {
        const window = new MomentWindow(capacity);
        values.forEach((value, i) => {
          window.push(value);
          const last = values.slice(Math.max(0, i + 1 - capacity), i + 1);
          const mean = last.reduce((a, b) => a + b, 0) / last.length;
          const squares = last.reduce((sum, v) => sum + (v - mean) * (v - mean), 0);
          const size = Math.max(...last.map((v) => Math.abs(v)), 1);
          expect(Math.abs(window.mean - mean)).toBeLessThan(1e-12 * size);
          expect(Math.abs(window.deviation - Math.sqrt(squares / last.length))).toBeLessThan(
            1e-9 * size,
          );
        });
      },
    ),
  );
});

test('an outlier that has left leaves nothing behind', () => {
  const window = new MomentWindow(4);
  for (const value of [1e15, 1, 2, 3, 4]) window.push(value);
  expect([window.mean, window.deviation]).toEqual([2.5, Math.sqrt(1.25)]);
});
