import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Tick, TickOutcome } from '../../../src/core/recording.ts';
import { coverageOf } from '../../../src/record/recording/coverage.ts';
import { overview } from '../../../src/record/recording/overview.ts';
import { LEAK, RESTART, smallRecording, START } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

const ticksOf = (...outcomes: (readonly [TickOutcome, string])[]): Tick[] =>
  outcomes.map(([outcome, reason], i) => ({
    ...{ seq: i + 1, scheduledMs: i * 10, startedMs: null, finishedMs: null, outcome, reason },
    ...{ samples: 0, repeats: 1, conflicts: 0, late: 2, rejected: 0 },
  }));

test('neighbouring ticks that fail for one reason are one gap, up to the next tick', () => {
  const ticks = ticksOf(
    ...([
      ['failed', 'timeout'],
      ['failed', 'timeout'],
      ['failed', 'http 503'],
    ] as const),
    ...([
      ['ok', ''],
      ['empty', ''],
      ['ok', ''],
      ['missed', 'sleep'],
    ] as const),
  );
  expect(coverageOf(ticks)).toEqual({
    ticks: 7,
    outcomes: { ok: 2, partial: 0, empty: 1, failed: 3, missed: 1 },
    ...{ repeats: 7, conflicts: 0, late: 14, rejected: 0 },
    gaps: [
      { startMs: 0, endMs: 20, ticks: 2, outcome: 'failed', reason: 'timeout' },
      { startMs: 20, endMs: 30, ticks: 1, outcome: 'failed', reason: 'http 503' },
      { startMs: 40, endMs: 50, ticks: 1, outcome: 'empty', reason: '' },
      { startMs: 60, endMs: 60, ticks: 1, outcome: 'missed', reason: 'sleep' },
    ],
  });
});

test('no ticks, no gaps', () => {
  expect(coverageOf([])).toMatchObject({ ticks: 0, gaps: [] });
});

test.each(['finalised', 'live'])('%s: the overview needs no samples and tells the same', (how) => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  const digest = how === 'finalised' ? writer.finalise().digest : '';
  const found = overview(path);
  expect(found.info).toMatchObject({ digest, finalised: how === 'finalised' });
  expect(found.info).toMatchObject({ startMs: START - 7000, endMs: START + 68_000 });
  expect(found.series.map(({ id, samples, stepMs }) => [id, samples, stepMs])).toEqual(
    ['a', 'b'].flatMap((pod) =>
      ['cpu', 'memory'].map((metric) => [`shop/${pod}/web/${metric}`, 5, 15_000]),
    ),
  );
  expect(found.coverage.gaps).toHaveLength(1);
  expect(found).toMatchObject({
    ...{ marks: [RESTART], labels: [LEAK], schemaVersion: 1 },
    rejects: [{ reason: 'bad-quantity', count: 1 }],
  });
  if (how === 'live') writer.abandon();
});
