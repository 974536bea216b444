import { describe, expect, test } from 'vitest';
import { rngFor } from '../../src/core/rng.ts';
import { presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

const MiB = 1024 * 1024;

/** CPU and memory of a pod whose memory follows `shape` (MiB) with small noise. */
function pod(name: string, shape: (i: number) => number, n = 220) {
  const rng = rngFor(9, name);
  const noisy = (i: number) => shape(i) * (1 + 0.01 * (rng.next() - 0.5));
  const memory = Array.from({ length: n }, (_, i) => noisy(i) * MiB);
  const cpu = Array.from({ length: n }, (_, i) => noisy(i) / 1000);
  return [
    columnsOf(aSeries({ pod: name, metric: 'cpu' }), cpu),
    columnsOf(aSeries({ pod: name, metric: 'memory' }), memory),
  ];
}

const spike = (i: number) => (i >= 180 && i < 186 ? 400 : 100);
const step = (i: number) => (i >= 150 ? 160 : 100);

describe('the second original script (fetch-metrics-graph), faults included', () => {
  const script = presetSettings('fetch-metrics-graph');

  test('does not see a spike of six samples', () => {
    expect(replay(aRecording(pod('a', spike)), script).alerts).toEqual([]);
  });

  test('sees a step only when half of its window has gone by', () => {
    const [first] = replay(aRecording(pod('a', step)), script).alerts;
    const start = 1_700_000_000_000;
    const sample = ((first?.detectedAt ?? Infinity) - start) / 15_000;
    expect(sample).toBeGreaterThanOrEqual(195);
  });

  test('raises the alarm over two healthy pods, since it takes them for one', () => {
    const healthy = aRecording([...pod('a', () => 60), ...pod('b', () => 100)]);
    const { series } = replay(healthy, script);
    const alarms = series.reduce(
      (sum, { alerting }) => sum + alerting.reduce((a, b) => a + b, 0),
      0,
    );
    const scored = series.reduce(
      (sum, { scores }) => sum + scores.filter((s) => s === s).length,
      0,
    );
    expect(alarms / scored).toBeGreaterThan(0.9);
  });
});

describe('the default', () => {
  const settings = presetSettings('default');

  test('sees a spike of CPU and memory once and at once, of one at its second sample, and no fault in two pods', () => {
    const start = 1_700_000_000_000;
    const detected = (shape: (i: number) => number) =>
      replay(aRecording(pod('a', shape)), settings).alerts.map(
        ({ detectedAt }) => (detectedAt - start) / 15_000,
      );
    expect(detected(spike)).toEqual([180]);
    const alone = pod('a', spike).map((one) =>
      one.series.metric === 'cpu' ? one : { ...one, values: one.values.map(() => 1e8) },
    );
    const [only] = replay(aRecording(alone), settings).alerts;
    expect(((only?.detectedAt ?? NaN) - start) / 15_000).toBe(181);
    const healthy = aRecording([...pod('a', () => 60), ...pod('b', () => 100)]);
    expect(replay(healthy, settings).alerts).toEqual([]);
  });
});

test('the first original script flags high CPU without memory', () => {
  const [cpu, memory] = pod('a', () => 100);
  if (cpu === undefined || memory === undefined) throw new Error('no pod');
  const values = cpu.values.map((v, i) => (i === 200 ? v * 5 : v));
  const data = aRecording([{ ...cpu, values }, memory]);
  const { alerts } = replay(data, presetSettings('fetch-metrics'));
  expect(alerts.filter(({ series }) => series.endsWith('/cpu')).length).toBeGreaterThanOrEqual(1);
  expect(alerts.some(({ detectedAt }) => detectedAt === cpu.times[200])).toBe(true);
});

test('pods of one workload share a window, so a new pod is judged at once', () => {
  const owner = { workloadKind: 'Deployment', workload: 'web' };
  const old = columnsOf(
    aSeries({ pod: 'web-1', ...owner }),
    Array.from({ length: 100 }, (_, i) => 0.1 + (i % 7) / 1000),
  );
  const hot = columnsOf(
    aSeries({ pod: 'web-2', ...owner }),
    Array.from({ length: 5 }, () => 0.9),
    15_000,
    1_700_000_000_000 + 80 * 15_000,
  );
  const data = aRecording([old, hot]);
  const alone = replay(data, presetSettings('default'));
  expect(alone.alerts).toEqual([]);
  expect(alone.series[1]?.notEvaluated).toContain('5 samples');
  const pooled = replay(data, { ...presetSettings('default'), pool: 'workload' });
  expect(pooled.alerts.map(({ series }) => series)).toEqual(['shop/web-2/web/cpu']);
});

test('same recording and settings, same digest; another setting, another digest', () => {
  const data = aRecording(pod('a', spike));
  const settings = presetSettings('default');
  const { digest } = replay(data, settings);
  expect(replay(data, settings).digest).toBe(digest);
  expect(replay(data, { ...settings, consecutive: 3 }).digest).not.toBe(digest);
});
