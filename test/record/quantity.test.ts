import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import { parseBytes, parseNanocores } from '../../src/record/quantity.ts';

/** Text, nanocores, bytes; null: rejected. */
const TABLE: readonly (readonly [string, number | null, number | null])[] = [
  ['0', 0, 0],
  ['-0', 0, 0],
  ['+0', 0, 0],
  ['0n', 0, 0],
  ['0Ki', 0, 0],
  ['000', 0, 0],
  ['0.000', 0, 0],
  ['0e99999999999999999999', 0, 0],
  ['1', 1_000_000_000, 1],
  ['+1', 1_000_000_000, 1],
  ['-1', -1_000_000_000, -1],
  ['5.', 5_000_000_000, 5],
  ['.5', 500_000_000, 1],
  ['-.5', -500_000_000, -1],
  ['0.5', 500_000_000, 1],
  ['00.50', 500_000_000, 1],
  ['1.5', 1_500_000_000, 2],
  ['123n', 123, 1],
  ['43481n', 43_481, 1],
  ['1913950n', 1_913_950, 1],
  ['123456789n', 123_456_789, 1],
  ['1.5n', 2, 1],
  ['0.1n', 1, 1],
  ['-0.1n', -1, -1],
  ['0.0000000001n', 1, 1],
  ['250u', 250_000, 1],
  ['0.5u', 500, 1],
  ['13m', 13_000_000, 1],
  ['250m', 250_000_000, 1],
  ['1500m', 1_500_000_000, 2],
  ['1.5m', 1_500_000, 1],
  ['128974848000m', null, 128_974_848],
  ['2k', 2_000_000_000_000, 2000],
  ['1.5k', 1_500_000_000_000, 1500],
  ['0.5M', 500_000_000_000_000, 500_000],
  ['129M', null, 129_000_000],
  ['8M', 8_000_000_000_000_000, 8_000_000],
  ['3G', null, 3_000_000_000],
  ['2T', null, 2_000_000_000_000],
  ['9P', null, 9_000_000_000_000_000],
  ['10P', null, null],
  ['1E', null, null],
  ['0.001E', null, 1_000_000_000_000_000],
  ['1Ki', 1_024_000_000_000, 1024],
  ['45678Ki', null, 46_774_272],
  ['123Mi', null, 128_974_848],
  ['1.5Gi', null, 1_610_612_736],
  ['1Ti', null, 1_099_511_627_776],
  ['7Pi', null, 7_881_299_347_898_368],
  ['8Pi', null, null],
  ['0.0078125Ei', null, null],
  ['0.001Ei', null, 1_152_921_504_606_847],
  ['0.0000001Ki', 102_400, 1],
  ['1e3', 1_000_000_000_000, 1000],
  ['1E3', 1_000_000_000_000, 1000],
  ['1e+3', 1_000_000_000_000, 1000],
  ['129e6', null, 129_000_000],
  ['15e-1', 1_500_000_000, 2],
  ['1E-9', 1, 1],
  ['1e-10', 1, 1],
  ['1e-99999999999999999999', 1, 1],
  ['1e400', null, null],
  ['1e99999999999999999999', null, null],
  ['9007199254740991', null, 9_007_199_254_740_991],
  ['9007199254740992', null, null],
  ['9223372036854775807', null, null],
  ['18446744073709551616', null, null],
  ['9007199254740991n', 9_007_199_254_740_991, 9_007_200],
  ['9007199254740992n', null, 9_007_200],
  ['-9007199254740991n', -9_007_199_254_740_991, -9_007_200],
  [`${'0'.repeat(400)}7`, 7_000_000_000, 7],
  [`0.${'0'.repeat(400)}1`, 1, 1],
  ['1'.repeat(400), null, null],
  ['1'.repeat(100_000), null, null],
  ...[
    ...['', ' ', '.', '+', '-', 'n', 'm', 'Ki', 'e3', 'E', '.n', '+-1', '--1', '1 ', ' 1', '1 m'],
    ...['1Zi', '1Yi', '1K', '1ki', '1mi', '1N', '1U', '1nn', '1e', '1e+', '1e3.5', '1e3m', '1e3Ki'],
    ...['1_000', '1,5', '1.2.3', '0x10', 'NaN', 'Infinity', '١', '1\n', '1\u0000', '1i', '1Kim'],
  ].map((text): readonly [string, null, null] => [text, null, null]),
];

/** A parse that rejects → null. */
function orNull(parse: (text: string) => number, text: string): number | null {
  try {
    return parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    return null;
  }
}

describe('quantities', () => {
  test.each(TABLE)('%j', (text, nanocores, bytes) => {
    expect(orNull(parseNanocores, text)).toBe(nanocores);
    expect(orNull(parseBytes, text)).toBe(bytes);
  });

  test('a value that is not there is never a zero', () => {
    const zeros = TABLE.filter(([, nanocores, bytes]) => nanocores === 0 || bytes === 0);
    expect(zeros.every(([text]) => /^[+-]?[0.]+/.test(text))).toBe(true);
  });
});

const EXPONENTS: Readonly<Record<string, number>> = {
  ...{ '': 0, n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 },
};
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The same by one fraction of two huge integers: slow and obvious. */
function slowly(
  sign: string,
  whole: string,
  fraction: string,
  suffix: string,
  scale: number,
): number | null {
  let numerator = BigInt(`0${whole}${fraction}`);
  let denominator = 10n ** BigInt(fraction.length);
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  const power = scale + (exponent === undefined ? (EXPONENTS[suffix] ?? 0) : Number(exponent));
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  numerator *= 1024n ** BigInt(BINARY.indexOf(suffix) + 1);
  const up = numerator % denominator === 0n ? 0n : 1n;
  const value = numerator / denominator + up;
  if (value > 2n ** 53n - 1n) return null;
  return value === 0n ? 0 : sign === '-' ? -Number(value) : Number(value);
}

const digits = fc.stringMatching(/^[0-9]{0,20}$/);
const suffixes = fc.oneof(
  fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'P', 'E', ...BINARY),
  fc
    .tuple(fc.constantFrom('e', 'E'), fc.integer({ min: -40, max: 40 }))
    .map(([e, n]) => `${e}${String(n)}`),
);

test('every quantity of the grammar equals its exact fraction, rounded away from zero', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', '+', '-'),
      digits,
      fc.option(digits, { nil: null }),
      suffixes,
      (sign, whole, fraction, suffix) => {
        fc.pre(whole !== '' || (fraction ?? '') !== '');
        const text = `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${suffix}`;
        const parts = [sign, whole, fraction ?? '', suffix] as const;
        expect(orNull(parseNanocores, text)).toBe(slowly(...parts, 9));
        expect(orNull(parseBytes, text)).toBe(slowly(...parts, 0));
      },
    ),
    { numRuns: 3000 },
  );
});

test('no text makes it hang or fail otherwise than by a rejection', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789.+-eEnumkKMGTPi ')) }),
      (text) => {
        const value = orNull(parseBytes, text);
        expect(value === null || Number.isSafeInteger(value)).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});
