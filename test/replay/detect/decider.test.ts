import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../../src/replay/detect/decider.ts';
import { heldScores } from '../../../src/replay/tune/held.ts';

const column = (values: number[]) => Float64Array.from(values);
const uncut = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i === 0 ? 1 : 0));

test('opens at the second flag in a row and closes at the first quiet sample', () => {
  const scores = column([0, 9, 0, 9, 9, 9, 0, 0]);
  const { alerting, episodes } = decide(scores, uncut(8), {
    ...{ threshold: 5, consecutive: 2, recover: 1 },
  });
  expect([...alerting]).toEqual([0, 0, 0, 0, 1, 1, 0, 0]);
  expect(episodes).toEqual([{ first: 3, detected: 4, after: 6 }]);
});

test('stays open through quiet samples shorter than recover', () => {
  const scores = column([9, 9, 0, 0, 9, 9, 0, 0, 0, 0]);
  const { episodes } = decide(scores, uncut(10), { threshold: 5, consecutive: 2, recover: 4 });
  expect(episodes).toEqual([{ first: 0, detected: 1, after: 9 }]);
});

test('a gap or a missing score cuts the run', () => {
  const starts = uncut(4);
  starts[2] = 1;
  const options = { threshold: 5, consecutive: 3, recover: 1 };
  expect(decide(column([9, 9, 9, 9]), starts, options).episodes).toEqual([]);
  expect(decide(column([9, 9, NaN, 9]), uncut(4), options).episodes).toEqual([]);
  expect(decide(column([9, 9, 9, 9]), uncut(4), options).episodes).toHaveLength(1);
});

test('an alert that is open at a cut and again after it is two alerts', () => {
  const starts = uncut(4);
  starts[2] = 1;
  const { episodes } = decide(column([9, 9, 9, 9]), starts, {
    ...{ threshold: 5, consecutive: 1, recover: 1 },
  });
  expect(episodes.map(({ first, after }) => [first, after])).toEqual([
    [0, 2],
    [2, 4],
  ]);
});

test('decides what the tuner counts, at every threshold', () => {
  const score = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(NaN));
  const small = fc.integer({ min: 1, max: 4 });
  const columns = fc.array(fc.tuple(score, fc.constantFrom(0, 0, 0, 1)), { maxLength: 50 });
  fc.assert(
    fc.property(columns, small, small, (rows, consecutive, recover) => {
      const scores = column(rows.map(([s]) => s));
      const starts = Uint8Array.from(rows, ([, cut]) => cut);
      const held = heldScores(scores, starts, consecutive, recover);
      for (const threshold of [0, 1, 2.5, 5]) {
        const { alerting } = decide(scores, starts, { threshold, consecutive, recover });
        expect([...alerting]).toEqual([...held].map((level) => (level >= threshold ? 1 : 0)));
      }
    }),
  );
});
