import type {
  ComparedPhase,
  ComparedRow,
  RunComparison,
  WorkloadColumns,
} from '../../core/comparison.ts';
import { ToolError } from '../../core/errors.ts';
import type { RecordingData } from '../../core/recording.ts';
import { rngFor } from '../../core/rng.ts';
import { alignRuns } from './align.ts';
import { pairedDifference } from './paired-difference.ts';
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

/** The columns of two runs within a phase, paired by how far into it they are; both have a sample. */
function pairedColumns(
  before: WorkloadColumns,
  after: WorkloadColumns,
  { spans }: ComparedPhase,
  run: number,
  grid: Grid,
) {
  // A step belongs to the phase in which its middle lies.
  const place = (ms: number): number =>
    Math.min(grid.steps, Math.max(0, Math.ceil((ms - grid.fromMs) / grid.stepMs - 0.5)));
  const [a, b] = [spans[0] ?? [0, 0], spans[run] ?? [0, 0]];
  const [fromA, fromB] = [place(a[0]), place(b[0])];
  const length = Math.min(place(a[1]) - fromA, place(b[1]) - fromB);
  const kept: number[] = [];
  for (let s = 0; s < length; s += 1) {
    if (before.pods[fromA + s]! > 0 && after.pods[fromB + s]! > 0) kept.push(s);
  }
  const pick = (name: 'mean' | 'high' | 'total'): [Float64Array, Float64Array] => [
    Float64Array.from(kept, (s) => before[name][fromA + s]!),
    Float64Array.from(kept, (s) => after[name][fromB + s]!),
  ];
  const most = ({ pods }: WorkloadColumns, from: number): number =>
    kept.reduce((found, s) => Math.max(found, pods[from + s]!), 0);
  return {
    ...{ mean: pick('mean'), high: pick('high'), total: pick('total'), steps: kept.length },
    pods: [most(before, fromA), most(after, fromB)] as const,
  };
}

/**
 * Two or more runs → how each workload's metrics of every later run differ from the first's, phase by
 * phase, with intervals.
 *
 * Runs are aligned (`alignRuns`), pods pooled by workload and container into steps of time, and steps
 * compared in pairs (`pairedDifference`). The same runs and seed give the same numbers. Throws USAGE for
 * fewer than two runs, and what `alignRuns` throws.
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
        const { mean, high, total, steps, pods } = pairedColumns(before, after, phase, run, grid);
        if (steps === 0) return;
        const own = (name: string) => rngFor(seed, [run, workload, p, name].join(' '));
        rows.push({
          ...{ workload, phase: p, run, pods, steps },
          mean: pairedDifference(...mean, 'mean', tolerance, own('mean')),
          high: pairedDifference(...high, { quantile: 0.95 }, tolerance, own('high')),
          total: pairedDifference(...total, 'mean', tolerance, own('total')),
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
