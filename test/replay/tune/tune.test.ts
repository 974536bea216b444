import { expect, test } from 'vitest';
import type { Label, RecordingData } from '../../../src/core/recording.ts';
import { rngFor } from '../../../src/core/rng.ts';
import type { Settings } from '../../../src/core/settings.ts';
import { aRecording, aSeries, columnsOf } from '../../support/series.ts';
import { DEFAULT_RULES } from '../../../src/replay/evaluate/events.ts';
import { fullGrid, type TuneGrid } from '../../../src/replay/tune/grid.ts';
import type { Objective } from '../../../src/replay/tune/objective.ts';
import { widestPlateau } from '../../../src/replay/tune/plateau.ts';
import { tabulate } from '../../../src/replay/tune/tabulate.ts';
import {
  listedThresholds,
  type PassResult,
  passesOf,
  runPass,
} from '../../../src/replay/tune/tune.ts';

const BASE: Settings = {
  version: 1,
  detector: 'test',
  params: {},
  members: [],
  metrics: ['cpu'],
  pool: 'container',
  containers: 'all',
  window: 10,
  warmup: 5,
  smooth: 1,
  reference: 'smoothed',
  threshold: 1,
  contamination: null,
  consecutive: 1,
  recover: 1,
  refractory: 0,
  gapSteps: 3,
  startupSeconds: 0,
};
const GRID: TuneGrid = fullGrid(
  {
    ...{ detectors: [], pools: [], windows: [10, 20], smooths: [1], refractories: [] },
    ...{ consecutives: [1, 3], withins: [], recovers: [], thresholds: [] },
  },
  BASE,
);
const RULES = [{ ...DEFAULT_RULES, warmupMs: 0 }];
const STEP = 15_000;
const ROWS = 2000;

const LABELLED = { namespace: 'n', pod: 'p', container: 'c' };

const label = (from: number, to: number): Label => ({
  namespace: 'n',
  pod: 'p',
  container: '',
  metric: '',
  startMs: from * STEP,
  endMs: to * STEP,
  graceEndMs: to * STEP,
  type: 'hog',
  visibleIn: ['cpu'],
});

/** Noise in 0..1 with single-sample spikes to 3 and labelled plateaus at 2. */
function run(labels: readonly Label[]): RecordingData {
  const rng = rngFor(1, 'tune');
  const times = Float64Array.from({ length: ROWS }, (_, i) => i * STEP);
  const values = times.map((t, i) => {
    if (labels.some(({ startMs, endMs }) => startMs <= t && t < endMs)) return 2 + rng.next() / 10;
    return i % 97 === 96 ? 3 : rng.next();
  });
  return aRecording([columnsOf(aSeries(LABELLED), [...values], STEP, 0)], labels);
}

const score = (data: RecordingData) =>
  data.series.map(({ series, times, values }) => ({
    series,
    times,
    scores: values,
    starts: new Uint8Array(times.length),
    notEvaluated: values.length === 0 ? 'no samples' : '',
  }));

const F1: Objective = { kind: 'f1' };

function sweep(data: RecordingData, objective: Objective = F1): PassResult[] {
  const thresholds = listedThresholds([data], BASE, GRID, objective, RULES, score);
  return passesOf(BASE, GRID, thresholds, objective, RULES).map((pass) =>
    runPass([data], pass, score),
  );
}

test('finds the consecutive count that tells plateaus from spikes, in mid-plateau', () => {
  const data = run([label(500, 520), label(900, 930), label(1500, 1520)]);
  const { recommended, rows } = tabulate([data.info], sweep(data), GRID, [], F1);
  expect(recommended?.settings.consecutive).toBe(3);
  expect(recommended?.settings.threshold).toBeGreaterThan(1);
  expect(recommended?.settings.threshold).toBeLessThanOrEqual(2);
  expect(rows[0]).toMatchObject({ detected: 3, labels: 3, falseAlerts: 0, f1: 1, recall: 1 });
  expect(rows.every((row, i) => i === 0 || row.score <= (rows[i - 1]?.score ?? 0))).toBe(true);
});

test('an alert that never closes is charged by the hour, so it cannot win', () => {
  const data = run([label(500, 520)]);
  const trials = passesOf(BASE, GRID, [0], F1, RULES).map((p) => runPass([data], p, score));
  const { rows } = tabulate([data.info], trials, GRID, [0], F1);
  const always = rows.find(({ threshold }) => threshold === 0);
  expect(always?.detected).toBe(1);
  expect(always?.falseAlerts).toBeGreaterThanOrEqual(8);
});

test('without labels keeps the alert budget', () => {
  const data = run([]);
  const budget = { alerts: 3, days: 1, per: 'series' } as const;
  const objective = { kind: 'budget', budget } as const;
  const { recommended, rows } = tabulate([data.info], sweep(data, objective), GRID, [], objective);
  expect(recommended).not.toBeNull();
  const chosen = rows.find(({ settings }) => settings === recommended?.settings) ?? rows[0];
  expect(chosen?.falseAlertsPerSeriesDay).toBeLessThanOrEqual(3);
});

test('a series that was never scored is listed and adds no quiet time', () => {
  const data = run([]);
  const empty = columnsOf(aSeries({ ...LABELLED, pod: 'short' }), []);
  const both = { ...data, series: [...data.series, empty] };
  const objective = {
    kind: 'budget',
    budget: { alerts: 3, days: 1, per: 'series' },
  } as const;
  const alone = tabulate([data.info], sweep(data, objective), GRID, [], objective);
  const joint = tabulate([data.info], sweep(both, objective), GRID, [], objective);
  expect(joint.notEvaluated).toEqual([
    { recording: data.info.digest, series: empty.series.id, passes: 2, why: 'no samples' },
  ]);
  expect(joint.rows).toEqual(alone.rows);
  expect(joint.rows.every(({ evaluated }) => evaluated === 1)).toBe(true);
});

test('of a thousand settings that are all alike the simplest wins, in whatever order they ran', () => {
  const short = run([]);
  const series = short.series.map((one) => ({
    ...one,
    times: one.times.subarray(0, 200),
    values: one.values.subarray(0, 200),
  }));
  const data = { ...short, series, labels: [label(50, 60)] };
  const steps = (count: number) => Array.from({ length: count }, (_, i) => i + 2);
  const grid = { ...GRID, windows: steps(50), smooths: steps(20), consecutives: [1] };
  const results = passesOf(BASE, grid, [], F1, RULES).map((pass) => runPass([data], pass, score));
  expect(results.flatMap(({ trials }) => trials)).toHaveLength(1000);
  const inOrder = tabulate([data.info], results, grid, [], F1);
  expect(inOrder.recommended?.settings).toMatchObject({ window: 2, smooth: 2 });
  expect(inOrder.recommended?.plateau.rows).toBe(1000);
  const rng = rngFor(7, 'order');
  for (let round = 0; round < 3; round += 1) {
    const shuffled = results
      .map((result) => ({ result, at: rng.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ result }) => result);
    expect(tabulate([data.info], shuffled, grid, [], F1)).toEqual(inOrder);
  }
});

test('no threshold is recommended that the scores of a detector can never reach', () => {
  const levels = Float64Array.of(0.2, 0.4, 0.9);
  // Silence is as good as it gets: from above the last level on.
  const worth = Float64Array.of(-Infinity, 0, 0, 0, 1);
  const steps = { levels, pass: { levels, median: 0 } };
  expect(widestPlateau(steps, worth, () => 0)?.high).toBeCloseTo(1.35);
  expect(widestPlateau(steps, worth, () => 0, 1)?.high).toBe(1);
});
