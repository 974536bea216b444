import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDecimal, TimeReader, type TimeUnit } from '../../../src/record/import/numbers.ts';
import { codeOf } from '../../support/recordings.ts';

describe('parseDecimal', () => {
  test.each([
    ['0', 0],
    ['-0', 0],
    ['0.000', 0],
    ['0e9', 0],
    ['7', 7],
    ['+7', 7],
    ['-7.25', -7.25],
    ['007', 7],
    ['5.', 5],
    ['.5', 0.5],
    ['0.1', 0.1],
    ['1e3', 1000],
    ['1E-3', 0.001],
    ['1e+2', 100],
    ['9007199254740991', 9_007_199_254_740_991],
    ['-9007199254740991', -9_007_199_254_740_991],
    ['0.00191395', 1_913_950 / 1e9],
    ['123456789.123456789123456789', 123_456_789.123_456_79],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['5e-324', 5e-324],
  ])('reads %s', (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  test.each([
    '',
    ' ',
    ' 1',
    '1 ',
    '1\t',
    '-',
    '+',
    '.',
    'e5',
    '1e',
    '--1',
    '1,5',
    '1_000',
    '1.000,5',
    '1.2.3',
    '0x10',
    '0b1',
    '0o7',
    '1e400',
    '-1e400',
    '1e-400',
    '1e99999',
    '9007199254740993',
    '18446744073709551616',
    'NaN',
    'nan',
    'Infinity',
    '-inf',
    'null',
    'true',
    '١',
    '１',
    '1m',
    '128Mi',
    '1f',
    '1\u0000',
    '1\n',
    "'1",
    '=1+1',
  ])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeNull();
  });

  test('gives the double that the platform reads, for every finite double as it is written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = String(value);
        const isBigWhole = /^-?\d+$/.test(text) && !Number.isSafeInteger(value);
        expect(parseDecimal(text)).toBe(isBigWhole ? null : value + 0);
      }),
      { numRuns: 2000 },
    );
  });

  test('gives the double nearest to any decimal text', () => {
    const digits = fc.stringMatching(/^\d{1,18}$/);
    const exponent = fc.option(fc.integer({ min: -60, max: 60 }), { nil: undefined });
    fc.assert(
      fc.property(digits, digits, exponent, fc.constantFrom('', '-', '+'), (a, b, e, sign) => {
        const text = `${sign}${a}.${b}${e === undefined ? '' : `e${String(e)}`}`;
        expect(parseDecimal(text)).toBe(Number(text) + 0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('TimeReader', () => {
  const read = (text: string, unit: TimeUnit | null = null, isNab = false): number =>
    new TimeReader(unit, isNab).read(text);
  const morning = Date.UTC(2026, 0, 31, 8, 15);

  test.each<[string, TimeUnit | null, number]>([
    ['2026-01-31T08:15:00Z', null, morning],
    ['2026-01-31T08:15:00.250Z', null, morning + 250],
    ['2026-01-31T08:15:00.999999999Z', null, morning + 999],
    ['2026-01-31T03:15:00-05:00', null, morning],
    ['1769847300', 's', morning],
    ['1769847300.25', 's', morning + 250],
    ['1769847300.2', 's', morning + 200],
    ['1769847300250', 'ms', morning + 250],
    ['1769847300250.9', 'ms', morning + 250],
    ['1769847300250999', 'us', morning + 250],
    ['1769847300250999999', 'ns', morning + 250],
    ['0', 's', 0],
    ['0', 'ns', 0],
  ])('reads %s in %s', (text, unit, ms) => {
    expect(read(text, unit)).toBe(ms);
  });

  test.each<[string, TimeUnit | null]>([
    ['', null],
    ['2026-01-31T08:15:00', null],
    ['2026-01-31 08:15', null],
    ['2026-01-31', null],
    ['2026-02-30T08:15:00Z', null],
    ['2026-01-31T08:15:60Z', null],
    ['2026-01-31T24:00:00Z', null],
    ['01/02/2026', null],
    ['Sat, 31 Jan 2026 08:15:00 GMT', null],
    ['1769847300', null],
    ['1769847300000', 's'],
    ['1769847300250999', 'ms'],
    ['1769847300250999999', 'us'],
    ['-1', 's'],
    ['+1', 's'],
    ['1e9', 's'],
    [' 1', 's'],
    ['', 's'],
    ['2026-01-31T08:15:00Z', 's'],
    ['0x10', 'ms'],
  ])('refuses %j in %s', (text, unit) => {
    expect(codeOf(() => read(text, unit))).toBe('BAD_VALUE');
  });

  test('takes times without a zone for UTC in the NAB format only', () => {
    expect(read('2026-01-31 08:15:00', null, true)).toBe(morning);
    expect(read('2026-01-31 08:15:00.250', null, true)).toBe(morning + 250);
    expect(read('2026-01-31T03:15:00-05:00', null, true)).toBe(morning);
    expect(codeOf(() => read('2026-02-30 08:15:00', null, true))).toBe('BAD_VALUE');
  });

  test('is not misled by the time before', () => {
    const times = new TimeReader(null, false);
    expect(times.read('2026-01-31T08:15:00Z')).toBe(morning);
    expect(times.read('2026-01-31T08:15:01Z')).toBe(morning + 1000);
    expect(codeOf(() => times.read('x'))).toBe('BAD_VALUE');
    expect(times.read('2026-01-31T08:15:01Z')).toBe(morning + 1000);
    expect(codeOf(() => times.read(''))).toBe('BAD_VALUE');
  });
});
