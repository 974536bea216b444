import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Label, Mark } from '../../../src/core/recording.ts';
import type { Settings } from '../../../src/core/settings.ts';
import { yardsticks } from '../../../src/cli/evaluate/companions.ts';
import { eventPrAuc } from '../../../src/replay/evaluate/event-ranking.ts';
import {
  DEFAULT_RULES,
  detectEvents,
  evaluateEvents,
} from '../../../src/replay/evaluate/events.ts';
import { runExtent } from '../../../src/replay/evaluate/extent.ts';
import { leadTimes } from '../../../src/replay/evaluate/lead-time.ts';
import { averagePrecision, rankSamples } from '../../../src/replay/evaluate/precision-recall.ts';
import { evaluateRun, evaluateTogether } from '../../../src/replay/evaluate/run.ts';
import { presetSettings } from '../../../src/replay/presets.ts';
import { replay } from '../../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from '../../support/series.ts';
import { busyRun } from '../../support/runs.ts';

const START = 1_700_000_000_000;
const STEP = 15_000;
const MIB = 1024 * 1024;
const at = (sample: number): number => START + sample * STEP;
const RULES = { ...DEFAULT_RULES, warmupMs: 0 };

const aLabel = (from: number, to: number, change: Partial<Label> = {}): Label => ({
  ...{ namespace: 'shop', pod: 'web-1', container: '', metric: '', type: 'leak' },
  ...{ startMs: at(from), endMs: at(to), graceEndMs: at(to + 4), visibleIn: null },
  ...change,
});

describe('average precision', () => {
  const scores = fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(NaN)), {
    minLength: 1,
    maxLength: 40,
  });

  test('is the sum over all thresholds of precision × gain in recall', () => {
    fc.assert(
      fc.property(scores, scores, (positive, negative) => {
        const low = (score: number): number => (Number.isNaN(score) ? -1 : score);
        let [area, before] = [0, 0];
        for (const threshold of [6, 5, 4, 3, 2, 1, 0, -1]) {
          const hits = positive.filter((score) => low(score) >= threshold).length;
          const others = negative.filter((score) => low(score) >= threshold).length;
          const recall = hits / positive.length;
          if (hits > 0) area += (hits / (hits + others)) * (recall - before);
          before = recall;
        }
        const [a, b] = [Float64Array.from(positive), Float64Array.from(negative)];
        expect(averagePrecision(a, b)).toBeCloseTo(area, 12);
      }),
    );
  });

  test('scores that say nothing get the share of positives', () => {
    expect(averagePrecision(new Float64Array(3), new Float64Array(9))).toBeCloseTo(0.25, 12);
    expect(averagePrecision(new Float64Array(0), new Float64Array(9))).toBeNull();
  });
});

test('samples of a label that cannot be seen in a series, and of its grace, are left out', () => {
  const times = Float64Array.from({ length: 40 }, (_, i) => at(i));
  const scores = Float64Array.from(times, (_, i) => (i >= 10 && i < 14 ? 2 : i < 30 ? 0 : 1));
  const scored = ['cpu', 'memory'].map((metric) => ({
    ...{ series: aSeries({ metric }), times },
    scores: metric === 'cpu' ? scores : new Float64Array(40).fill(3),
  }));
  const data = aRecording(scored.map(({ series }) => columnsOf(series, [...scores])));
  const labels = [
    aLabel(10, 14, { visibleIn: ['cpu'] }),
    aLabel(0, 39, { pod: 'web-1', visibleIn: [] }),
  ];
  const rank = (some: Label[]) => rankSamples(scored, some, runExtent(data), RULES);
  // All that is not in a label is in the span of one that nobody can see.
  expect(rank(labels)).toEqual({ prAuc: null, prevalence: null });
  const seen = labels.slice(0, 1);
  // Memory outranks the four samples of CPU everywhere but in [10, 18].
  expect(rank(seen).prevalence).toBeCloseTo(4 / (4 + 31 + 31), 12);
  expect(rank(seen).prAuc).toBeCloseTo(4 / (4 + 31), 12);
});

describe('area under precision and recall of events', () => {
  const times = Float64Array.from({ length: 200 }, (_, i) => at(i));
  const series = aSeries();
  const starts = Uint8Array.from(times, (_, i) => (i === 0 ? 1 : 0));
  const labels = [aLabel(50, 60), aLabel(120, 130)];
  const extent = { startMs: at(0), endMs: at(199), pods: 1 };
  const area = (scores: Float64Array): number | null =>
    eventPrAuc([{ series, times, scores, starts }], labels, extent, RULES, {
      ...{ consecutive: 2, recover: 1 },
    });

  test('counts what evaluateEvents counts at every threshold that finds one more label', () => {
    const scores = new Float64Array(200);
    scores.fill(5, 52, 56).fill(4, 20, 25).fill(3, 90, 95).fill(2, 122, 126);
    // Found at 5 without a false alarm, and at 2 with two of them.
    expect(area(scores)).toBeCloseTo(0.5 * 1 + 0.5 * (2 / 4), 12);
  });

  test('is 1 where labels are above all else, and 0 where nothing is said', () => {
    expect(area(Float64Array.from(times, (_, i) => (i >= 50 && i < 60 ? 1 : 0)))).toBe(0.5);
    const both = Float64Array.from(times, (_, i) =>
      i < 190 && i % 70 >= 50 && i % 70 < 60 ? 1 : 0,
    );
    expect(area(both)).toBe(1);
    expect(area(new Float64Array(200))).toBe(0);
    expect(area(new Float64Array(200).fill(NaN))).toBe(0);
  });
});

describe('lead time', () => {
  const memory = (limit: number | null, of: (i: number) => number) =>
    columnsOf(
      aSeries({ metric: 'memory', limit }),
      Array.from({ length: 100 }, (_, i) => of(i)),
    );
  const label = aLabel(20, 60);
  const found = [{ label, detectedMs: at(30) }];
  const growing = (i: number): number => 100 * MIB + Math.max(0, i - 20) * MIB;
  const lead = (limit: number | null, marks: Mark[] = [], of = growing) =>
    leadTimes(found, [memory(limit, of)], marks).map(({ leadSeconds, isProjected }) => ({
      ...{ leadSeconds, isProjected },
    }));

  test('runs from detection to the sample at the limit', () => {
    expect(lead(125 * MIB)).toEqual([{ leadSeconds: 15 * 15, isProjected: false }]);
    expect(lead(105 * MIB)).toEqual([{ leadSeconds: -5 * 15, isProjected: false }]);
  });

  test('ends at a restart, for which memory must have been too large', () => {
    const killed: Mark = {
      ...{ startMs: at(50) + 4000, endMs: null, kind: 'restart', name: 'web: OOMKilled' },
      ...{ namespace: 'shop', pod: 'web-1' },
    };
    const fallen = (i: number): number => (i > 50 ? 50 * MIB : growing(i));
    expect(lead(200 * MIB, [killed], fallen)).toEqual([
      { leadSeconds: 20 * 15 + 4, isProjected: false },
    ]);
    const elsewhere = { ...killed, pod: 'web-2' };
    expect(lead(200 * MIB, [elsewhere])[0]?.isProjected).toBe(true);
  });

  test('is projected where the label ends first', () => {
    // 139 MiB at sample 59; 61 samples of 1 MiB more.
    const [one] = lead(200 * MIB);
    expect(one?.isProjected).toBe(true);
    expect(one?.leadSeconds).toBeCloseTo((59 + 61 - 30) * 15, 6);
  });

  test('is not known without a limit, without growth or without a leak', () => {
    expect(lead(null)).toEqual([]);
    expect(lead(200 * MIB, [], () => 100 * MIB)).toEqual([]);
    const hog = { label: { ...label, type: 'cpu_hog' }, detectedMs: at(30) };
    expect(leadTimes([hog], [memory(200 * MIB, growing)], [])).toEqual([]);
    expect(leadTimes([{ label, detectedMs: null }], [memory(1, growing)], [])).toEqual([]);
  });
});

describe('settings beside each other', () => {
  const data = busyRun({ pods: 6, samples: 400 });
  const settings: Settings = { ...presetSettings('level'), warmup: 20, window: 120 };
  const evaluate = (one: Settings) => evaluateRun(data, replay(data, one), RULES);
  const yardstick = new Map(yardsticks(settings));
  const [own, never, random, oracle] = [
    settings,
    ...['never', 'random', 'oracle'].map((name) => yardstick.get(name) ?? settings),
  ].map(evaluate);

  test('knowing the answer is best, and nothing else is perfect', () => {
    expect(oracle).toMatchObject({ recall: 1, precision: 1, f1: 1, prAuc: 1, eventPrAuc: 1 });
    for (const other of [own, never, random]) {
      expect(other?.eventPrAuc ?? 1).toBeLessThan(1);
      expect(other?.prAuc ?? 1).toBeLessThan(1);
    }
  });

  test('saying nothing finds nothing, and guessing ranks no better', () => {
    expect(never).toMatchObject({ detected: 0, falseEpisodes: 0, f1: 0, eventPrAuc: 0 });
    expect(never?.prAuc).toBeCloseTo(never?.prevalence ?? NaN, 12);
    expect(random?.prAuc ?? 1).toBeLessThan(2 * (random?.prevalence ?? 0));
    expect(random?.f1 ?? 1).toBeLessThan(oracle?.f1 ?? 0);
  });

  test('types add up to the whole, with their delays', () => {
    const sum = (of: 'events' | 'detected') =>
      own?.byType.reduce((total, one) => total + one[of], 0);
    expect(sum('events')).toBe(own?.events);
    expect(sum('detected')).toBe(own?.detected);
    const [hog] = own?.byType ?? [];
    expect(hog?.medianDelaySeconds).toBe(own?.medianDelaySeconds);
    expect(hog?.maxDelaySeconds).toBe(own?.maxDelaySeconds);
  });

  test('two runs together have the sums of their counts', () => {
    const one = evaluate(settings);
    const both = evaluateTogether([one, one]);
    expect(both).toMatchObject({
      ...{ events: 2 * one.events, detected: 2 * one.detected, recall: one.recall },
      ...{ falseEpisodes: 2 * one.falseEpisodes, falsePerPodDay: one.falsePerPodDay, f1: one.f1 },
      ...{ medianDelaySeconds: one.medianDelaySeconds, prAuc: null, eventPrAuc: null },
    });
  });
});

test('a label is detected from its start to the tolerance after its end, and not before', () => {
  const times = Float64Array.from({ length: 100 }, (_, i) => at(i));
  const judged = (alarms: number[]) => [
    {
      ...{ series: aSeries(), times },
      alerting: Uint8Array.from(times, (_, i) => (alarms.includes(i) ? 1 : 0)),
    },
  ];
  const extent = { startMs: at(0), endMs: at(99), pods: 1 };
  const detected = (alarms: number[]) =>
    detectEvents(judged(alarms), [aLabel(20, 30)], extent, RULES)[0]?.detectedMs;
  expect(detected([19])).toBeNull();
  expect(detected([20, 21])).toBe(at(20));
  expect(detected([42])).toBe(at(42));
  expect(detected([43])).toBeNull();
  // Past the tolerance, but within the grace of another label: no hit, no false alarm.
  const two = [aLabel(20, 30, { graceEndMs: at(50) })];
  const { falseEpisodes, recall } = evaluateEvents(judged([45, 46]), two, extent, RULES);
  expect({ falseEpisodes, recall }).toEqual({ falseEpisodes: 0, recall: 0 });
});
