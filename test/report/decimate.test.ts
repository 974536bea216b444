import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawnPoints, drawnPositions, gapsOf } from '../../src/report/decimate.ts';
import { packLines, unpackLines } from '../../src/report/lines.ts';
import { pointsInWindow } from '../../src/report/live/window.ts';

const column = fc
  .array(fc.oneof(fc.double({ min: -100, max: 100, noNaN: true }), fc.constant(NaN)), {
    minLength: 1,
    maxLength: 300,
  })
  .map((values) => Float64Array.from(values));

const drawn = fc
  .tuple(column, fc.integer({ min: 1, max: 40 }), fc.array(fc.nat({ max: 299 }), { maxLength: 5 }))
  .chain(([values, buckets, keep]) =>
    fc.record({
      values: fc.constant(values),
      buckets: fc.constant(buckets),
      keep: fc.constant(keep.filter((i) => i < values.length)),
      gaps: fc
        .array(fc.integer({ min: 0, max: 19 }), {
          minLength: values.length,
          maxLength: values.length,
        })
        .map((dice) => Uint8Array.from(dice, (d, i) => (d === 0 && i > 0 ? 1 : 0))),
    }),
  );

test('drawn positions keep order, extremes, alert points and both sides of every gap', () => {
  fc.assert(
    fc.property(drawn, ({ values, buckets, keep, gaps }) => {
      const positions = drawnPositions(values, gaps, buckets, keep);
      expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
      expect(positions).toEqual(expect.arrayContaining([0, values.length - 1, ...keep]));
      const real = [...values].filter((v) => !Number.isNaN(v));
      const shown = positions.map((i) => values[i] ?? NaN).filter((v) => !Number.isNaN(v));
      if (real.length > 0) {
        expect(Math.min(...shown)).toBe(Math.min(...real));
        expect(Math.max(...shown)).toBe(Math.max(...real));
      }
      gaps.forEach((gap, i) => {
        if (gap === 1) expect(positions).toEqual(expect.arrayContaining([i - 1, i]));
      });
    }),
    { numRuns: 300 },
  );
});

test('without gaps or kept points there are at most two positions a bucket and both ends', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 3000 }), (b, n) => {
      const values = Float64Array.from({ length: n }, (_, i) => (i * 7919) % 101);
      expect(drawnPositions(values, new Uint8Array(n), b).length).toBeLessThanOrEqual(2 * b + 2);
    }),
  );
});

test('missing samples are a break in the line, never a zero or a bridge', () => {
  const times = Float64Array.of(0, 15, 30, 200, 215);
  const gaps = gapsOf(times);
  expect([...gaps]).toEqual([0, 0, 0, 1, 0]);
  const points = drawnPoints(times, gaps, [0, 1, 2, 3, 4], [1, 2, NaN, 4, 5]);
  expect(points.map(({ v }) => v)).toEqual([1, 2, null, null, 4, 5]);
});

test('packed lines come back in place and within their rounding', () => {
  fc.assert(
    fc.property(
      fc.array(drawn, { maxLength: 4 }),
      fc.integer({ min: 4, max: 200 }),
      (all, most) => {
        const packed = packLines(all, most, 4);
        const lines = unpackLines(
          packed,
          all.map(({ values }) => values.length),
        );
        expect(lines).toHaveLength(all.length);
        lines.forEach(({ positions, values }, l) => {
          const { values: given = new Float64Array(), keep = [] } = all[l] ?? {};
          expect([...positions]).toEqual(expect.arrayContaining(keep));
          const [, low = 0, high = 0] = packed.lines[l] ?? [];
          positions.forEach((i, p) => {
            const [was = NaN, is = NaN] = [given[i], values[p]];
            expect(Number.isNaN(is)).toBe(Number.isNaN(was));
            if (!Number.isNaN(was))
              expect(Math.abs(is - was)).toBeLessThanOrEqual((high - low) / 60_000);
          });
        });
      },
    ),
    { numRuns: 200 },
  );
});

test('a window of a line reaches both its edges and keeps what is inside', () => {
  const times = Float64Array.from({ length: 1000 }, (_, i) => i * 10);
  const values = Float64Array.from(times, (t) => (t === 5000 ? 99 : 1));
  const line = { positions: Float64Array.from(times, (_, i) => i), values };
  const window = { from: 4003, to: 6004, buckets: 20, per: 1, shiftMs: 0 };
  const points = pointsInWindow(times, new Uint8Array(1000), line, window);
  expect(points[0]?.t).toBe(4000);
  expect(points[points.length - 1]?.t).toBe(6010);
  expect(points.some(({ v }) => v === 99)).toBe(true);
  expect(points.length).toBeLessThan(50);
});
