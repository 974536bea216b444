import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limitForecast, minutesUntil } from '../../../src/replay/detect/limit-forecast.ts';
import { robustSlope } from '../../../src/replay/detect/robust-slope.ts';

const MIB = 1024 * 1024;
const HOUR = 3_600_000;

/** A sample every 15 s. */
const timesOf = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i * 15_000);

const at = (n: number, of: (i: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => of(i));

describe('robust slope', () => {
  test('a straight line has its slope, whatever a quarter of the samples say', () => {
    const line = at(60, (i) => 100 * MIB + i * MIB);
    expect(robustSlope(timesOf(60), line)?.perHour).toBeCloseTo(240 * MIB, 3);
    const spoilt = line.map((value, i) => (i % 4 === 1 ? 900 * MIB : value));
    expect(robustSlope(timesOf(60), spoilt)?.perHour ?? 0).toBeGreaterThan(200 * MIB);
    expect(robustSlope(timesOf(60), spoilt)?.perHour ?? 0).toBeLessThan(280 * MIB);
  });

  test('is the median of all pairs, of up to 64 samples', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 64 });
    fc.assert(
      fc.property(values, (list) => {
        const slopes = list
          .flatMap((v, b) => list.slice(0, b).map((w, a) => ((v - w) / (b - a)) * (HOUR / 15_000)))
          .sort((x, y) => x - y);
        const middle = [(slopes.length - 1) >> 1, slopes.length >> 1].map((i) => slopes[i] ?? NaN);
        const slope = robustSlope(timesOf(list.length), Float64Array.from(list));
        expect(slope?.perHour).toBeCloseTo(((middle[0] ?? NaN) + (middle[1] ?? NaN)) / 2, 6);
      }),
    );
  });

  test('refuses what has no slope', () => {
    const one = Float64Array.of(1);
    expect(robustSlope(one, one)).toBeNull();
    expect(() => robustSlope(Float64Array.of(1, 1), Float64Array.of(1, 2))).toThrow();
    expect(() => robustSlope(Float64Array.of(2, 1), Float64Array.of(1, 2))).toThrow();
    expect(() => robustSlope(Float64Array.of(1, 2), Float64Array.of(1, NaN))).toThrow();
    expect(() => robustSlope(Float64Array.of(1, 2), one)).toThrow();
  });
});

describe('limit forecast', () => {
  test('says how many minutes are left at a steady growth', () => {
    const values = at(21, (i) => 100 * MIB + i * MIB);
    const forecast = limitForecast(timesOf(21), values, 200 * MIB);
    // 80 MiB are left at 4 MiB a minute.
    expect(forecast?.minutesToLimit).toBeCloseTo(20, 6);
    expect(forecast?.shareOfLimit).toBeCloseTo(0.6, 9);
    expect(forecast?.rising).toBe(1);
  });

  test('what is flat, falls, swings or has no limit never reaches one', () => {
    const times = timesOf(60);
    const sink = at(60, (i) => 300 * MIB - i * MIB);
    const saw = at(60, (i) => 100 * MIB + (i % 12) * 5 * MIB);
    const flat = at(60, () => 100 * MIB);
    for (const values of [sink, saw, flat]) {
      const forecast = limitForecast(times, values, 400 * MIB);
      expect(forecast).not.toBeNull();
      expect(forecast?.minutesToLimit).toBeNull();
    }
    const grown = at(60, (i) => i * MIB);
    expect(limitForecast(times, grown, null)).toMatchObject({
      minutesToLimit: null,
      shareOfLimit: null,
    });
  });

  test('at or over the limit no minute is left', () => {
    const values = at(10, (i) => i * MIB);
    expect(limitForecast(timesOf(10), values, 9 * MIB)?.minutesToLimit).toBe(0);
    expect(minutesUntil(1, 2, -1)).toBe(0);
    expect(minutesUntil(2, 1, 0)).toBeNull();
  });

  test('three samples are too few', () => {
    expect(
      limitForecast(
        timesOf(3),
        at(3, (i) => i),
        10,
      ),
    ).toBeNull();
  });
});
