import type {
  ComparedPhase,
  ComparedRow,
  Difference,
  RunComparison,
  WorkloadColumns,
} from '../../core/comparison.ts';
import { ToolError } from '../../core/errors.ts';
import type { RecordingData } from '../../core/recording.ts';
import { rngFor } from '../../core/rng.ts';
import { alignRuns } from './align.ts';
import { pairedDifference } from './paired-difference.ts';
import type { Statistic } from './statistic.ts';
import { comparedWorkloads, type Grid } from './workloads.ts';

/** A recording with the name it goes by. */
export interface NamedRun {
  readonly name: string;
  readonly data: RecordingData;
}

export interface CompareOptions {
  /** A mark's name or kind, `start`, or null: see `alignRuns`. */
  readonly mark: string | null;
  /** Changes smaller than this share of the baseline do not matter. */
  readonly tolerance: number;
  readonly seed: number;
}

export const COMPARE_DEFAULTS: CompareOptions = { mark: null, tolerance: 0.05, seed: 1 };

/** More steps than this show nothing more. */
const MOST_STEPS = 720;
/** The step of files without a poll interval, ms. */
const USUAL_STEP = 15_000;

/** Steps wide enough that each run has a sample in most of them. */
function gridOf(runs: readonly RecordingData[], origins: readonly number[]): Grid {
  const starts = runs.map(({ info }, r) => info.startMs - (origins[r] ?? 0));
  const ends = runs.map(({ info }, r) => info.endMs + 1 - (origins[r] ?? 0));
  const fromMs = Math.min(...starts);
  const spanMs = Math.max(...ends) - fromMs;
  const least = Math.max(...runs.map(({ info }) => info.intervalMs ?? USUAL_STEP));
  const stepMs = Math.max(least, Math.ceil(spanMs / MOST_STEPS));
  return { fromMs, stepMs, steps: Math.max(1, Math.ceil(spanMs / stepMs)) };
}

/** Steps of two runs that are compared with one another. */
export interface PairedSteps {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Steps within a phase, paired by how far into it they are, in which both runs have samples. */
export function pairedSteps(
  before: WorkloadColumns,
  after: WorkloadColumns,
  { spans }: ComparedPhase,
  run: number,
  { fromMs, stepMs }: Pick<Grid, 'fromMs' | 'stepMs'>,
): PairedSteps {
  const steps = before.pods.length;
  // A step belongs to the phase in which its middle lies.
  const place = (ms: number): number =>
    Math.min(steps, Math.max(0, Math.ceil((ms - fromMs) / stepMs - 0.5)));
  const [a, b] = [spans[0] ?? [0, 0], spans[run] ?? [0, 0]];
  const [fromA, fromB] = [place(a[0]), place(b[0])];
  // A phase shorter than a step is the step in which it begins.
  const length = Math.max(1, Math.min(place(a[1]) - fromA, place(b[1]) - fromB));
  const kept: number[] = [];
  for (let s = 0; s < length; s += 1) {
    if (before.pods[fromA + s]! > 0 && after.pods[fromB + s]! > 0) kept.push(s);
  }
  return { before: kept.map((s) => fromA + s), after: kept.map((s) => fromB + s) };
}

/** A column at some of its steps. */
export const at = (column: ArrayLike<number>, steps: readonly number[]): Float64Array =>
  Float64Array.from(steps, (s) => column[s]!);

/** Throws NO_DATA where a comparison compares nothing: its silence would pass for sameness. */
export function checkCommon({ rows }: RunComparison): void {
  if (rows.length > 0) return;
  throw new ToolError('NO_DATA', 'The runs have no workload and time in common.');
}

/**
 * Two or more runs → how each workload's metrics of every later run differ from the first's, phase by
 * phase, with intervals.
 *
 * Runs are aligned (`alignRuns`), pods pooled by workload and container into steps of time, and steps
 * compared in pairs (`pairedDifference`). The same runs and seed give the same numbers. Throws USAGE
 * for fewer than two runs, and what `alignRuns` throws.
 */
export function compareRuns(
  runs: readonly NamedRun[],
  { mark, tolerance, seed }: CompareOptions = COMPARE_DEFAULTS,
): RunComparison {
  if (runs.length < 2)
    throw new ToolError('USAGE', 'Comparing needs two recordings; name another.');
  const recordings = runs.map(({ data }) => data);
  const { origins, aligned, phases } = alignRuns(recordings, mark);
  const grid = gridOf(recordings, origins);
  const workloads = comparedWorkloads(recordings, origins, grid);
  const rows: ComparedRow[] = [];
  for (let run = 1; run < runs.length; run += 1) {
    workloads.forEach(({ columns }, workload) => {
      const before = columns[0];
      const after = columns[run];
      if (before == null || after == null) return;
      phases.forEach((phase, p) => {
        const steps = pairedSteps(before, after, phase, run, grid);
        if (steps.before.length === 0) return;
        const difference = (name: 'mean' | 'high' | 'total', statistic: Statistic): Difference =>
          pairedDifference(
            at(before[name], steps.before),
            at(after[name], steps.after),
            ...([statistic, tolerance, rngFor(seed, [run, workload, p, name].join(' '))] as const),
          );
        const most = (pods: Float64Array): number => pods.reduce((a, b) => Math.max(a, b), 0);
        rows.push({
          ...{ workload, phase: p, run, steps: steps.before.length },
          pods: [most(at(before.pods, steps.before)), most(at(after.pods, steps.after))],
          mean: difference('mean', 'mean'),
          high: difference('high', { quantile: 0.95 }),
          total: difference('total', 'mean'),
        });
      });
    });
  }
  return {
    runs: runs.map(({ name, data: { info } }, r) => ({
      ...{ name, digest: info.digest, origin: info.origin },
      ...{ startMs: info.startMs, endMs: info.endMs, originMs: origins[r] ?? 0 },
    })),
    ...{ aligned, fromMs: grid.fromMs, stepMs: grid.stepMs, phases, workloads, rows },
  };
}
