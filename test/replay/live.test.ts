import { describe, expect, test } from 'vitest';
import { rngFor } from '../../src/core/rng.ts';
import type { SeriesColumns } from '../../src/core/series.ts';
import type { Settings } from '../../src/core/settings.ts';
import { DETECTORS } from '../../src/replay/detect/registry.ts';
import { type LiveDecision, LiveDetector, type LiveSample } from '../../src/replay/live.ts';
import { overrideSettings, PRESETS, presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

/** What one pod asked for: so much that it raises the floor. */
const requests = (pod: string, metric: string): number | null =>
  pod !== 'web-2' ? null : metric === 'cpu' ? 10 : 2e10;

/** Spikes: at times of both together, at times of one alone. */
const isUp = (metric: string, i: number): boolean =>
  i % 83 > 79 || (metric === 'memory' && i % 71 > 67);

/** Three pods of a workload, one of them late, with noise, spikes and a hole. */
const columns: SeriesColumns[] = ['web-1', 'web-2', 'web-3'].flatMap((pod, p) =>
  ['cpu', 'memory'].map((metric) => {
    const rng = rngFor(6, pod + metric);
    const request = requests(pod, metric);
    const series = aSeries({ pod, metric, request, workloadKind: 'Deployment', workload: 'web' });
    const values = Array.from(
      { length: 300 - 100 * p },
      (_, i) => (1 + rng.next() / 10) * (isUp(metric, i) ? 3 : 1) * (metric === 'cpu' ? 0.1 : 2e8),
    );
    const whole = columnsOf(series, values, 15_000, 1_700_000_000_000 + p * 1_500_000);
    const kept = [...whole.times.keys()].filter((i) => i < 60 || i > 70);
    return {
      series,
      times: Float64Array.from(kept, (i) => whole.times[i] ?? 0),
      values: Float64Array.from(kept, (i) => whole.values[i] ?? 0),
    };
  }),
);
/** What was asked of them, and how many there were. */
const signals = ['requests', 'replicas'].map((metric) =>
  columnsOf(
    aSeries({ pod: '', container: '', metric, kind: 'signal', unit: '', workload: 'web' }),
    Array.from({ length: 300 }, (_, i) =>
      metric === 'replicas' ? 1 + Math.floor(i / 100) : i % 7,
    ),
  ),
);
const marks = [
  { kind: 'restart', name: 'web: OOMKilled', pod: 'web-1', at: 162 },
  { kind: 'pod-start', name: 'web-2', pod: 'web-2', at: 100 },
].map(({ kind, name, pod, at }) => ({
  ...{ kind, name, pod, namespace: 'shop', endMs: null, startMs: 1_700_000_000_000 + at * 15_000 },
}));
const data = aRecording([...columns, ...signals], [], marks);

/** How soon it is learnt what a pod asked for, in samples. */
const LEARNT = 15;

/** All samples of the recording, one batch a moment, in an order that no one promised. */
function batches(): LiveSample[][] {
  const byTime = new Map<number, LiveSample[]>();
  for (const { series, times, values } of data.series) {
    times.forEach((t, i) => {
      const known = i < LEARNT ? { ...series, request: null } : series;
      byTime.set(t, [{ series: known, t, value: values[i] ?? NaN }, ...(byTime.get(t) ?? [])]);
    });
  }
  return [...byTime].sort(([a], [b]) => a - b).map(([, batch]) => batch);
}

function liveDecisions(detector: LiveDetector, from = 0, to = Infinity): LiveDecision[] {
  return batches()
    .slice(from, to)
    .flatMap((batch) => {
      const t = batch[0]?.t ?? 0;
      return detector.update(
        batch,
        marks.filter(({ startMs }) => startMs <= t && startMs > t - 15_000),
      );
    });
}

const DEFAULT = presetSettings('default');

const pools: Settings[] = (['container', 'pod', 'workload', 'all'] as const).map((pool) => ({
  ...overrideSettings(DEFAULT, { pool, smooth: 3, warmup: 20 }),
}));
const detectors = DETECTORS.filter(({ id }) => id !== 'oracle').map(({ id }) =>
  overrideSettings(DEFAULT, {
    ...{ detector: id, members: [], params: {}, window: 60, warmup: 20, threshold: 0.7 },
    pool: 'workload',
  }),
);

describe.each([...PRESETS.map(({ settings }) => settings), ...pools, ...detectors])(
  '$detector, pool $pool, threshold $threshold, consecutive $consecutive',
  (settings) => {
    test('live decisions equal replayed ones, sample for sample', () => {
      const result = replay(data, settings);
      const expected = result.series.flatMap(({ series, times, scores, ...rest }) =>
        [...times].map((t, i) => {
          const [smoothed, flag, alerting] = [rest.smoothed[i], rest.flags[i], rest.alerting[i]];
          return [series.id, t, smoothed, scores[i], flag === 1, alerting === 1];
        }),
      );
      const detector = new LiveDetector(settings);
      const decisions = liveDecisions(detector);
      const found = decisions.map((d) => [
        ...[d.series.id, d.t, d.smoothed, d.score, d.flag, d.alerting],
      ]);
      const ordered = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).sort();
      expect(ordered(found)).toEqual(ordered(expected));
      expect(detector.late).toBe(0);

      const closed = decisions.flatMap((d) => d.closed ?? []);
      const alerts = [...closed, ...detector.pending()];
      const byText = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
      const sorted = (rows: readonly object[]) =>
        rows.map((row) => Object.fromEntries(Object.entries(row).sort()));
      expect(byText(sorted(alerts))).toEqual(byText(sorted(result.alerts)));
      expect(decisions.filter((d) => d.opened !== null)).toHaveLength(alerts.length);
    });
  },
);

test('a resumed run decides as if it had never stopped', () => {
  const settings = DEFAULT;
  const resumed = new LiveDetector(settings);
  liveDecisions(resumed, 0, 150);
  const after = liveDecisions(resumed, 150);
  const whole = liveDecisions(new LiveDetector(settings));
  expect(after.length).toBeGreaterThan(100);
  expect(after).toEqual(whole.slice(-after.length));
});

test('the recording of these tests holds alerts of several causes', () => {
  const causes = replay(data, DEFAULT).alerts.map(({ cause }) => cause);
  expect(causes.length).toBeGreaterThan(3);
  expect(new Set(causes).size).toBeGreaterThan(1);
});

test('samples that come too late are counted and left out, repeats are left out', () => {
  const detector = new LiveDetector(DEFAULT);
  const series = aSeries();
  detector.update([{ series, t: 2000, value: 1 }]);
  expect(detector.update([{ series, t: 1000, value: 1 }])).toEqual([]);
  expect(detector.update([{ series, t: 2000, value: 1 }])).toEqual([]);
  expect(detector.update([{ series, t: 3000, value: 1e300 }])).toEqual([]);
  expect(detector.late).toBe(2);
});
