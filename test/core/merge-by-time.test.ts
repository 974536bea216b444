import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeByTime } from '../../src/core/merge-by-time.ts';

const timeColumn = fc
  .uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 12 })
  .map((times) => times.sort((a, b) => a - b));

test('merging visits every sample once, by time and then by column', () => {
  fc.assert(
    fc.property(fc.array(timeColumn, { maxLength: 9 }), (columns) => {
      const plain = columns
        .flatMap((times, column) => times.map((t, index) => ({ t, column, index })))
        .sort((a, b) => a.t - b.t || a.column - b.column)
        .map(({ column, index }) => [column, index]);
      const visited: number[][] = [];
      mergeByTime(
        columns.map((times) => ({ times: Float64Array.from(times) })),
        (column, index) => visited.push([column, index]),
      );
      expect(visited).toEqual(plain);
    }),
  );
});
