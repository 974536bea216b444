import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Label } from '../../../src/core/recording.ts';
import { type DeciderOptions } from '../../../src/replay/detect/decider.ts';
import { Judge } from '../../../src/replay/detect/judge.ts';
import { evaluateEvents, f1Of } from '../../../src/replay/evaluate/events.ts';
import { NAB_PROFILES, scoreNab } from '../../../src/replay/evaluate/nab.ts';
import type { Counts } from '../../../src/replay/tune/held.ts';
import { judged } from '../../../src/replay/tune/judged.ts';
import { mapSurfaces } from '../../../src/replay/tune/narrow.ts';
import { type Objective, toleranceOf, worthOf } from '../../../src/replay/tune/objective.ts';
import { widestPlateau } from '../../../src/replay/tune/plateau.ts';
import { rankRuns, type ScoredRun } from '../../../src/replay/tune/scored-run.ts';
import {
  buildSurface,
  countsAt,
  entryOf,
  falseAlertsAt,
  type Surface,
} from '../../../src/replay/tune/surface.ts';
import { aSeries } from '../../support/series.ts';

/** An entry that is there. */
function at<T>(list: ArrayLike<T>, i: number): T {
  const entry = list[i];
  if (entry === undefined) throw new Error(`There is no entry ${String(i)}.`);
  return entry;
}

const STEP = 1000;
const SERIES = [
  aSeries({ pod: 'p', container: 'c', metric: 'cpu' }),
  aSeries({ pod: 'p', container: 'c', metric: 'memory' }),
  aSeries({ pod: 'q', container: 'c', metric: 'cpu' }),
];

/** Few distinct scores, so that ties abound; holes, cuts and samples without a score. */
const anyColumn = fc
  .array(
    fc.record({
      score: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: -1, max: 6 }) },
        { weight: 1, arbitrary: fc.double({ min: 0, max: 6, noNaN: true }) },
        { weight: 1, arbitrary: fc.constant(NaN) },
      ),
      step: fc.constantFrom(1, 1, 1, 2, 5),
      cut: fc.constantFrom(0, 0, 0, 0, 1),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows) => {
    let t = 0;
    return {
      times: Float64Array.from(rows, ({ step }) => (t += step * STEP)),
      scores: Float64Array.from(rows, ({ score }) => score),
      starts: Uint8Array.from(rows, ({ cut }, i) => (i === 0 ? 1 : cut)),
    };
  });

const anyLabel = fc
  .record({
    start: fc.integer({ min: 0, max: 60 }),
    length: fc.integer({ min: 1, max: 9 }),
    grace: fc.nat({ max: 5 }),
    pod: fc.constantFrom('p', 'q', 'elsewhere'),
    visibleIn: fc.constantFrom(null, null, [], ['cpu']),
  })
  .map(({ start, length, grace, pod, visibleIn }): Label => ({
    ...{ namespace: 'shop', pod, container: '', metric: '', type: 'x', visibleIn },
    startMs: start * STEP,
    endMs: (start + length) * STEP,
    graceEndMs: (start + length + grace) * STEP,
  }));

const anyRun = fc
  .record({
    columns: fc.array(anyColumn, { minLength: 1, maxLength: 3 }),
    labels: fc.array(anyLabel, { maxLength: 4 }),
    warmup: fc.nat({ max: 20 }),
    merge: fc.nat({ max: 4 }),
    tolerance: fc.nat({ max: 3 }),
  })
  .map(({ columns, labels, warmup, merge, tolerance }): ScoredRun => ({
    columns: columns.map((one, c) => ({ ...one, series: at(SERIES, c), notEvaluated: '' })),
    labels,
    extent: { startMs: 0, endMs: 200 * STEP, pods: 2 },
    rules: { warmupMs: warmup * STEP, mergeMs: merge * STEP, toleranceMs: tolerance * STEP },
  }));

const small = fc.integer({ min: 1, max: 4 });
const anyCounts = fc.record({
  consecutive: small,
  within: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  recover: small,
});

/** One column decided sample by sample, as a replay does. */
function decided({ times, scores, starts }: ScoredRun['columns'][number], options: DeciderOptions) {
  const judge = new Judge(options);
  const alerting = new Uint8Array(times.length);
  let flags = 0;
  let alerts = 0;
  let alertMs = 0;
  times.forEach((t, i) => {
    judge.update('s', t, 0, at(scores, i), starts[i] === 1);
    alerting[i] = judge.alerting ? 1 : 0;
    flags += judge.flag ? 1 : 0;
    if (judge.opened !== null) alerts += 1;
    if (judge.closed !== null) alertMs += (judge.closed.end ?? NaN) - judge.closed.detectedAt;
  });
  const { pending } = judge;
  if (pending !== null) alertMs += at(times, times.length - 1) - pending.detectedAt;
  return { alerting, flags, alerts, alertMs };
}

/** Every distinct score, something between any two, and something beyond both ends. */
function thresholdsOf(runs: readonly ScoredRun[]): number[] {
  const scores = runs.flatMap(({ columns }) => columns.flatMap((one) => [...one.scores]));
  const levels = [...new Set(scores.filter((s) => !Number.isNaN(s)))].sort((a, b) => a - b);
  const between = levels.map((level, i) => (level + (levels[i + 1] ?? level + 2)) / 2);
  return [-10, ...levels, ...between];
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

test('every count equals brute force at every distinct threshold', () => {
  fc.assert(
    fc.property(fc.array(anyRun, { minLength: 1, maxLength: 2 }), anyCounts, (runs, counts) => {
      const pass = rankRuns(runs);
      const surface = buildSurface(pass, counts);
      const weights = { miss: 10, false: 1, delayMinute: 60, alertMinute: 6 };
      const f1 = worthOf(surface, { kind: 'f1' });
      const cost = worthOf(surface, { kind: 'cost', weights });
      for (const threshold of thresholdsOf(runs)) {
        const each = runs.map((run) => {
          const own = run.columns.map((one) => decided(one, { threshold, ...counts }));
          const judged = run.columns.map((one, c) => ({ ...one, alerting: at(own, c).alerting }));
          const events = evaluateEvents(judged, run.labels, run.extent, run.rules);
          return { own, judged, events };
        });
        const own = each.flatMap((one) => one.own);
        const got = countsAt(surface, threshold);
        const entry = entryOf(surface, threshold);
        expect(got.flags).toBe(sum(own.map(({ flags }) => flags)));
        expect(got.alerts).toBe(sum(own.map(({ alerts }) => alerts)));
        const alertMinutes = sum(own.map(({ alertMs }) => alertMs)) / 60_000;
        expect(got.alertMinutes).toBe(alertMinutes);
        const detected = sum(each.map(({ events }) => events.detected));
        expect(got.detected).toBe(detected);
        const wrong = sum(each.map(({ events }) => events.falseEpisodes));
        expect(surface.falseEpisodes[entry]).toBe(wrong);
        if (runs.length === 1) {
          expect(got.medianDelaySeconds).toBe(at(each, 0).events.medianDelaySeconds);
        }
        const labels = sum(each.map(({ events }) => events.events));
        expect(surface.labels).toHaveLength(labels);
        const falseAlerts = falseAlertsAt(surface, entry);
        expect(f1[entry]).toBe(f1Of(detected, labels, falseAlerts) ?? 0);
        const delayMinutes =
          sum(each.map(({ judged }, r) => delaysOf(at(runs, r), judged))) / 60_000;
        expect(-at(cost, entry)).toBeCloseTo(
          10 * (labels - detected) + falseAlerts + 60 * delayMinutes + 6 * alertMinutes,
          9,
        );
      }
    }),
    { numRuns: 400, seed: 4 },
  );
});

/** Sum of all delays, label by label. */
function delaysOf(run: ScoredRun, judged: Parameters<typeof evaluateEvents>[0]): number {
  const alone = run.labels.map((label) => {
    const { medianDelaySeconds } = evaluateEvents(judged, [label], run.extent, run.rules);
    return (medianDelaySeconds ?? 0) * 1000;
  });
  return sum(alone);
}

test('the alerting hours outside labels are counted as they are', () => {
  fc.assert(
    fc.property(anyRun, anyCounts, (run, counts) => {
      const surface = buildSurface(rankRuns([run]), counts);
      for (const threshold of thresholdsOf([run])) {
        const outside = run.columns.map((one) => {
          const { alerting } = decided(one, { threshold, ...counts });
          const spans = run.labels.filter((label) => label.pod === one.series.pod);
          return [...alerting].filter((is, i) => {
            const t = at(one.times, i);
            const isLabelled = spans.some((s) => s.startMs <= t && t <= s.graceEndMs);
            return is === 1 && t >= run.rules.warmupMs && !isLabelled;
          }).length;
        });
        expect(surface.unexplained[entryOf(surface, threshold)]).toBe(sum(outside));
      }
    }),
    { numRuns: 200, seed: 5 },
  );
});

test('steps at which an alert ends say as much of where a setting is best as all scores do', () => {
  let left = 0;
  fc.assert(
    fc.property(fc.array(anyRun, { minLength: 1, maxLength: 2 }), anyCounts, (runs, counts) => {
      const pass = rankRuns(runs);
      const surface = buildSurface(pass, counts);
      const objective: Objective = { kind: 'f1' };
      const { worth, plateau } = judged(surface, objective, 6);
      const { levels } = pass;
      // A single score at which nothing ever alerts is no range.
      fc.pre(levels.length > 1);
      left += levels.length - surface.levels.length;
      const entries = [...levels, Infinity].map((level) => entryOf(surface, level));
      const all = Float64Array.from([0, ...entries.map((entry) => at(worth, entry))]);
      const tolerance = (best: number): number => toleranceOf(objective, best);
      expect(plateau).toEqual(widestPlateau({ pass, levels }, all, tolerance, 6));
    }),
    { numRuns: 400, seed: 6 },
  );
  expect(left).toBeGreaterThan(500);
});

test('ranks that no budget allows are left out, and nothing that can be told changes', () => {
  let left = 0;
  fc.assert(
    fc.property(
      fc.array(anyRun, { minLength: 1, maxLength: 2 }),
      fc.array(anyCounts, { maxLength: 4 }),
      fc.array(fc.double({ min: -1, max: 7, noNaN: true }), { maxLength: 3 }),
      fc.nat({ max: 6 }),
      fc.constantFrom('budget', 'recall'),
      (runs, others, listed, alerts, kind) => {
        const inARow = [1, 2, 3].map((consecutive) => ({ consecutive, recover: 1 }));
        const counts: Counts[] = [...others, ...inARow];
        const ranked = rankRuns(runs);
        fc.pre(kind === 'budget' || ranked.labels.length > 0);
        // Hours of two samples: otherwise runs this short never hold one.
        const pass = { ...ranked, exposure: { ...ranked.exposure, samplesPerHour: 2 } };
        const days = pass.exposure.days.run;
        const objective = { kind, budget: { alerts, days, per: 'run' } } as const;
        const told = (surface: Surface) => ({
          ...judged(surface, objective, 5),
          worth: null,
          counts: listed.map((threshold) => countsAt(surface, threshold)),
        });
        const all = mapSurfaces(pass, counts, objective, listed, (surface) => {
          left += pass.levels.length - surface.pass.levels.length;
          return told(surface);
        });
        expect(all).toEqual(counts.map((one) => told(buildSurface(pass, one))));
      },
    ),
    { numRuns: 400, seed: 8 },
  );
  expect(left).toBeGreaterThan(500);
});

/** Windows of a series as first and last rows, none touching another. */
const anyWindows = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })), { maxLength: 4 })
  .map((pairs) => {
    let row = 0;
    return pairs.map(([gap, length]): [number, number] => {
      const first = row + gap;
      row = first + length;
      return [first, row - 1];
    });
  });

test('NAB scores equal those of NAB by its own rules, for every profile and threshold', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 24, maxLength: 40 }),
      anyWindows,
      anyCounts,
      (values, windows, counts: Counts) => {
        fc.pre(windows.length > 0 && windows.every(([, last]) => last < values.length));
        const times = Float64Array.from(values, (_, i) => i * STEP);
        const scores = Float64Array.from(values);
        const starts = Uint8Array.from(values, (_, i) => (i === 0 ? 1 : 0));
        const labels = windows.map(([first, last]): Label => ({
          ...{ namespace: 'shop', pod: 'p', container: '', metric: '', type: 'x' },
          ...{ startMs: first * STEP, endMs: (last + 1) * STEP },
          ...{ graceEndMs: (last + 1) * STEP, visibleIn: null },
        }));
        const column = { series: at(SERIES, 0), times, scores, starts, notEvaluated: '' };
        const run: ScoredRun = {
          ...{ columns: [column], labels },
          extent: { startMs: 0, endMs: values.length * STEP, pods: 1 },
          rules: { warmupMs: 0, mergeMs: 0, toleranceMs: 0 },
        };
        const surface = buildSurface(rankRuns([run], true), counts);
        for (const profile of ['standard', 'rewardLowFpRate', 'rewardLowFnRate'] as const) {
          const worth = worthOf(surface, { kind: 'nab', profile } satisfies Objective);
          for (const threshold of thresholdsOf([run])) {
            const { alerting } = decided(column, { threshold, ...counts });
            const file = { name: 'f', scores: Float64Array.from(alerting), windows };
            const truth = scoreNab([file], NAB_PROFILES[profile], 0.5);
            expect(worth[entryOf(surface, threshold)]).toBeCloseTo(truth.score, 9);
          }
        }
      },
    ),
    { numRuns: 200, seed: 6 },
  );
});
