import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import { formatDuration, formatTime, parseDuration, parseTime } from '../../src/core/time.ts';

const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return error instanceof ToolError ? error.code : 'not a ToolError';
  }
  return 'no error';
};

describe('parseTime', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-01-31T08:15:00Z', Date.UTC(2026, 0, 31, 8, 15)],
    ['2026-01-31 08:15:00Z', Date.UTC(2026, 0, 31, 8, 15)],
    ['2026-01-31T08:15:00.5Z', Date.UTC(2026, 0, 31, 8, 15, 0, 500)],
    ['2026-01-31T08:15:00.123456789Z', Date.UTC(2026, 0, 31, 8, 15, 0, 123)],
    ['2026-01-31T08:15:00+05:30', Date.UTC(2026, 0, 31, 2, 45)],
    ['2024-02-29T00:00:00-01:00', Date.UTC(2024, 1, 29, 1)],
  ])('reads %s', (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  test.each([
    '2026-01-31T08:15:00', // no zone
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T08:60:00Z',
    '2026-01-31T08:15:60Z',
    '2026-13-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '9999-01-01T00:00:00Z',
    '01/02/2024',
    '2026-01-31T08:15:00+25:00',
    '1769847300',
    '',
  ])('refuses %j', (text) => {
    expect(code(() => parseTime(text))).toBe('BAD_VALUE');
  });

  test('reads back every time it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9998, 0) }), (ms) => {
        expect(parseTime(formatTime(ms))).toBe(ms);
      }),
    );
  });
});

describe('durations', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['15s', 15_000],
    ['1m0s', 60_000],
    ['15.143s', 15_143],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1.5h', 5_400_000],
    ['100ms', 100],
    ['3us', 0.003],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 9);
  });

  test.each(['', '5', '-5s', '5 s', 's', '1h30', '1x', 'NaNs', '1e3s'])('refuses %j', (text) => {
    expect(code(() => parseDuration(text))).toBe('BAD_VALUE');
  });

  test.each([
    [0, '0ms'],
    [999, '999ms'],
    [45_000, '45s'],
    [90_000, '1m30s'],
    [7_500_000, '2h5m'],
    [97_200_000, '1d3h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
