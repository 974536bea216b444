import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Judge } from '../../../src/replay/detect/judge.ts';
import { decide } from '../../support/decide.ts';

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

test('k of n opens at the k-th flag of the last n and starts at the first of them', () => {
  const options = { threshold: 5, consecutive: 3, within: 5, recover: 1 };
  const { alerting, episodes } = decide(
    column([9, 0, 0, 9, 0, 9, 9, 0, 9, 0, 0]),
    uncut(11),
    options,
  );
  expect([...alerting]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0]);
  expect(episodes).toEqual([{ first: 3, detected: 6, after: 10 }]);
  expect(decide(column([9, 0, 0, 9, 0, 9]), uncut(6), options).episodes).toEqual([]);
});

test('k of n counts no flag from before a gap or a missing score', () => {
  const starts = uncut(5);
  starts[3] = 1;
  const options = { threshold: 5, consecutive: 2, within: 4, recover: 1 };
  expect(decide(column([9, 0, 0, 9, 0]), starts, options).episodes).toEqual([]);
  expect(decide(column([9, 0, NaN, 9, 0]), uncut(5), options).episodes).toEqual([]);
  expect(decide(column([9, 0, 0, 9, 0]), uncut(5), options).episodes).toHaveLength(1);
});

test('k of n is k in a row where n is no more than k', () => {
  const score = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(NaN));
  const small = fc.integer({ min: 1, max: 4 });
  const columns = fc.array(fc.tuple(score, fc.constantFrom(0, 0, 0, 1)), { maxLength: 50 });
  fc.assert(
    fc.property(columns, small, small, small, (rows, consecutive, within, recover) => {
      fc.pre(within <= consecutive);
      const scores = column(rows.map(([s]) => s));
      const starts = Uint8Array.from(rows, ([, cut]) => cut);
      const options = { threshold: 3, consecutive, recover };
      expect(decide(scores, starts, { ...options, within })).toEqual(
        decide(scores, starts, options),
      );
    }),
  );
});

test('an alert of k in a row has the peak and number of all its flags', () => {
  const judge = new Judge({ threshold: 5, consecutive: 3, recover: 1 });
  [6, 9, 7, 8, 0].forEach((score, t) => {
    judge.update('s', t, score * 10, score, t === 0);
  });
  expect(judge.closed).toEqual({
    ...{ series: 's', start: 0, detectedAt: 2, end: 4, peakScore: 9, peakValue: 90, samples: 4 },
  });
});
