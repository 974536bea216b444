import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../../src/report/codec/base64.ts';
import { packSymbols, unpackSymbols } from '../../../src/report/codec/symbols.ts';
import { packTimes, unpackTimes } from '../../../src/report/codec/times.ts';

test('numbers of any number of bits come back as they were', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 16 }).chain((bits) =>
        fc.tuple(
          fc.constant(bits),
          fc.array(fc.oneof(fc.constant(0), fc.nat({ max: (1 << bits) - 1 })), {
            maxLength: 400,
          }),
        ),
      ),
      ([bits, symbols]) => {
        expect([...unpackSymbols(packSymbols(symbols, bits), symbols.length, bits)]).toEqual(
          symbols,
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('runs that carry through many bytes come back as they were', () => {
  const symbols = Array.from({ length: 50_000 }, (_, i) => (i % 977 === 0 ? 255 : i % 3));
  expect([...unpackSymbols(packSymbols(symbols, 8), symbols.length, 8)]).toEqual(symbols);
});

test('ascending times come back exactly, whatever their steps', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 2 ** 48 }),
      fc.array(fc.integer({ min: 1, max: 10_000_000_000 }), { maxLength: 100 }),
      (first, steps) => {
        const times = [first];
        for (const step of steps) times.push((times[times.length - 1] ?? 0) + step);
        expect([...unpackTimes(packTimes(times))]).toEqual(times);
      },
    ),
  );
  expect([...unpackTimes(packTimes([]))]).toEqual([]);
});

test('a regular column costs almost nothing', () => {
  const times = Array.from({ length: 5760 }, (_, i) => 1_700_000_000_000 + i * 15_000);
  expect(packTimes(times).text.length).toBeLessThan(80);
});

test('a damaged text gives other numbers, not an endless loop', () => {
  const text = packSymbols([1, 2, 3, 4, 5], 8).slice(0, 4);
  expect(unpackSymbols(text, 5, 8)).toHaveLength(5);
});

test('base64 agrees with the platform and comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const text = toBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64').replace(/=+$/, ''));
      expect([...fromBase64(text)]).toEqual([...bytes]);
    }),
  );
});
