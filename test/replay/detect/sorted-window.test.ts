import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedWindow } from '../../../src/replay/detect/sorted-window.ts';
import { medianDeviation } from '../../../src/replay/detect/spread.ts';

const number = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.double({ min: -5, max: 5, noNaN: true }).map((v) => v + 0),
);

test('holds the last values in order, with their median, quantiles and positions', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 150 }),
      fc.array(number, { minLength: 1, maxLength: 400 }),
      number,
      (capacity, values, asked) => {
        const window = new SortedWindow(capacity);
        values.forEach((value, i) => {
          window.push(value);
          if (i % 7 !== 0 && i + 1 !== values.length) return;
          const last = values.slice(Math.max(0, i + 1 - capacity), i + 1);
          const sorted = last.toSorted((a, b) => a - b);
          expect([...window.sorted.slice(0, window.size)]).toEqual(sorted);
          const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
          expect(window.median()).toBe(((sorted[low] ?? 0) + (sorted[high] ?? 0)) / 2);
          expect(window.quantile(1)).toBe(sorted.at(-1));
          expect(window.quantile(0.5)).toBe(sorted[Math.ceil(sorted.length / 2) - 1]);
          expect(window.position(asked)).toBe(sorted.filter((v) => v < asked).length);
          expect(window.oldest).toBe(last[0]);
        });
        window.clear();
        expect(window.size).toBe(0);
        expect(window.median()).toBeNaN();
      },
    ),
    { numRuns: 60 },
  );
});

test('the median deviation is the middle one of all deviations', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), number, (values, shift) => {
      const sorted = Float64Array.from(values).sort();
      for (const centre of [sorted[sorted.length >> 1] ?? 0, shift]) {
        const deviations = sorted.map((v) => Math.abs(v - centre)).sort();
        const found = medianDeviation(sorted, sorted.length, centre);
        expect(found).toBe(deviations[sorted.length >> 1]);
      }
    }),
  );
});
