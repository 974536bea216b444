import { expect, test } from 'vitest';
import type { Mark, RecordingData } from '../../../src/core/recording.ts';
import { rngFor } from '../../../src/core/rng.ts';
import type { Measure, MeasureName, RunDiff } from '../../../src/core/run-diff.ts';
import { COMPARE_DEFAULTS } from '../../../src/replay/compare/compare-runs.ts';
import { diffRuns } from '../../../src/replay/compare/diff-runs.ts';
import { pairedDifference } from '../../../src/replay/compare/paired-difference.ts';
import { presetSettings } from '../../../src/replay/presets.ts';
import { replay } from '../../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from '../../support/series.ts';

const START = 1_700_000_000_000;
const STEP = 15_000;
const STEPS = 240;
/** Steps at which the load begins and ends. */
const [ON, OFF] = [60, 150];

/** Noise that leans on what came before, of variance about 1/8. */
function noise(seed: number, name: string): () => number {
  const rng = rngFor(seed, name);
  let lean = 0;
  return () => (lean = 0.6 * lean + (rng.next() - 0.5));
}

interface Shape {
  readonly seed?: number;
  /** Cores for one request a second. */
  readonly perRequest?: number;
  /** Seconds in which memory loses 63 % of what it holds once the load has ended. */
  readonly fallSeconds?: number;
  /** Step at which the second replica is there. */
  readonly scaledAt?: number;
  readonly spikes?: readonly number[];
  readonly isMarked?: boolean;
  readonly hasLoad?: boolean;
}

/** A run of one workload under a load that is high from step ON to step OFF. */
function loaded(shape: Shape = {}): RecordingData {
  const { seed = 1, perRequest = 0.01, fallSeconds = 60, scaledAt = ON + 8, spikes = [] } = shape;
  const { isMarked = true, hasLoad = true } = shape;
  const [load, cpu, memory] = ['load', 'cpu', 'memory'].map((name) => noise(seed, name));
  const isOn = (i: number): boolean => i >= ON && i < OFF;
  const requests = Array.from({ length: STEPS }, (_, i) => (isOn(i) ? 20 : 5) + (load?.() ?? 0));
  const values = (metric: string): number[] => {
    let held = 0;
    return requests.map((rate, i) => {
      if (metric === 'cpu') {
        return 0.05 + perRequest * rate + 0.005 * (cpu?.() ?? 0) + (spikes.includes(i) ? 3 : 0);
      }
      held = isOn(i) ? 200 : held * Math.exp(-STEP / 1000 / fallSeconds);
      return (100 + held + 2 * (memory?.() ?? 0)) * 1024 * 1024;
    });
  };
  const signal = (metric: string, unit: 'requests/s' | 'replicas') =>
    aSeries({ pod: '', container: '', metric, unit, kind: 'signal', workload: 'web' });
  const replicas = requests.map((_, i) => (i >= scaledAt ? 2 : 1));
  const mark = (kind: string, step: number): Mark => ({
    ...{ kind, name: '', startMs: START + step * STEP, endMs: null, namespace: '', pod: '' },
  });
  return aRecording(
    [
      ...['cpu', 'memory'].map((metric) =>
        columnsOf(aSeries({ metric, workload: 'web' }), values(metric), STEP, START),
      ),
      columnsOf(signal('replicas', 'replicas'), replicas, STEP, START),
      ...(hasLoad ? [columnsOf(signal('requests', 'requests/s'), requests, STEP, START)] : []),
    ],
    [],
    isMarked ? [mark('load-start', ON), mark('load-end', OFF)] : [],
  );
}

const settings = { ...presetSettings('level'), threshold: 3 };

function diff(before: RecordingData, after: RecordingData, seed = 1): RunDiff {
  const judged = (name: string, data: RecordingData) => ({
    ...{ name, data, result: replay(data, settings) },
  });
  return diffRuns([judged('before', before), judged('after', after)], {
    ...{ ...COMPARE_DEFAULTS, seed },
  });
}

function measure(of: RunDiff, metric: string, name: MeasureName): Measure | undefined {
  return of.workloads
    .find(({ workload }) => workload.metric === metric)
    ?.measures.find((one) => one.name === name);
}

test('a run differs from itself in nothing', () => {
  const run = loaded();
  const same = diff(run, run);
  const all = [...same.workloads, ...same.scaleOut].flatMap(({ measures }) => measures);
  expect(all.length).toBeGreaterThan(12);
  for (const { difference, name } of all) {
    expect([name, difference?.difference, difference?.verdict]).toEqual([name, 0, 'same']);
  }
});

test('the same runs and seed give the same numbers', () => {
  const [before, after] = [loaded(), loaded({ seed: 2 })];
  expect(diff(before, after)).toEqual(diff(before, after));
  expect(diff(before, after, 2)).not.toEqual(diff(before, after));
});

test('a request that costs a third more is found by slope and level', () => {
  const more = diff(loaded(), loaded({ seed: 2, perRequest: 0.0133 }));
  const slope = measure(more, 'cpu', 'slope');
  expect(slope?.difference?.baseline).toBeCloseTo(0.01, 3);
  expect(slope?.difference?.relative).toBeCloseTo(0.33, 1);
  expect(slope?.difference?.verdict).toBe('higher');
  const [underLoad] = more.workloads.map(({ phases }) => phases[0]?.mean);
  expect(underLoad?.verdict).toBe('higher');
  expect(measure(more, 'memory', 'level')?.difference?.verdict).toBe('same');
});

test('memory that comes down more slowly is found, with marks or from the load alone', () => {
  for (const isMarked of [true, false]) {
    const slower = diff(loaded({ isMarked }), loaded({ seed: 2, fallSeconds: 300, isMarked }));
    const settled = measure(slower, 'memory', 'settle')?.difference;
    // Nine tenths are gone after ln 10 = 2.3 times as long; the mean over five minutes lags a little.
    expect(settled?.candidate).toBeGreaterThan(600_000);
    expect(settled?.candidate).toBeLessThan(900_000);
    expect(settled?.baseline).toBeLessThan(350_000);
    expect(settled?.verdict).toBe('higher');
  }
});

test('memory that does not come down within the run is told as at least so long', () => {
  const kept = measure(diff(loaded(), loaded({ fallSeconds: 1e6 })), 'memory', 'settle');
  expect(kept?.isCut).toEqual([false, true]);
  expect(kept?.difference?.candidate).toBe((STEPS - OFF) * STEP);
  expect(kept?.difference?.verdict).toBe('higher');
});

test('replicas are timed from the start of the load, to within a step', () => {
  const { scaleOut } = diff(loaded({ scaledAt: ON + 8 }), loaded({ scaledAt: ON + 20 }));
  expect(scaleOut[0]?.measures).toMatchObject([
    {
      ...{ name: 'replicas', count: 2 },
      difference: {
        ...{ baseline: 8 * STEP, candidate: 20 * STEP, verdict: 'higher' },
        interval: [11 * STEP, 13 * STEP],
      },
    },
  ]);
});

test('alerts and their minutes are counted where they are', () => {
  const spikes = [100, 200].flatMap((from) => Array.from({ length: 12 }, (_, i) => from + i));
  const [before, after] = [loaded(), loaded({ spikes })];
  const found = diff(before, after);
  const ofCpu = (run: RecordingData) =>
    replay(run, settings).alerts.filter(({ series }) => series.endsWith('cpu'));
  const alerts = ofCpu(after);
  expect(alerts.length).toBeGreaterThan(1);
  const count = measure(found, 'cpu', 'alerts')?.difference;
  expect([count?.baseline, count?.candidate]).toEqual([ofCpu(before).length, alerts.length]);
  const minutes = alerts.reduce((sum, { detectedAt, end }) => sum + (end ?? 0) - detectedAt, 0);
  expect(measure(found, 'cpu', 'alert-minutes')?.difference?.candidate).toBeCloseTo(
    minutes / 60_000,
    9,
  );
});

test('without a load signal there is no slope, without a load no settling: it says why', () => {
  const bare = diff(loaded({ hasLoad: false }), loaded({ hasLoad: false, seed: 2 }));
  expect(measure(bare, 'cpu', 'slope')).toMatchObject({ difference: null });
  expect(measure(bare, 'cpu', 'slope')?.why).toContain('signal');
  expect(measure(bare, 'memory', 'settle')?.difference).not.toBeNull();
  const nothing = { hasLoad: false, isMarked: false };
  const unknown = diff(loaded(nothing), loaded(nothing));
  expect(measure(unknown, 'memory', 'settle')?.why).toContain('neither marks nor a signal');
  expect(unknown.scaleOut).toEqual([]);
});

test('runs with nothing in common are refused', () => {
  const other = aRecording([columnsOf(aSeries({ workload: 'other' }), Array<number>(30).fill(1))]);
  expect(() => diff(loaded({ isMarked: false }), other)).toThrow(/in common/);
});

test('intervals of slope and deviation hold the truth about as often as they say', () => {
  const runs = 100;
  let [slopes, deviations, falsely] = [0, 0, 0];
  const holds = (interval: readonly [number, number] | null, truth: number): number =>
    interval !== null && interval[0] <= truth && truth <= interval[1] ? 1 : 0;
  for (let seed = 0; seed < runs; seed += 1) {
    const [load, a, b] = ['load', 'a', 'b'].map((name) => noise(seed, name));
    const on = Float64Array.from(
      { length: 200 },
      (_, i) => (i % 80 < 40 ? 5 : 8) + (load?.() ?? 0),
    );
    const before = on.map((x) => 1 + 0.5 * x + (a?.() ?? 0));
    const after = on.map((x) => 1 + 0.6 * x + (b?.() ?? 0));
    const of = (candidate: Float64Array, statistic: Parameters<typeof pairedDifference>[2]) =>
      pairedDifference(before, candidate, statistic, 0.05, rngFor(seed, 'coverage'));
    slopes += holds(of(after, { slopeOn: [on, on] }).interval, 0.1);
    const again = on.map((x) => 1 + 0.5 * x + (b?.() ?? 0));
    deviations += holds(of(again, 'deviation').interval, 0);
    const { verdict } = of(again, { slopeOn: [on, on] });
    falsely += verdict === 'higher' || verdict === 'lower' ? 1 : 0;
  }
  expect(slopes / runs).toBeGreaterThan(0.9);
  expect(deviations / runs).toBeGreaterThan(0.9);
  expect(falsely / runs).toBeLessThan(0.1);
});

test('the time to settle of two runs alike seldom seems to differ', () => {
  let falsely = 0;
  const runs = 12;
  for (let seed = 0; seed < runs; seed += 1) {
    const two = [1, 2].map((n) => loaded({ seed: seed * 2 + n, fallSeconds: 200 }));
    const verdict = measure(diff(two[0] ?? loaded(), two[1] ?? loaded()), 'memory', 'settle')
      ?.difference?.verdict;
    falsely += verdict === 'higher' || verdict === 'lower' ? 1 : 0;
  }
  expect(falsely).toBeLessThan(3);
});
