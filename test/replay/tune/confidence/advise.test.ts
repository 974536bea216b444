import { expect, test } from 'vitest';
import type { Label, RecordingData } from '../../../../src/core/recording.ts';
import { rngFor } from '../../../../src/core/rng.ts';
import type { TuneResult } from '../../../../src/core/results.ts';
import { DEFAULT_RULES } from '../../../../src/replay/evaluate/events.ts';
import { presetSettings } from '../../../../src/replay/presets.ts';
import {
  everyNth,
  usualStepMs,
  withoutPod,
  withoutSome,
} from '../../../../src/replay/tune/confidence/mutations.ts';
import { closerPasses } from '../../../../src/replay/tune/confidence/shortlist.ts';
import { fullGrid } from '../../../../src/replay/tune/grid.ts';
import type { Objective } from '../../../../src/replay/tune/objective.ts';
import { withSecondLook } from '../../../../src/replay/tune/second-look.ts';
import { tabulate } from '../../../../src/replay/tune/tabulate.ts';
import { passesOf, runPass } from '../../../../src/replay/tune/tune.ts';
import { aRecording, aSeries, columnsOf } from '../../../support/series.ts';

const STEP = 15_000;
const BASE = { ...presetSettings('level'), window: 10, warmup: 5 };
const GRID = fullGrid(
  {
    ...{ detectors: [], pools: [], windows: [10], smooths: [1], refractories: [] },
    ...{ consecutives: [1, 2, 3], withins: [], recovers: [], thresholds: [] },
  },
  BASE,
);
const F1: Objective = { kind: 'f1' };
const rules = [{ ...DEFAULT_RULES, warmupMs: 0 }];

const label = (pod: string, from: number, to: number): Label => ({
  ...{ namespace: 'shop', pod, container: '', metric: '', type: 'hog', visibleIn: null },
  ...{ startMs: from * STEP, endMs: to * STEP, graceEndMs: to * STEP },
});

/** Two pods of noise in 0..1; `labels` show as `height`, unlabelled spikes as 3. */
function run(labels: readonly Label[], height: number, rows = 4000): RecordingData {
  const columns = ['a', 'b'].map((pod) => {
    const rng = rngFor(1, pod);
    const values = Array.from({ length: rows }, (_, i) => {
      const t = i * STEP;
      const isFault = labels.some(
        (one) => one.pod === pod && one.startMs <= t && t < one.endMs && height > 0,
      );
      if (isFault) return height + rng.next() / 10;
      return i % 397 === 396 ? 3 : rng.next();
    });
    return columnsOf(aSeries({ pod }), values, STEP, 0);
  });
  return aRecording(columns, labels);
}

/** Values are their own scores. */
const score = (data: RecordingData) =>
  data.series.map(({ series, times, values }) => ({
    ...{ series, times, scores: values, starts: new Uint8Array(times.length), notEvaluated: '' },
  }));

function tuned(data: RecordingData, objective: Objective = F1, seed = 1): TuneResult {
  const recordings = [data];
  const passes = passesOf(BASE, GRID, [], objective, rules);
  const results = passes.map((pass) => runPass(recordings, pass, score));
  const result = tabulate([data.info], results, GRID, [], objective);
  const trials = closerPasses(passes, results, result, { inject: null, thresholds: [] }).flatMap(
    (pass) => runPass(recordings, pass, score).trials,
  );
  return withSecondLook(result, trials, null, { recordings, rules, objective, score, seed });
}

const spread = (count: number): Label[] =>
  Array.from({ length: count }, (_, i) => {
    const from = Math.floor(((i + 0.5) * 4000) / count) + (i % 7) * 8;
    return label(i % 2 === 0 ? 'a' : 'b', from, from + 10);
  });

test('many labels that all stand out are enough, and every check agrees', () => {
  const { confidence, recommended } = tuned(run(spread(30), 2));
  expect(confidence).toMatchObject({ enough: true, because: [], value: 1, otherWins: 0 });
  expect(recommended?.interval).toEqual(confidence?.interval);
  expect(confidence?.heldOut).toEqual([{ by: 'time', folds: 2, chosen: 1, heldOut: 1 }]);
  expect(confidence?.compared).toBe(3);
});

test('the same seed gives the same confidence, another seed other chances', () => {
  const labels = spread(30);
  const data = { ...run(labels.slice(0, 15), 2), labels };
  expect(tuned(data)).toEqual(tuned(data));
  const [one, other] = [tuned(data), tuned(data, F1, 2)];
  expect(one.digest).not.toBe(other.digest);
});

test('few labels are not enough, however well they are found', () => {
  const { confidence, recommended } = tuned(run(spread(4), 2));
  expect(recommended).not.toBeNull();
  expect(confidence?.enough).toBe(false);
  expect(confidence?.because[0]).toMatch(/^only 4 labels can be judged/);
});

test('labels that nothing shows are found no better than by chance', () => {
  const { confidence } = tuned(run(spread(20), 0));
  expect(confidence?.enough).toBe(false);
  expect(confidence?.because.join()).toMatch(/have nothing to do with the labels/);
});

test('a budget needs time to be shown, and is enough where there is', () => {
  const budget = (alerts: number): Objective => ({
    kind: 'budget',
    budget: { alerts, days: 1, per: 'series' },
  });
  // Spikes stand on nothing: thresholds below them make no further alerts.
  const noisy = run([], 0);
  const series = noisy.series.map((one) => ({
    ...one,
    values: one.values.map((value) => (value === 3 ? 3 : 0)),
  }));
  const data = { ...noisy, series };
  const strict = tuned(data, budget(1)).confidence;
  expect(strict?.enough).toBe(false);
  expect(strict?.because[0]).toMatch(/^1\.39 series-days were watched, .* 3 are needed$/);
  const loose = tuned(data, budget(20)).confidence;
  expect(loose).toMatchObject({ lowerIsBetter: true, because: [], enough: true });
});

test('nothing recommended, nothing to be sure of', () => {
  const { recommended, confidence } = tuned(aRecording([]));
  expect([recommended, confidence]).toEqual([null, null]);
});

test('robustness tells what was changed and what came of it', () => {
  const { confidence } = tuned(run(spread(30), 2));
  expect(confidence?.robustness.map(({ change }) => change)).toEqual([
    ...['a tenth of the samples lost', 'every other sample', 'the samples between those'],
    ...['one sample a minute', 'without pod a', 'without pod b'],
  ]);
  const without = confidence?.robustness.filter(({ change }) => change.startsWith('without'));
  expect(without?.map(({ labels }) => labels)).toEqual([15, 15]);
});

test('changed runs hold a part of the samples, as they were', () => {
  const data = run(spread(4), 2, 1000);
  expect(usualStepMs(data)).toBe(STEP);
  const lossy = withoutSome(data, 0.1, 1);
  expect(withoutSome(data, 0.1, 1)).toEqual(lossy);
  expect(withoutSome(data, 0, 1)).toEqual(data);
  const [even, odd] = [everyNth(data, 2, 0), everyNth(data, 2, 1)];
  data.series.forEach(({ times, values }, s) => {
    const both = [...(even.series[s]?.times ?? []), ...(odd.series[s]?.times ?? [])];
    expect(both.sort((a, b) => a - b)).toEqual([...times]);
    const kept = lossy.series[s];
    expect(kept?.times.length).toBeGreaterThan(850);
    expect(kept?.times.length).toBeLessThan(950);
    kept?.times.forEach((t, i) => {
      expect(kept.values[i]).toBe(values[times.indexOf(t)]);
    });
  });
  const left = withoutPod(data, 'shop', 'a');
  expect(left.series.map(({ series }) => series.pod)).toEqual(['b']);
  expect(left.labels.every(({ pod }) => pod === 'b')).toBe(true);
});
