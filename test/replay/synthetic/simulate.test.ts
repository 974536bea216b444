import { describe, expect, test } from 'vitest';
import { digestValue } from '../../../src/core/digest.ts';
import { CPU_LIMIT, MEMORY_LIMIT } from '../../../src/replay/synthetic/pods.ts';
import { SYNTHETIC_SCENARIOS, syntheticScenario } from '../../../src/replay/synthetic/scenarios.ts';
import {
  simulate,
  type SyntheticOptions,
  type SyntheticRun,
  type SyntheticSeries,
} from '../../../src/replay/synthetic/simulate.ts';
import { codeOf } from '../../support/recordings.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const MIB = 1024 * 1024;

const run = (name: string, change: Partial<SyntheticOptions> = {}): SyntheticRun =>
  simulate({
    ...{ scenario: syntheticScenario(name), seed: 1, startMs: START },
    ...{ durationMs: 2 * HOUR, intervalMs: 15_000 },
    ...change,
  });

const usage = ({ series }: SyntheticRun): readonly SyntheticSeries[] =>
  series.filter(({ metric }) => metric === 'cpu' || metric === 'memory');

function seriesOf({ series }: SyntheticRun, metric: string, pod = ''): SyntheticSeries {
  const found = series.find((one) => one.metric === metric && one.pod.startsWith(pod));
  if (found === undefined) throw new Error(`There is no ${metric} of ${pod}.`);
  return found;
}

/** The lowest value in each whole six minutes, which hold a clear, from `fromMs` to `toMs`. */
function floors({ times, values }: SyntheticSeries, fromMs: number, toMs: number): number[] {
  const lowest = new Array<number>(Math.floor((toMs - fromMs) / 360_000)).fill(Infinity);
  times.forEach((t, i) => {
    const bin = Math.floor((t - fromMs) / 360_000);
    if (bin >= 0 && bin < lowest.length) {
      lowest[bin] = Math.min(lowest[bin] ?? Infinity, values[i] ?? 0);
    }
  });
  return lowest;
}

describe.each(SYNTHETIC_SCENARIOS.map(({ name }) => name))('%s', (name) => {
  const made = run(name);

  test('is the same for the same seed, another for another', () => {
    expect(digestValue(run(name))).toBe(digestValue(made));
    expect(digestValue(run(name, { seed: 2 }))).not.toBe(digestValue(made));
  });

  test('shifts with its start and nothing else', () => {
    const later = run(name, { startMs: START + HOUR });
    expect(later.series.map(({ values }) => values)).toEqual(
      made.series.map(({ values }) => values),
    );
    expect(later.labels.map(({ startMs }) => startMs - HOUR)).toEqual(
      made.labels.map(({ startMs }) => startMs),
    );
  });

  test('gives whole numbers within what the container may use, at ascending times', () => {
    for (const { metric, times, values } of usage(made)) {
      const most = metric === 'cpu' ? CPU_LIMIT * 1e9 * 1.001 : MEMORY_LIMIT;
      expect(values.every((v) => Number.isSafeInteger(v) && v > 0 && v <= most)).toBe(true);
      expect(times.every((t, i) => i === 0 || t > (times[i - 1] ?? 0))).toBe(true);
      expect(times.every((t) => (t - START) % 15_000 === 0)).toBe(true);
    }
  });

  test('keeps labels and marks inside the run, labels on pods that are there', () => {
    const end = START + 2 * HOUR;
    const pods = new Set(made.series.map(({ pod }) => pod));
    for (const { startMs, endMs, graceEndMs, pod, namespace } of made.labels) {
      expect(namespace).toBe(made.namespace);
      expect(pods.has(pod)).toBe(true);
      expect(startMs).toBeGreaterThanOrEqual(START);
      expect(endMs).toBeGreaterThan(startMs);
      expect(endMs).toBeLessThanOrEqual(end);
      expect(graceEndMs).toBeGreaterThanOrEqual(endMs);
    }
    for (const { startMs, endMs } of made.marks) {
      expect(startMs).toBeGreaterThanOrEqual(START);
      expect(endMs ?? startMs).toBeLessThanOrEqual(end);
    }
  });

  test('has 1 to 6 replicas that agree with the pods and the marks of scaling', () => {
    if (!syntheticScenario(name).app) return;
    const { times, values } = seriesOf(made, 'replicas');
    expect(values.every((v) => Number.isInteger(v) && v >= 1 && v <= 6)).toBe(true);
    const scaled = made.marks.filter(({ kind }) => kind.startsWith('scale-'));
    times.forEach((t, i) => {
      const before = scaled.filter(({ startMs }) => startMs <= t).at(-1);
      expect(values[i]).toBe(Number(before?.name.split(' to ')[1] ?? 1));
      const sampled = made.series.filter(
        ({ workload, metric, times: at }) =>
          workload === 'consumememory' && metric === 'memory' && at.includes(t),
      ).length;
      // A new pod has no metrics for one resolution.
      expect(sampled).toBeLessThanOrEqual(values[i] ?? 0);
    });
  });
});

describe('the demo app', () => {
  test('keeps what requests make until a clear: saw-teeth on a floor that stays', () => {
    const made = run('retention');
    const memory = seriesOf(made, 'memory', 'consumememory');
    const clears = made.marks.filter(({ kind, pod }) => kind === 'clear' && pod === memory.pod);
    expect(clears.length).toBeGreaterThan(15);
    const at = (t: number): number => memory.values[memory.times.findIndex((one) => one >= t)] ?? 0;
    for (const { startMs } of clears.slice(0, -1)) {
      expect(at(startMs + 30_000)).toBeLessThan(at(startMs - 15_000) - 20 * MIB);
    }
    const low = floors(memory, START + 600_000, START + 2 * HOUR);
    expect(Math.max(...low) - Math.min(...low)).toBeLessThan(30 * MIB);
  });

  test('clears every replica on its own clock, 300 s apart', () => {
    const clears = run('scale-out').marks.filter(({ kind }) => kind === 'clear');
    const byPod = new Map<string, number[]>();
    for (const { pod, startMs } of clears) byPod.set(pod, [...(byPod.get(pod) ?? []), startMs]);
    const phases = new Set<number>();
    for (const times of byPod.values()) {
      times.forEach((t, i) => {
        if (i > 0) expect(t - (times[i - 1] ?? 0)).toBe(300_000);
      });
      phases.add((times[0] ?? 0) % 300_000);
    }
    expect(phases.size).toBeGreaterThan(1);
  });

  test('uses more CPU for a request the more it keeps', () => {
    const made = run('retention', { durationMs: 8 * HOUR });
    const cpu = seriesOf(made, 'cpu', 'consumememory');
    const memory = seriesOf(made, 'memory', cpu.pod);
    const requests = seriesOf(made, 'requests');
    const costs: Record<'low' | 'high', number[]> = { low: [], high: [] };
    cpu.times.forEach((t, i) => {
      const replicas = seriesOf(made, 'replicas').values[requests.times.indexOf(t)];
      const rate = requests.values[requests.times.indexOf(t)] ?? 0;
      const bytes = memory.values[memory.times.indexOf(t)] ?? 0;
      if (replicas !== 1 || rate === 0) return;
      costs[bytes < 110 * MIB ? 'low' : 'high'].push((cpu.values[i] ?? 0) / rate);
    });
    const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(costs.high)).toBeGreaterThan(1.15 * mean(costs.low));
  });

  test('scales out under a surge, and the fresh pods pull the mean down', () => {
    const { values, times } = seriesOf(run('scale-out'), 'replicas');
    const surge = times.findIndex((t) => t >= START + 0.4 * 2 * HOUR);
    expect(Math.max(...values.slice(0, surge))).toBeLessThanOrEqual(2);
    expect(Math.max(...values.slice(surge))).toBeGreaterThanOrEqual(4);
  });
});

describe('faults', () => {
  test('a leak raises the floor that clears come down to, until the rollback', () => {
    const made = run('memory-leak');
    const [label] = made.labels;
    expect(made.labels.map(({ type }) => type)).toEqual(['memory_leak']);
    if (label === undefined) return;
    const memory = seriesOf(made, 'memory', label.pod);
    const before = floors(memory, START + 600_000, label.startMs);
    const during = floors(memory, label.startMs, label.endMs);
    expect(during.at(-1)).toBeGreaterThan(Math.max(...before) + 100 * MIB);
    expect(during.every((v, i) => i === 0 || v >= (during[i - 1] ?? 0) - 4 * MIB)).toBe(true);
    const after = floors(memory, label.endMs + 600_000, START + 2 * HOUR);
    expect(Math.max(...after)).toBeLessThan(Math.max(...before) + 40 * MIB);
    expect(made.marks).toContainEqual(
      expect.objectContaining({ kind: 'restart', pod: label.pod, startMs: label.endMs }),
    );
  });

  test('a leak of every replica is labelled on each, new ones from their start', () => {
    const { labels, marks } = run('memory-leak-all');
    const phase = marks.find(({ name }) => name === 'leak');
    expect(labels.length).toBeGreaterThan(1);
    expect(new Set(labels.map(({ pod }) => pod)).size).toBe(labels.length);
    expect(Math.min(...labels.map(({ startMs }) => startMs))).toBe(phase?.startMs);
    expect(labels.every(({ endMs }) => endMs <= (phase?.endMs ?? 0))).toBe(true);
  });

  test('a hog burns CPU without any load, in its label only', () => {
    const made = run('cpu-runaway');
    const [label] = made.labels;
    expect(label).toMatchObject({ type: 'cpu_hog', metric: 'cpu', visibleIn: ['cpu'] });
    if (label === undefined) return;
    const { times, values } = seriesOf(made, 'cpu', label.pod);
    times.forEach((t, i) => {
      // The sample at the start covers the time before it, the one at the end the label.
      const isIn = t > label.startMs && t <= label.endMs;
      expect((values[i] ?? 0) > 0.2e9).toBe(isIn);
    });
  });

  test('a container over its memory limit is killed, marked and starts again', () => {
    const made = run('restart');
    const kills = made.marks.filter(({ name }) => name.includes('OOMKilled'));
    expect(kills.length).toBeGreaterThan(0);
    const { times, values } = seriesOf(made, 'memory', kills[0]?.pod);
    for (const { startMs } of kills) {
      const after = times.findIndex((t) => t >= startMs);
      expect(values[after - 1]).toBeGreaterThan(300 * MIB);
      expect(values[after]).toBeLessThan(150 * MIB);
    }
    expect(made.labels.map(({ type }) => type)).toEqual(['memory_leak']);
  });

  test.each(['consumememory', 'steady', 'scale-out', 'retention'])('%s has none', (name) => {
    expect(run(name).labels).toEqual([]);
  });
});

test('the interval sets the times of samples, not what happens', () => {
  const fine = run('retention', { intervalMs: 15_000 });
  const coarse = run('retention', { intervalMs: 60_000 });
  expect(coarse.marks.filter(({ kind }) => kind === 'phase')).toEqual(
    fine.marks.filter(({ kind }) => kind === 'phase'),
  );
  const { times } = seriesOf(coarse, 'memory', 'web');
  expect(times.every((t, i) => i === 0 || t - (times[i - 1] ?? 0) === 60_000)).toBe(true);
});

test('an unknown scenario is refused by name', () => {
  expect(codeOf(() => syntheticScenario('none'))).toBe('USAGE');
});
