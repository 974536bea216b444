import { expect, test } from 'vitest';
import type { Tick } from '../../src/core/recording.ts';
import { coverageModel } from '../../src/report/coverage.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

const tick = (seq: number, change: Partial<Tick> = {}): Tick => ({
  ...{ seq, scheduledMs: seq * 15_000, startedMs: seq * 15_000, finishedMs: seq * 15_000 + 9 },
  ...{ outcome: 'ok', reason: '', samples: 2, repeats: 0, conflicts: 0, late: 0, rejected: 0 },
  ...change,
});

const repeated = { samples: 0, repeats: 2 };

/** The states of the ribbon of a recording with these ticks, and why. */
function ribbonOf(ticks: readonly Tick[]): [state: string, why: string][] {
  const data = aRecording([columnsOf(aSeries(), [0.1, 0.2])]);
  const { buckets } = coverageModel({ ...data, ticks, info: { ...data.info, kind: 'recorded' } });
  return buckets.map(({ state, why }) => [state, why]);
}

test('the ribbon tells new samples from repeated, stale, partial, failed and missed ones', () => {
  const ribbon = ribbonOf([
    tick(1),
    tick(2, repeated),
    tick(3, { late: 2 }),
    tick(4, { outcome: 'partial', reason: 'missing containers: 1 of 2' }),
    tick(5, { outcome: 'failed', reason: 'timeout' }),
    tick(6, { outcome: 'missed', reason: 'sleep' }),
    tick(7, { late: 1 }),
  ]);
  expect(ribbon).toEqual([
    ['ok', ''],
    ['repeated', 'nothing new'],
    ['stale', 'older samples'],
    ['partial', 'partial missing containers: 1 of 2'],
    ['failed', 'failed timeout'],
    ['missed', 'missed sleep'],
    ['ok', ''],
  ]);
});

test('over many ticks a stretch is repeated only where most of it is', () => {
  const every = (n: number): readonly Tick[] =>
    Array.from({ length: 960 }, (_, i) => tick(i + 1, i % n === 0 ? {} : repeated));
  expect(ribbonOf(every(4))).toEqual([['repeated', 'nothing new (3 of 4 ticks)']]);
  expect(ribbonOf(every(1))).toEqual([['ok', '']]);
});
