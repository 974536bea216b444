import { expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { createCollector } from '../../../src/record/recording/collector.ts';

const same = (a: Float64Array, b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

test.each([[[]], [[1, 200_000, 0, 9]]])(
  'samples reach their series in order, over chunks',
  (counts) => {
    const rng = rngFor(3, 'collector');
    const collector = createCollector(counts);
    const twin = Array.from({ length: 5 }, () => ({
      times: [] as number[],
      values: [] as number[],
    }));
    for (let i = 0; i < 600_000; i++) {
      // Series 3 has none, series 4 goes backwards, series 5 comes late.
      const id = i > 590_000 ? 5 : ([1, 2, 4][rng.below(3)] ?? 1);
      const t = id === 4 ? -i : i;
      collector.add(id, t, i / 3);
      twin[id - 1]?.times.push(t);
      twin[id - 1]?.values.push(i / 3);
    }
    const found = collector.finish(5);
    expect(found.map(({ inOrder }) => inOrder)).toEqual([true, true, true, false, true]);
    found.forEach(({ times, values }, i) => {
      expect(same(times, twin[i]?.times ?? [])).toBe(true);
      expect(same(values, twin[i]?.values ?? [])).toBe(true);
      // Columns are sent to worker threads: no view of a larger buffer.
      expect(times.buffer.byteLength).toBe(times.byteLength);
    });
  },
);

test.each([
  [0, 1, 1],
  [1.5, 1, 1],
  [1e9, 1, 1],
  ['1', 1, 1],
  [1, 0.5, 1],
  [1, 9e15, 1],
  [1, null, 1],
  [1, 1, Infinity],
  [1, 1, null],
])('%s, %s, %s is no sample', (id, t, value) => {
  const collector = createCollector();
  expect(() => {
    collector.add(id, t, value);
  }).toThrow(/a sample of/);
});

test('a sample of a series that is not there is damage', () => {
  const collector = createCollector();
  collector.add(3, 1, 1);
  expect(() => collector.finish(2)).toThrow(/no series \(id 3\)/);
});
