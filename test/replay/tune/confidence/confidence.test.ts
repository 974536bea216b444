import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rngFor } from '../../../../src/core/rng.ts';
import { DEFAULT_RULES } from '../../../../src/replay/evaluate/events.ts';
import {
  blockCells,
  bootstrap,
  drawnCells,
} from '../../../../src/replay/tune/confidence/bootstrap.ts';
import { alertingSamples } from '../../../../src/replay/tune/confidence/alerting.ts';
import { cellsOf } from '../../../../src/replay/tune/confidence/cells.ts';
import { foldResults, foldsOf } from '../../../../src/replay/tune/confidence/folds.ts';
import { heldOutChecks } from '../../../../src/replay/tune/confidence/held-out.ts';
import { partOf, rankedParts, wholeRuns } from '../../../../src/replay/tune/confidence/parts.ts';
import {
  addTotals,
  falseAlertsOf,
  noTotals,
  type Totals,
  valueOf,
} from '../../../../src/replay/tune/confidence/totals.ts';
import { worthOf, type Objective } from '../../../../src/replay/tune/objective.ts';
import { rankRuns, type ScoredRun } from '../../../../src/replay/tune/scored-run.ts';
import {
  buildSurface,
  countsAt,
  entryOf,
  falseAlertsAt,
} from '../../../../src/replay/tune/surface.ts';
import { aSeries } from '../../../support/series.ts';

const STEP = 15_000;
const F1: Objective = { kind: 'f1' };
const COST: Objective = {
  kind: 'cost',
  weights: { miss: 10, false: 1, delayMinute: 0.5, alertMinute: 0.25 },
};
const EXPOSURE = { days: { series: 2, pod: 1, workload: 1, run: 1 }, samplesPerHour: 240 };

/** A run of two series with few distinct scores, gaps and labels, all from a seed. */
function aRun(seed: number, rows = 500): ScoredRun {
  const columns = ['a', 'b'].map((pod) => {
    const rng = rngFor(seed, pod);
    let t = 0;
    const times = Float64Array.from(
      { length: rows },
      () => (t += rng.next() < 0.02 ? 20 * STEP : STEP),
    );
    const scores = times.map(() =>
      rng.next() < 0.05 ? NaN : rng.below(12) === 0 ? 1 + rng.below(5) : rng.next(),
    );
    const starts = Uint8Array.from(times, (time, i) =>
      i === 0 || time - (times[i - 1] ?? 0) > 3 * STEP ? 1 : 0,
    );
    return { series: aSeries({ pod }), times, scores, starts, notEvaluated: '' };
  });
  const rng = rngFor(seed, 'labels');
  const labels = ['a', 'b', 'a', 'b'].map((pod, i) => {
    const startMs = (60 + i * 100 + rng.below(40)) * STEP;
    const endMs = startMs + (1 + rng.below(30)) * STEP;
    return {
      ...{ namespace: 'shop', pod, container: '', metric: '', startMs, endMs },
      ...{ graceEndMs: endMs + rng.below(3) * STEP, type: 'leak', visibleIn: null },
    };
  });
  const endMs = Math.max(...columns.map(({ times }) => times[rows - 1] ?? 0));
  const extent = { startMs: STEP, endMs, pods: 2 };
  return { columns, labels, extent, rules: { ...DEFAULT_RULES, warmupMs: 50 * STEP } };
}

function sumOf(cells: readonly (readonly Totals[])[]): Totals {
  const sum = noTotals();
  for (const run of cells) for (const cell of run) addTotals(sum, cell);
  return sum;
}

test('cells add up to what the exact surface counts, at any threshold and counts', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(0.2, 0.9, 1, 2, 3.5, 5, 6),
      (seed, consecutive, recover, threshold) => {
        const runs = [aRun(seed), aRun(seed + 1)];
        const pass = rankRuns(runs, true);
        const counts = { consecutive, recover };
        const surface = buildSurface(pass, counts);
        const alerting = alertingSamples(pass, counts, threshold);
        const totals = sumOf(cellsOf(runs, pass, alerting));
        const exact = countsAt(surface, threshold);
        const entry = entryOf(surface, threshold);
        expect(totals.labels).toBe(surface.labels.length);
        expect(totals.detected).toBe(exact.detected);
        expect(totals.alertMs).toBe(surface.alertMs[entry]);
        expect(falseAlertsOf(totals, pass.exposure)).toBe(falseAlertsAt(surface, entry));
        for (const objective of [F1, COST] as const) {
          const worth = worthOf(surface, objective)[entry];
          // Above every score the surface has no worth: nothing alerts there.
          if (threshold < 6) {
            expect(valueOf(totals, pass.exposure, objective)).toBeCloseTo(worth ?? NaN, 9);
          }
        }
        expect([totals.windows, totals.hits]).toEqual([pass.nabWindows, surface.nab?.hits[entry]]);
        expect(totals.gains).toBeCloseTo(surface.nab?.gains[entry] ?? NaN, 6);
        expect(totals.costs).toBeCloseTo(surface.nab?.costs[entry] ?? NaN, 6);
      },
    ),
    { numRuns: 60 },
  );
});

test('blocks are as long as the cube root of the run, and draw as many cells as there are', () => {
  expect([1, 8, 9, 27, 300].map(blockCells)).toEqual([1, 2, 3, 3, 7]);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 1000 }),
      (lengths, nth) => {
        const drawn = drawnCells(lengths, 5, nth);
        expect(drawn.map((cells) => cells.reduce((a, b) => a + b, 0))).toEqual(lengths);
        expect(drawnCells(lengths, 5, nth)).toEqual(drawn);
      },
    ),
  );
});

test('every cell is drawn as often as every other, in the long run', () => {
  const sums = new Array<number>(50).fill(0);
  for (let nth = 0; nth < 2000; nth += 1) {
    drawnCells([50], 1, nth)[0]?.forEach((n, c) => (sums[c] = (sums[c] ?? 0) + n));
  }
  for (const sum of sums) expect(Math.abs(sum - 2000)).toBeLessThan(300);
});

const cell = (change: Partial<Totals>): Totals => ({ ...noTotals(), ...change });

test('the bootstrap of a constant is a point', () => {
  const cells = Array.from({ length: 40 }, () =>
    cell({ labels: 2, detected: 1, falseEpisodes: 1 }),
  );
  const own = { runs: [cells], exposure: EXPOSURE };
  const { interval, usable, otherWins, rival } = bootstrap([own, own], F1, 0, 1);
  expect(interval).toEqual([0.5, 0.5]);
  expect({ usable, otherWins, rival }).toEqual({ usable: 500, otherWins: 0, rival: null });
});

test('an interval holds the mean and narrows with more data', () => {
  const widthOf = (count: number): number => {
    const rng = rngFor(3, 'width');
    const cells = Array.from({ length: count }, () =>
      cell({ labels: 1, detected: rng.next() < 0.7 ? 1 : 0 }),
    );
    const { interval } = bootstrap([{ runs: [cells], exposure: EXPOSURE }], F1, 0, 1);
    const value = valueOf(sumOf([cells]), EXPOSURE, F1) ?? NaN;
    expect(interval?.[0]).toBeLessThan(value);
    expect(interval?.[1]).toBeGreaterThan(value);
    return (interval?.[1] ?? NaN) - (interval?.[0] ?? NaN);
  };
  expect(widthOf(1000)).toBeLessThan(widthOf(60) / 2);
});

test('a setting that is better in every cell wins every resample', () => {
  const worse = Array.from({ length: 30 }, () => cell({ labels: 1, falseEpisodes: 1 }));
  const better = Array.from({ length: 30 }, () => cell({ labels: 1, detected: 1 }));
  const settings = [worse, better].map((cells) => ({ runs: [cells], exposure: EXPOSURE }));
  expect(bootstrap(settings, F1, 0.02, 1)).toMatchObject({ otherWins: 1, rival: 1 });
  expect(bootstrap([...settings].reverse(), F1, 0.02, 1)).toMatchObject({ otherWins: 0 });
});

test('resamples without a label are left out and counted', () => {
  const cells = Array.from({ length: 30 }, (_, i) =>
    cell(i === 7 ? { labels: 1, detected: 1 } : {}),
  );
  const { usable, interval } = bootstrap([{ runs: [cells], exposure: EXPOSURE }], F1, 0, 1);
  expect(usable).toBeGreaterThan(200);
  expect(usable).toBeLessThan(450);
  expect(interval).toEqual([1, 1]);
});

test('two halves of a run hold each of its samples and labels once', () => {
  const run = aRun(4);
  const pass = rankRuns([run]);
  const middle = 250 * STEP;
  const halves = wholeRuns([run], pass).flatMap((whole) => [
    partOf(whole, -Infinity, middle),
    partOf(whole, middle, Infinity),
  ]);
  run.columns.forEach(({ times }, c) => {
    const both = halves.flatMap((half) => [...(half.run.columns[c]?.times ?? [])]);
    expect(both).toEqual([...times]);
  });
  expect(halves[1]?.run.rules.warmupMs).toBe(0);
  const counted = halves.map((half) => rankRuns([half.run]).labels.length);
  expect((counted[0] ?? 0) + (counted[1] ?? 0)).toBe(pass.labels.length);
  // Ranked by what the whole knows of their scores, or by their scores: the same.
  for (const half of halves) {
    expect(rankedParts([half], pass.levels, true)).toEqual(rankRuns([half.run], true));
  }
});

test('a fold chooses on one part and counts on the other, for time and for runs', () => {
  const runs = [aRun(1), aRun(2), aRun(3)];
  const folds = foldsOf(runs, rankRuns(runs), false);
  expect(folds.map(({ by }) => by)).toEqual(['time', 'time', 'run', 'run', 'run']);
  const results = folds.flatMap((fold) => foldResults(fold, [{ consecutive: 1, recover: 1 }], F1));
  const labelsOf = (by: string) =>
    results.filter((one) => one.by === by).reduce((sum, one) => sum + one.heldOut.labels, 0);
  expect([labelsOf('time'), labelsOf('run')]).toEqual([12, 12]);
  const checks = heldOutChecks([results], F1);
  expect(checks.map(({ by, folds: n }) => [by, n])).toEqual([
    ['time', 2],
    ['run', 3],
  ]);
});

test('what helps one half only is found out on the other', () => {
  // In its first half the label stands out, in its second noise does.
  const times = Float64Array.from({ length: 800 }, (_, i) => (i + 1) * STEP);
  const scores = times.map((_, i) =>
    i < 400 ? (i >= 200 && i < 220 ? 5 : 1) : i % 50 < 2 ? 9 : i >= 600 && i < 620 ? 0.5 : 1,
  );
  const label = (from: number) => ({
    ...{
      namespace: 'shop',
      pod: 'web-1',
      container: '',
      metric: '',
      type: 'leak',
      visibleIn: null,
    },
    ...{ startMs: from * STEP, endMs: (from + 19) * STEP, graceEndMs: (from + 19) * STEP },
  });
  const run: ScoredRun = {
    columns: [{ series: aSeries(), times, scores, starts: new Uint8Array(800), notEvaluated: '' }],
    labels: [label(201), label(601)],
    extent: { startMs: STEP, endMs: 800 * STEP, pods: 1 },
    rules: { ...DEFAULT_RULES, warmupMs: 0 },
  };
  const results = foldsOf([run], rankRuns([run]), false).flatMap((fold) =>
    foldResults(fold, [{ consecutive: 1, recover: 1 }], F1),
  );
  expect(valueOf(results[0]?.chosen?.totals ?? noTotals(), EXPOSURE, F1)).toBe(1);
  expect(valueOf(results[0]?.heldOut ?? noTotals(), EXPOSURE, F1)).toBeLessThan(0.5);
});
