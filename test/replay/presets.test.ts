import { describe, expect, test } from 'vitest';
import { rngFor } from '../../src/core/rng.ts';
import { presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

const MIB = 1024 * 1024;
const MINUTE = 60_000;
const START = 1_700_000_000_000;
const SAMPLES = 720;
const ONSET = 400;

/** Factors by which CPU and memory are multiplied at sample i. */
interface Shape {
  readonly cpu?: (i: number) => number;
  readonly memory?: (i: number) => number;
}

/** Twelve hours of a pod at 60 s: noisy CPU with a burst now and then, memory that hardly moves. */
function aPod(name: string, { cpu = () => 1, memory = () => 1 }: Shape = {}) {
  const rng = rngFor(11, name);
  const cores = Array.from({ length: SAMPLES }, (_, i) => {
    const burst = rng.next() < 0.02 ? 3 : 1;
    return 0.01 * (0.7 + 0.6 * rng.next()) * burst * cpu(i);
  });
  const bytes = cores.map((_, i) => 200 * MIB * (1 + 0.005 * rng.next()) * memory(i));
  return [
    columnsOf(aSeries({ pod: name }), cores, MINUTE, START),
    columnsOf(aSeries({ pod: name, metric: 'memory' }), bytes, MINUTE, START),
  ];
}

const alertsOf = (name: string, shape: Shape) =>
  replay(aRecording(aPod(name, shape)), presetSettings('default')).alerts;

const during = (i: number, length: number): boolean => i >= ONSET && i < ONSET + length;

describe('default', () => {
  const faults: [string, number, Shape][] = [
    [
      'a leak of 130 % in 40 minutes',
      15,
      { memory: (i) => (during(i, 40) ? 1 + (i - ONSET) / 30 : 1) },
    ],
    [
      'a leak of 120 % in 150 minutes',
      35,
      { memory: (i) => (during(i, 150) ? 1 + (i - ONSET) / 120 : 1) },
    ],
    [
      'a leak in stairs of 12 %',
      40,
      { memory: (i) => (during(i, 120) ? 1 + 0.12 * Math.floor((i - ONSET) / 13) : 1) },
    ],
    ['a step of memory by 60 % for 6 minutes', 5, { memory: (i) => (during(i, 6) ? 1.6 : 1) }],
    [
      'CPU that creeps to the tenfold in an hour',
      55,
      { cpu: (i) => (during(i, 60) ? 1 + (i - ONSET) / 6 : 1) },
    ],
    ['twenty times the CPU for 3 minutes', 2, { cpu: (i) => (during(i, 3) ? 20 : 1) }],
  ];

  test.each(faults)('finds %s within %i samples, and nothing else', (name, within, shape) => {
    const alerts = alertsOf(name, shape);
    expect(alerts.length).toBeGreaterThanOrEqual(1);
    for (const { detectedAt } of alerts) {
      expect((detectedAt - START) / MINUTE).toBeGreaterThanOrEqual(ONSET);
    }
    const first = Math.min(...alerts.map(({ detectedAt }) => detectedAt));
    expect((first - START) / MINUTE).toBeLessThanOrEqual(ONSET + within);
  });

  test('finds a burst of CPU and memory at its first sample', () => {
    const isOn = (i: number): boolean => during(i, 3);
    const [first] = alertsOf('both', {
      cpu: (i) => (isOn(i) ? 40 : 1),
      memory: (i) => (isOn(i) ? 1.05 : 1),
    });
    expect(first?.detectedAt).toBe(START + ONSET * MINUTE);
  });

  const harmless: [string, Shape][] = [
    ['bursts of one sample', {}],
    ['saw-teeth of memory that return to their floor', { memory: (i) => 1 + (i % 20) / 40 }],
    ['memory that falls and comes back', { memory: (i) => (during(i, 100) ? 0.7 : 1) }],
    ['CPU that falls', { cpu: (i) => (during(i, 100) ? 0.3 : 1) }],
    ['load that doubles in waves', { cpu: (i) => (i % 120 < 60 ? 1 : 2) }],
    [
      'a container that uses next to nothing',
      { cpu: (i) => (i > 300 ? 2e-4 : 1e-5), memory: () => 1e-4 },
    ],
  ];

  test.each(harmless)('is quiet at %s', (name, shape) => {
    expect(alertsOf(name, shape)).toEqual([]);
  });

  test('judges from the 60th sample on', () => {
    const { series } = replay(aRecording(aPod('young')), presetSettings('default'));
    for (const { scores } of series) {
      expect(scores.findIndex((score) => !Number.isNaN(score))).toBeLessThanOrEqual(61);
    }
  });
});

describe('nab', () => {
  const STEP = 5 * MINUTE;
  const DAY = 288;

  /** Twelve days of a daily wave with noise; the shape sees the sample and its usual value. */
  function scoresOf(name: string, shape: (i: number, usual: number) => number): Float64Array {
    const rng = rngFor(5, name);
    const values = Array.from({ length: 12 * DAY }, (_, i) =>
      shape(i, (i % DAY < 96 || i % DAY >= 240 ? 20 : 80) + 4 * rng.next()),
    );
    const series = aSeries({ metric: 'value', unit: '' });
    const data = aRecording([columnsOf(series, values, STEP, START)]);
    return replay(data, presetSettings('nab')).series[0]?.scores ?? new Float64Array();
  }

  const day = (d: number, i: number): boolean => i >= d * DAY && i < (d + 1) * DAY;
  const oddities: [string, (i: number, usual: number) => number][] = [
    ['a day that stays low', (i, usual) => (day(9, i) ? 20 + (usual % 4) : usual)],
    ['a peak above all before', (i, usual) => (i === 9 * DAY + 150 ? 120 : usual)],
    ['a usual height at an unusual hour', (i, usual) => (day(9, i) && i % DAY < 20 ? 80 : usual)],
    ['a series that freezes', (i, usual) => (day(9, i) ? 80 : usual)],
  ];

  test.each(oddities)('%s has the highest score of the last nine days', (name, shape) => {
    const scores = scoresOf(name, shape).map((score) => (Number.isNaN(score) ? 0 : score));
    const inside = Math.max(...scores.subarray(9 * DAY, 10 * DAY));
    const before = Math.max(...scores.subarray(3 * DAY, 9 * DAY));
    expect(inside).toBeGreaterThan(5 * before);
    expect(inside).toBeGreaterThan(0.02);
  });
});
