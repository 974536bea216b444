import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { rankAgainst, rankParts, rankScores } from '../../../src/replay/tune/ranks.ts';

/** Columns with ties, scores far apart and samples without a score. */
const anyColumns = fc.array(
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: -3, max: 6 }) },
        { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
        { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -0, 1e-300) },
      ),
      { maxLength: 60 },
    )
    .map((scores) => Float64Array.from(scores)),
  { maxLength: 4 },
);

test('a rank is the place of a score among all distinct ones; without a score it is 0', () => {
  fc.assert(
    fc.property(anyColumns, (columns) => {
      const { levels, columns: ranks } = rankScores(columns);
      const all = columns.flatMap((column) => [...column]).filter((score) => !Number.isNaN(score));
      const distinct = [...new Set(all)].sort((a, b) => a - b);
      expect([...levels].map((level) => level + 0)).toEqual(distinct.map((level) => level + 0));
      columns.forEach((column, c) => {
        column.forEach((score, i) => {
          const place = distinct.findIndex((level) => level === score) + 1;
          expect(ranks[c]?.[i]).toBe(place);
        });
      });
    }),
    { numRuns: 300, seed: 11 },
  );
});

test('many scores, some crowded together and some far away, are ranked as few are', () => {
  const rng = rngFor(5, 'ranks');
  const crowded = Float64Array.from({ length: 6000 }, (_, i) => {
    if (i % 10 === 0) return 1e9 * rng.next();
    return i % 3 === 0 ? 5 + rng.below(4) / 1e6 : i % 3 === 1 ? rng.next() * 1e-3 : rng.below(900);
  });
  const columns = [crowded.subarray(0, 2500), crowded.subarray(2500)];
  const { levels, columns: ranks } = rankScores(columns);
  expect([...levels]).toEqual([...new Set(crowded)].sort((a, b) => a - b));
  columns.forEach((column, c) => {
    column.forEach((score, i) => {
      expect(levels[(ranks[c]?.[i] ?? 0) - 1]).toBe(score);
    });
  });
});

test('parts of ranked columns get the ranks that their own scores would', () => {
  fc.assert(
    fc.property(anyColumns, fc.nat({ max: 60 }), fc.nat({ max: 60 }), (columns, a, b) => {
      const { levels, columns: ranks } = rankScores(columns);
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const own = rankScores(columns.map((column) => column.subarray(from, to)));
      const parts = rankParts(
        levels,
        ranks.map((column) => column.subarray(from, to)),
      );
      // Of 0 and -0 either may stand for both.
      expect({ ...parts, levels: parts.levels.map((one) => one + 0) }).toEqual({
        ...own,
        levels: own.levels.map((one) => one + 0),
      });
    }),
    { numRuns: 300, seed: 12 },
  );
});

test('against thresholds a rank tells which of them a score reaches', () => {
  const columns = [Float64Array.of(1, 2, NaN, 3, Infinity, -Infinity), Float64Array.of()];
  const one = rankAgainst([2], columns);
  expect([...one.levels]).toEqual([-Infinity, 2]);
  expect(one.columns.map((column) => [...column])).toEqual([[1, 2, 0, 2, 2, 1], []]);
  const three = rankAgainst([2.5, 1, Infinity, 1], columns);
  expect([...three.levels]).toEqual([-Infinity, 1, 2.5, Infinity]);
  expect(three.columns.map((column) => [...column])).toEqual([[2, 2, 0, 3, 4, 1], []]);
});
