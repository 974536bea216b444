import type {
  ComparedWorkload,
  Difference,
  RunComparison,
  WorkloadColumns,
} from '../../core/comparison.ts';
import type { ReplayResult } from '../../core/results.ts';
import { rngFor } from '../../core/rng.ts';
import type { Measure, MeasureName, RunDiff, WorkloadDiff } from '../../core/run-diff.ts';
import { type AlertColumns, alertColumns } from './alert-columns.ts';
import {
  at,
  checkCommon,
  type CompareOptions,
  compareRuns,
  type NamedRun,
  type PairedSteps,
  pairedSteps,
} from './compare-runs.ts';
import { loadOf, type LoadSpan, loadSpans } from './load-span.ts';
import { pairedDifference } from './paired-difference.ts';
import { scaleOut } from './scale-out.ts';
import { loadedColumn, settleDifference } from './settle.ts';
import type { Statistic } from './statistic.ts';
import { identifier, identityKey } from './workloads.ts';

/** A recording with its name and what a replay found in it. */
export interface JudgedRun extends NamedRun {
  readonly result: ReplayResult;
}

/** A load that varies by less than this share of its mean gives no slope. */
const LEAST_VARIATION = 0.05;

const NOT_CUT = [false, false] as const;

const told = (name: MeasureName, difference: Difference): Measure => ({
  ...{ name, count: 0, difference, why: '', isCut: NOT_CUT },
});

const untold = (name: MeasureName, why: string): Measure => ({
  ...{ name, count: 0, difference: null, why, isCut: NOT_CUT },
});

/** One workload's metric in two runs, and all that is needed to hold them against one another. */
interface Pair {
  readonly comparison: RunComparison;
  readonly place: number;
  readonly workload: ComparedWorkload;
  readonly columns: readonly [WorkloadColumns, WorkloadColumns];
  readonly steps: PairedSteps;
  readonly load: ComparedWorkload | null;
  readonly spans: readonly LoadSpan[] | null;
  readonly options: CompareOptions;
}

/** A statistic of two columns at the paired steps. */
function difference(
  { place, steps, options }: Pair,
  columns: readonly [Float64Array, Float64Array],
  statistic: Statistic,
  name: string,
): Difference {
  return pairedDifference(
    at(columns[0], steps.before),
    at(columns[1], steps.after),
    ...([statistic, options.tolerance, rngFor(options.seed, `${name} ${String(place)}`)] as const),
  );
}

/** How much all pods together use more for one more request (or whatever the load counts). */
function slope(pair: Pair): Measure {
  const { load, steps, columns } = pair;
  const [before, after] = load?.columns ?? [];
  if (before == null || after == null)
    return untold('slope', 'not both runs have a signal of their load');
  const on = [at(before.mean, steps.before), at(after.mean, steps.after)] as const;
  const kept = steps.before.flatMap((_, i) =>
    Number.isNaN(on[0][i]!) || Number.isNaN(on[1][i]!) ? [] : [i],
  );
  const slopeOn = [at(on[0], kept), at(on[1], kept)] as const;
  const isFlat = slopeOn.some((column) => {
    const mean = column.reduce((sum, v) => sum + v, 0) / column.length;
    const squares = column.reduce((sum, v) => sum + (v - mean) * (v - mean), 0);
    return !(Math.sqrt(squares / column.length) > LEAST_VARIATION * Math.abs(mean));
  });
  if (isFlat) return untold('slope', 'the load hardly changes');
  const common = {
    ...pair,
    steps: { before: kept.map((i) => steps.before[i]!), after: kept.map((i) => steps.after[i]!) },
  };
  const totals = [columns[0].total, columns[1].total] as const;
  return told('slope', difference(common, totals, { slopeOn }, 'slope'));
}

function settle({ comparison, columns, spans, place, options }: Pair): Measure {
  if (spans === null) {
    return untold('settle', 'neither marks nor a signal tell when the load began and ended');
  }
  const [before, after] = columns.map(({ mean }, r) => {
    const span = spans[r];
    return span === undefined ? null : loadedColumn(mean, span, comparison);
  });
  if (before == null || after == null) {
    return untold('settle', 'the load does not begin and end within both runs');
  }
  const rng = () => rngFor(options.seed, `settle ${String(place)}`);
  const found = settleDifference([before, after], comparison.stepMs, options.tolerance, [
    rng(),
    rng(),
  ]);
  if ('why' in found) return untold('settle', found.why);
  return { ...told('settle', found.difference), isCut: found.isCut };
}

function alertMeasures(
  pair: Pair,
  alerts: readonly ReadonlyMap<string, AlertColumns>[],
): Measure[] {
  const key = identityKey(pair.workload);
  const none = new Float64Array(pair.columns[0].pods.length);
  const columns = (name: keyof AlertColumns) =>
    [alerts[0]?.get(key)?.[name] ?? none, alerts[1]?.get(key)?.[name] ?? none] as const;
  return [
    told('alerts', difference(pair, columns('opened'), 'sum', 'alerts')),
    told('alert-minutes', difference(pair, columns('minutes'), 'sum', 'minutes')),
  ];
}

/**
 * Two runs → for each workload's metric: level, slope on the load, deviation, alerts and the minutes
 * they are open, the time to settle after the load; for each workload, when replicas were added.
 *
 * Aligned and paired as `compareRuns` does, over all that the runs have in common. The same runs and
 * seed give the same numbers. Throws what `compareRuns` throws, and NO_DATA where nothing is in common.
 */
export function diffRuns(runs: readonly [JudgedRun, JudgedRun], options: CompareOptions): RunDiff {
  const comparison = compareRuns(runs, options);
  checkCommon(comparison);
  const identityOf = identifier(runs.map(({ data }) => data));
  const alerts = runs.map(({ result }, r) => alertColumns(result, identityOf, comparison, r));
  const { workloads, rows, phases } = comparison;
  const [whole] = phases;
  const diffs = rows.flatMap((row): WorkloadDiff[] => {
    const workload = workloads[row.workload]!;
    const [before, after] = workload.columns;
    if (row.phase !== 0 || workload.kind !== 'usage' || before == null || after == null) return [];
    const load = loadOf(comparison, workload);
    const pair: Pair = {
      ...{ comparison, place: row.workload, workload, columns: [before, after], load, options },
      steps: pairedSteps(before, after, whole!, 1, comparison),
      spans: loadSpans(comparison, load),
    };
    const means = [before.mean, after.mean] as const;
    return [
      {
        ...{ workload, pods: row.pods },
        phases: rows.filter((one) => one.workload === row.workload && one.phase > 0),
        load: load === null ? null : { metric: load.metric, unit: load.unit },
        measures: [
          told('level', row.mean),
          slope(pair),
          told('deviation', difference(pair, means, 'deviation', 'deviation')),
          ...alertMeasures(pair, alerts),
          settle(pair),
        ],
      },
    ];
  });
  const grown = workloads.flatMap((one) => {
    const spans = loadSpans(comparison, loadOf(comparison, one));
    if (one.kind !== 'signal' || one.metric !== 'replicas' || spans === null) return [];
    const measures = scaleOut(comparison, one, spans, options.tolerance);
    return measures.length === 0 ? [] : [{ workload: one, measures }];
  });
  return { comparison, workloads: diffs, scaleOut: grown };
}
