import type {
  ComparedPhase,
  ComparedRow,
  Difference,
  RunComparison,
  Verdict,
  WorkloadColumns,
} from '../../core/comparison.ts';
import { ToolError } from '../../core/errors.ts';
import type { RecordingData } from '../../core/recording.ts';
import { rngFor } from '../../core/rng.ts';
import { alignRuns } from './align.ts';
import { blockDifference } from './block-difference.ts';
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

/** The part of a run's columns that a phase covers, steps without samples left out. */
function withinPhase(columns: WorkloadColumns, { spans }: ComparedPhase, run: number, grid: Grid) {
  const [from = 0, to = 0] = spans[run] ?? [];
  // A step belongs to the phase in which its middle lies.
  const place = (ms: number): number =>
    Math.min(grid.steps, Math.max(0, Math.ceil((ms - grid.fromMs) / grid.stepMs - 0.5)));
  const [first, last] = [place(from), place(to)];
  const kept: number[] = [];
  for (let s = first; s < last; s += 1) if (columns.pods[s]! > 0) kept.push(s);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(kept, (s) => column[s]!);
  return {
    mean: pick(columns.mean),
    high: pick(columns.high),
    total: pick(columns.total),
    pods: kept.reduce((most, s) => Math.max(most, columns.pods[s]!), 0),
    steps: kept.length,
  };
}

function verdictOf({ interval, relative, baseline }: Difference, tolerance: number): Verdict {
  if (interval === null) return 'unknown';
  const [low, high] = interval;
  const room = Math.abs(baseline) * tolerance;
  const isLarge = relative === null ? low > 0 || high < 0 : Math.abs(relative) >= tolerance;
  if (isLarge && low > 0) return 'higher';
  if (isLarge && high < 0) return 'lower';
  return low >= -room && high <= room ? 'same' : 'unclear';
}

/**
 * Two or more runs → how each workload's metrics of every later run differ from the first's, phase by
 * phase, with intervals.
 *
 * Runs are aligned (`alignRuns`), pods pooled by workload and container, and columns of one step
 * compared (`blockDifference`). The same runs and seed give the same numbers. Throws USAGE for
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
        const a = withinPhase(before, phase, 0, grid);
        const b = withinPhase(after, phase, run, grid);
        if (a.steps === 0 || b.steps === 0) return;
        const own = (name: string) => rngFor(seed, [run, workload, p, name].join(' '));
        const mean = blockDifference(a.mean, b.mean, 'mean', own('mean'));
        rows.push({
          ...{ workload, phase: p, run, mean },
          high: blockDifference(a.high, b.high, { quantile: 0.95 }, own('high')),
          total: blockDifference(a.total, b.total, 'mean', own('total')),
          pods: [a.pods, b.pods],
          steps: [a.steps, b.steps],
          verdict: verdictOf(mean, tolerance),
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
