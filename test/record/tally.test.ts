import { expect, test } from 'vitest';
import type { TickOutcome } from '../../src/core/recording.ts';
import type { TickReport } from '../../src/record/poll-loop.ts';
import type { SeriesDefinition } from '../../src/record/recording/writer.ts';
import { adviseInterval, ageNote, startTally, windowNote } from '../../src/record/tally.ts';

const series = (pod: string, metric: string): SeriesDefinition => ({
  ...{ namespace: 'shop', pod, container: 'app', metric },
  ...{ unit: 'cores', kind: 'usage', denominator: 1e9 },
});
const CPU = series('web-1', 'cpu');
const MEMORY = series('web-1', 'memory');

function report(
  outcome: TickOutcome,
  t: number | null,
  change: {
    reason?: string;
    repeats?: number;
    stored?: number;
    windows?: ReadonlyMap<number, number>;
  } = {},
): TickReport {
  const { reason = '', repeats = 0, stored = 2, windows = new Map<number, number>() } = change;
  return {
    ...{ scheduledMs: 0, outcome, reason, rejected: 1, failedInARow: 0 },
    receipt: { seq: 1, stored, repeats, conflicts: 0, late: 0 },
    poll:
      t === null
        ? null
        : {
            ...{ outcome: 'ok', reason: '', series: [CPU, MEMORY], times: [t, t], values: [1, 1] },
            ...{ marks: [], rejects: [], notes: [], windows },
          },
  };
}

test('counts outcomes and their causes, most frequent first', () => {
  const tally = startTally();
  tally.add(report('ok', 0));
  tally.add(report('partial', 1, { reason: 'missing containers: 1 of 2, a' }));
  tally.add(report('partial', 2, { reason: 'missing containers: 2 of 2, b' }));
  tally.add(report('failed', null, { reason: 'http 500', stored: 0 }));
  expect(tally.summary()).toMatchObject({
    ...{ ticks: 4, series: 2, samples: 6, rejected: 4 },
    outcomes: { ok: 1, partial: 2, failed: 1, empty: 0, missed: 0 },
    causes: [
      { cause: 'missing containers', ticks: 2 },
      { cause: 'http 500', ticks: 1 },
    ],
  });
});

test('the resolution is the median step between new values', () => {
  const tally = startTally();
  for (const t of [0, 0, 15, 15, 30, 44, 44, 60]) {
    tally.add(
      report('ok', t * 1000, {
        windows: new Map([
          [15_100, 8],
          [12_000, 2],
        ]),
      }),
    );
  }
  tally.add(report('ok', 60_000, { windows: new Map([[10_000, 1]]) }));
  const summary = tally.summary();
  expect(summary).toMatchObject({ resolutionMs: 15_000, windowMs: 15_100 });
  expect(windowNote(summary)).toBe(
    'CPU is the mean over 15s (the median); over 12s or less for a tenth of the samples, 10s at the least.',
  );
  expect(windowNote({ ...summary, shortWindowMs: 15_100, shortestWindowMs: 15_100 })).toBe(
    'CPU is the mean over 15s.',
  );
  expect(windowNote(startTally().summary())).toBeNull();
  expect(startTally().summary()).toMatchObject({ resolutionMs: null, windowMs: null });
});

test('how old new samples are is told by median and maximum; repeats do not count', () => {
  const tally = startTally();
  for (const [t, scheduledMs] of [
    ...[
      [0, 3000],
      [0, 18_000],
      [30_000, 33_000],
      [45_000, 48_000],
      [60_000, 110_000],
    ],
  ] as const) {
    tally.add({ ...report('ok', t), scheduledMs });
  }
  expect(ageNote(tally.summary())).toBe(
    'Samples were 3s old when their poll was due (the median), 50s at most.',
  );
  expect(ageNote(startTally().summary())).toBeNull();
});

test('advice: faster where values are missed, slower where they only repeat', () => {
  const base = {
    ...startTally().summary(),
    ...{ resolutionMs: 60_000, windowMs: 15_000, samples: 100, repeats: 0 },
  };
  expect(adviseInterval(base, 60_000)).toEqual({ intervalMs: 7000, because: 'values-missed' });
  expect(adviseInterval({ ...base, resolutionMs: 15_000 }, 15_000)).toBeNull();
  const slow = { ...base, windowMs: 60_000, repeats: 300 };
  expect(adviseInterval(slow, 15_000)).toEqual({ intervalMs: 30_000, because: 'repeats' });
  expect(adviseInterval({ ...slow, repeats: 100 }, 30_000)).toBeNull();
  expect(adviseInterval({ ...base, resolutionMs: null }, 60_000)).toBeNull();
});
