import { describe, expect, test } from 'vitest';
import { rngFor } from '../../src/core/rng.ts';
import { startTimeline } from '../../src/record/clock.ts';
import { runPollLoop, type PollLoopOptions, type TickReport } from '../../src/record/poll-loop.ts';
import type { SeriesDefinition, TickBatch } from '../../src/record/recording/writer.ts';
import { runLimits } from '../../src/record/retry.ts';
import { SourceFailure, type Attempt, type Poll } from '../../src/record/source.ts';
import { virtualClock, type VirtualClock } from '../../fixtures/virtual-clock.ts';

const SERIES: SeriesDefinition = {
  ...{ namespace: 'shop', pod: 'web-1', container: 'app', metric: 'cpu' },
  ...{ unit: 'cores', kind: 'usage', denominator: 1e9 },
};

function answer(change: Partial<Poll> = {}): Poll {
  return {
    ...{ outcome: 'ok', reason: '', series: [SERIES], times: [1], values: [1] },
    ...{ marks: [], rejects: [], notes: [], windows: new Map() },
    ...change,
  };
}

const EMPTY = answer({ outcome: 'empty', reason: 'no pods', series: [], times: [], values: [] });
const http = (status: number, retryAfterMs: number | null = null): SourceFailure =>
  new SourceFailure('http', String(status), { status, retryAfterMs });

/** Runs a loop over a scripted source; `script` gets the tick, the attempt and the clock. */
async function run(
  ticks: number,
  script: (attempt: Attempt, clock: VirtualClock, startedMs: number) => Poll | Promise<Poll>,
  change: Partial<PollLoopOptions> = {},
) {
  const clock = virtualClock();
  const timeline = startTimeline(clock);
  const intervalMs = change.intervalMs ?? 15_000;
  const batches: TickBatch[] = [];
  const reports: TickReport[] = [];
  const attempts: { tick: number; atMs: number }[] = [];
  let running = 0;
  const notes: string[] = [];
  await clock.run(
    runPollLoop({
      ...{ clock, timeline, intervalMs, graceMs: 120_000, seed: 7 },
      limits: runLimits(intervalMs, null),
      source: {
        async poll(attempt) {
          running += 1;
          expect(running).toBe(1);
          attempts.push({ tick: attempt.tick, atMs: clock.monotonicMs() });
          attempt.signal.addEventListener('abort', () => (running = 0));
          try {
            return await script(attempt, clock, clock.monotonicMs());
          } finally {
            running = 0;
          }
        },
        close: () => undefined,
      },
      open: () => ({
        defineSeries: () => 1,
        addNote: (note) => notes.push(note),
        commitTick(batch) {
          batches.push(batch);
          const stored = batch.times.length;
          return { seq: batches.length, stored, repeats: 0, conflicts: 0, late: 0 };
        },
      }),
      done: (dueMs) => dueMs >= ticks * intervalMs,
      stop: new AbortController().signal,
      onTick: (report) => reports.push(report),
      ...change,
    }),
  );
  const { startMs } = timeline;
  return {
    ...{ batches, reports, attempts, notes, clock },
    outcomes: batches.map(({ outcome, reason }) =>
      reason === '' ? outcome : `${outcome}: ${reason}`,
    ),
    scheduled: batches.map(({ scheduledMs }) => scheduledMs - startMs),
    started: batches.map(({ startedMs }) => (startedMs === null ? null : startedMs - startMs)),
    finished: batches.map(({ finishedMs }) => (finishedMs === null ? null : finishedMs - startMs)),
  };
}

/** A source that never answers and, unless it is `deaf`, gives up when told to. */
function hang({ signal }: Attempt, deaf = false): Promise<Poll> {
  return new Promise((_, reject) => {
    if (deaf) return;
    signal.addEventListener('abort', () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('no reason'));
    });
  });
}

describe('the schedule', () => {
  test('is start + k × interval, with one outcome a tick and no drift over a day', async () => {
    const ticks = 5760;
    const { scheduled, started, outcomes } = await run(ticks, async (attempt, clock) => {
      await clock.sleep(137 + (attempt.tick % 11) * 300, attempt.signal);
      return answer();
    });
    expect(scheduled).toEqual(Array.from({ length: ticks }, (_, k) => k * 15_000));
    expect(started).toEqual(scheduled);
    expect(outcomes.every((outcome) => outcome === 'ok')).toBe(true);
  });

  test('a wall clock that jumps changes neither the pace nor the times', async () => {
    const { scheduled, started, attempts } = await run(6, ({ tick }, clock) => {
      if (tick === 2) clock.shiftWall(3_600_000);
      if (tick === 4) clock.shiftWall(-7_200_000);
      return answer();
    });
    expect(attempts.map(({ atMs }) => atMs)).toEqual([0, 15_000, 30_000, 45_000, 60_000, 75_000]);
    expect(started).toEqual(scheduled);
  });

  test('ticks that a sleep swallowed are missed, and there is no burst to catch up', async () => {
    const { outcomes, attempts, scheduled } = await run(10, ({ tick }, clock) => {
      if (tick === 3) clock.freeze(61_000);
      return answer();
    });
    expect(outcomes.map((text) => text.slice(0, 6))).toEqual([
      'ok',
      'ok',
      'ok',
      'missed',
      'missed',
      'missed',
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
    expect(attempts.map(({ tick }) => tick)).toEqual([1, 2, 3, 7, 8, 9, 10]);
    expect(scheduled[3]).toBe(45_000);
    const gaps = attempts.slice(1).map(({ atMs }, i) => atMs - (attempts[i]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(14_000);
  });

  test('a tick that starts a little late is made, and the next one is on time', async () => {
    const { started, outcomes } = await run(4, ({ tick }, clock) => {
      if (tick === 2) clock.freeze(20_000);
      return answer();
    });
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(started).toEqual([0, 15_000, 35_000, 45_000]);
  });
});

describe('a source that fails', () => {
  test('never costs more than its deadline, and the next tick is on schedule', async () => {
    const { outcomes, finished, started } = await run(6, (attempt) =>
      attempt.tick % 2 === 0 ? hang(attempt, attempt.tick === 4) : answer(),
    );
    expect(outcomes.filter((_, i) => i % 2 === 0)).toEqual(['ok', 'ok', 'ok']);
    expect(outcomes.filter((_, i) => i % 2 === 1)).toEqual(Array(3).fill('failed: timeout'));
    expect(started).toEqual([0, 15_000, 30_000, 45_000, 60_000, 75_000]);
    for (const k of [1, 3, 5]) {
      const spent = (finished[k] ?? 0) - k * 15_000;
      expect(spent).toBeGreaterThanOrEqual(9000);
      expect(spent).toBeLessThanOrEqual(14_250);
    }
  });

  test('is asked again twice within the tick, after about 0.5 s and 1 s', async () => {
    const { outcomes, attempts } = await run(2, ({ tick }) => {
      if (tick === 2) throw http(502);
      return answer();
    });
    expect(outcomes).toEqual(['ok', 'failed: http 502']);
    const [first = 0, second = 0, third = 0] = attempts.slice(1).map(({ atMs }) => atMs);
    expect(attempts).toHaveLength(4);
    expect(first).toBe(15_000);
    expect(second - first).toBeGreaterThanOrEqual(400);
    expect(second - first).toBeLessThanOrEqual(600);
    expect(third - second).toBeGreaterThanOrEqual(800);
    expect(third - second).toBeLessThanOrEqual(1200);
  });

  test('a retry that is woken after the end of its tick is not made', async () => {
    const timeouts: number[] = [];
    const { outcomes, attempts } = await run(4, ({ tick, timeoutMs, signal }, clock) => {
      timeouts.push(timeoutMs);
      if (tick !== 2) return answer();
      // The machine stands still while the loop waits for its retry.
      void clock.sleep(100, signal).then(() => {
        clock.freeze(14_500);
      });
      throw http(500);
    });
    expect(outcomes).toEqual(['ok', 'failed: http 500', 'ok', 'ok']);
    expect(attempts).toHaveLength(4);
    expect(Math.min(...timeouts)).toBeGreaterThan(0);
  });

  test.each([
    [0, 3],
    [1000, 3],
    [7000, 2],
    [3_600_000, 1],
  ])('Retry-After of %i ms is kept to where it fits the tick', async (retryAfterMs, tries) => {
    const { outcomes, attempts } = await run(2, ({ tick }) => {
      if (tick === 2) throw http(429, retryAfterMs);
      return answer();
    });
    expect(outcomes[1]).toBe('failed: http 429');
    expect(attempts.filter(({ tick }) => tick === 2)).toHaveLength(tries);
    const [first, second] = attempts.slice(1).map(({ atMs }) => atMs);
    if (second !== undefined) expect(second - (first ?? 0)).toBeGreaterThanOrEqual(retryAfterMs);
  });

  test.each(['redirect', 'schema', 'too-large', 'tls', 'credentials'] as const)(
    '%s is not asked again',
    async (kind) => {
      const { attempts, outcomes } = await run(2, ({ tick }) => {
        if (tick === 2) throw new SourceFailure(kind, 'x');
        return answer();
      });
      expect(attempts).toHaveLength(2);
      expect(outcomes[1]).toBe(`failed: ${kind}: x`);
    },
  );

  test('ten minutes of outage are 40 gaps, and the loop is back at the next tick', async () => {
    const { outcomes } = await run(60, ({ tick }) => {
      if (tick > 10 && tick <= 50) throw new SourceFailure('network', 'connect ECONNREFUSED');
      return answer();
    });
    expect(outcomes.filter((o) => o === 'ok')).toHaveLength(20);
    expect(outcomes.slice(10, 50)).toEqual(
      Array.from({ length: 40 }, () => 'failed: network: connect ECONNREFUSED'),
    );
  });

  test.each([0.01, 0.1, 0.3])(
    'with a share of %d of faults, ticks and outcomes still agree',
    async (share) => {
      for (let seed = 0; seed < 10; seed += 1) {
        const rng = rngFor(seed, 'faults');
        const { reports, scheduled, started } = await run(
          200,
          (attempt, clock) => {
            if (attempt.tick > 1 && rng.next() < share) {
              return (
                [
                  () => hang(attempt),
                  () => hang(attempt, true),
                  () => Promise.reject(http(500)),
                  () => Promise.reject(new SourceFailure('truncated', 'x')),
                  () => clock.sleep(8000, attempt.signal).then(() => answer()),
                ][rng.below(5)]?.() ?? answer()
              );
            }
            return answer();
          },
          { seed },
        );
        expect(scheduled).toEqual(Array.from({ length: 200 }, (_, k) => k * 15_000));
        expect(started.map((ms) => ms ?? NaN)).toEqual(scheduled);
        expect(reports.every(({ outcome }) => outcome === 'ok' || outcome === 'failed')).toBe(true);
      }
    },
  );

  test('counts failures in a row, so that ten can be told loudly', async () => {
    const { reports } = await run(13, ({ tick }) => {
      if (tick > 1 && tick < 13) throw http(500);
      return answer();
    });
    expect(reports.map(({ failedInARow }) => failedInARow)).toEqual([
      ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0],
    ]);
  });
});

describe('the start', () => {
  test('no samples and 503 are warming for 120 s, then what they are', async () => {
    const { outcomes } = await run(12, ({ tick }) => {
      if (tick <= 4) return EMPTY;
      if (tick <= 10) throw http(503);
      return answer();
    });
    expect(outcomes).toEqual([
      ...Array<string>(4).fill('empty: warming: no samples yet'),
      ...Array<string>(4).fill('empty: warming: http 503'),
      ...Array<string>(2).fill('failed: http 503'),
      ...Array<string>(2).fill('ok'),
    ]);
  });

  test('after the first samples an empty answer is just empty', async () => {
    const { outcomes } = await run(2, ({ tick }) => (tick === 1 ? answer() : EMPTY));
    expect(outcomes).toEqual(['ok', 'empty: no pods']);
  });

  test.each([401, 403, 404])('http %i ends it at once, before there is a file', async (status) => {
    let opened = false;
    const open = () => {
      opened = true;
      throw new Error('not expected');
    };
    await expect(run(5, () => Promise.reject(http(status)), { open })).rejects.toMatchObject({
      status,
    });
    expect(opened).toBe(false);
  });

  test('a refused connection is tried three times before it ends', async () => {
    let tries = 0;
    await expect(
      run(5, () => {
        tries += 1;
        throw new SourceFailure('network', 'connect ECONNREFUSED');
      }),
    ).rejects.toMatchObject({ kind: 'network' });
    expect(tries).toBe(3);
  });

  test('later, refusals are gaps', async () => {
    const { outcomes } = await run(3, ({ tick }) => {
      if (tick > 1) throw http(403);
      return answer();
    });
    expect(outcomes).toEqual(['ok', 'failed: http 403', 'failed: http 403']);
  });
});

describe('a stop', () => {
  test('between ticks ends it at once', async () => {
    const controller = new AbortController();
    const { outcomes, clock } = await run(
      100,
      ({ tick, signal }, clock) => {
        void clock.sleep(1000, signal).then(() => {
          if (tick === 3) controller.abort();
        });
        return answer();
      },
      { stop: controller.signal },
    );
    expect(outcomes).toEqual(['ok', 'ok', 'ok']);
    expect(clock.monotonicMs()).toBeLessThanOrEqual(31_000);
  });

  test('lets a poll that is nearly done come in', async () => {
    const controller = new AbortController();
    const { outcomes } = await run(
      100,
      async ({ tick, signal }, clock) => {
        if (tick === 2) controller.abort();
        await clock.sleep(1500, signal);
        return answer();
      },
      { stop: controller.signal },
    );
    expect(outcomes).toEqual(['ok', 'ok']);
  });

  test('gives a hanging poll two seconds, then counts it as interrupted', async () => {
    const controller = new AbortController();
    const { outcomes, finished } = await run(
      100,
      (attempt) => {
        if (attempt.tick === 1) return answer();
        controller.abort();
        return hang(attempt, true);
      },
      { stop: controller.signal },
    );
    expect(outcomes).toEqual(['ok', 'failed: interrupted']);
    expect(finished[1]).toBeLessThanOrEqual(15_000 + 2250);
  });
});

describe('a recording that cannot be written for a while', () => {
  /** A sink that fails from its second commit on until `untilMs`. */
  const failing = (written: TickBatch[], on: { clock?: VirtualClock }, untilMs: number) => () => ({
    defineSeries: () => 1,
    addNote: () => undefined,
    commitTick(batch: TickBatch) {
      if (written.length > 0 && (on.clock?.monotonicMs() ?? 0) < untilMs) throw new Error('locked');
      written.push(batch);
      return { seq: written.length, stored: 1, repeats: 0, conflicts: 0, late: 0 };
    },
  });

  test('loses no tick: polls go on, and what waits is written in order as soon as it can be', async () => {
    const written: TickBatch[] = [];
    const shared: { clock?: VirtualClock } = {};
    const toldAtMs: number[] = [];
    const { attempts } = await run(
      8,
      ({ tick }, clock) => {
        shared.clock = clock;
        return answer({ values: [tick] });
      },
      {
        open: failing(written, shared, 62_500),
        holds: () => true,
        onTick: () => toldAtMs.push(shared.clock?.monotonicMs() ?? NaN),
      },
    );
    expect(attempts.map(({ atMs }) => atMs)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((k) => k * 15_000),
    );
    expect(written.map(({ values, outcome }) => [values[0], outcome])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((tick) => [tick, 'ok']),
    );
    expect(toldAtMs).toEqual([0, 63_000, 63_000, 63_000, 63_000, 75_000, 90_000, 105_000]);
  });

  test('is waited for at the end, too', async () => {
    const written: TickBatch[] = [];
    const shared: { clock?: VirtualClock } = {};
    const { clock } = await run(
      3,
      (_, now) => {
        shared.clock = now;
        return answer();
      },
      { open: failing(written, shared, 100_000), holds: () => true },
    );
    expect(written).toHaveLength(3);
    expect(clock.monotonicMs()).toBe(100_000);
  });

  test('costs polls only where more would fill the memory', async () => {
    const written: TickBatch[] = [];
    const shared: { clock?: VirtualClock } = {};
    const million = Array<number>(1_000_000).fill(0);
    await run(
      8,
      (_, clock) => {
        shared.clock = clock;
        return answer({ values: million });
      },
      { open: failing(written, shared, 91_000), holds: () => true },
    );
    expect(written.map(({ outcome }) => outcome)).toEqual([
      ...['ok', 'ok', 'ok', 'ok', 'ok', 'missed', 'missed', 'ok'],
    ]);
    expect(written[5]?.reason).toMatch(/could not be written for too long/);
  });

  test('ends it where waiting makes no sense', async () => {
    const written: TickBatch[] = [];
    const shared: { clock?: VirtualClock } = {};
    const ended = run(
      3,
      (_, clock) => {
        shared.clock = clock;
        return answer();
      },
      { open: failing(written, shared, 100_000) },
    );
    await expect(ended).rejects.toThrow('locked');
  });
});

test('notes and series definitions reach the sink, each series once', async () => {
  let defined = 0;
  const batches: TickBatch[] = [];
  const notes: string[] = [];
  await run(3, ({ tick }) => answer({ notes: tick === 1 ? ['No limits.'] : [] }), {
    open: () => ({
      defineSeries: () => (defined += 1),
      addNote: (note) => notes.push(note),
      commitTick(batch) {
        batches.push(batch);
        return { seq: batches.length, stored: 1, repeats: 0, conflicts: 0, late: 0 };
      },
    }),
  });
  expect(defined).toBe(1);
  expect(notes).toEqual(['No limits.']);
  expect(batches.map(({ series }) => series)).toEqual([[1], [1], [1]]);
});

test('limits leave room in every interval, and time for a slow first poll', () => {
  const first = { attemptMs: 10_000, tickMs: 14_000 };
  expect(runLimits(15_000, null)).toEqual({ first, later: { attemptMs: 9000, tickMs: 14_000 } });
  expect(runLimits(1000, null)).toEqual({ first, later: { attemptMs: 600, tickMs: 800 } });
  expect(runLimits(60_000, null)).toEqual({
    first: { attemptMs: 10_000, tickMs: 59_000 },
    later: { attemptMs: 10_000, tickMs: 59_000 },
  });
  expect(runLimits(15_000, 30_000).later).toEqual({ attemptMs: 14_000, tickMs: 14_000 });
  expect(runLimits(15_000, 2000).first).toEqual({ attemptMs: 2000, tickMs: 14_000 });
});
