import { ToolError } from '../core/errors.ts';
import type { RecordingData } from '../core/recording.ts';
import type { TuneResult } from '../core/results.ts';
import type { Settings } from '../core/settings.ts';
import { scoreMembers } from '../replay/score.ts';
import { fullGrid, type TuneGrid, type TunePass } from '../replay/tune/grid.ts';
import type { AlertBudget, Objective } from '../replay/tune/objective.ts';
import { tabulate } from '../replay/tune/tabulate.ts';
import { listedThresholds, type PassResult, passesOf, runPass } from '../replay/tune/tune.ts';
import { rulesFor } from './judge-run.ts';
import { type AdviceOptions, DEFAULT_ADVICE, secondLook } from './tune-advice.ts';

export const DEFAULT_GRID: TuneGrid = {
  windows: [30, 60, 120, 240, 480],
  smooths: [1, 3, 5],
  refractories: [],
  consecutives: [1, 2, 3, 5],
  withins: [],
  recovers: [],
  thresholds: [],
};

/** One alert a series in four days: what an on-call engineer with a dozen pods may bear. */
export const DEFAULT_BUDGET: AlertBudget = { alerts: 0.25, days: 1, per: 'series' };

/** Without a word about it: labels if there are any, else a budget of alerts. */
export function objectiveFor(recordings: readonly RecordingData[]): Objective {
  const labelled = recordings.some(({ labels }) => labels.length > 0);
  return labelled ? { kind: 'f1' } : { kind: 'budget', budget: DEFAULT_BUDGET };
}

/** Settings that can be swept: a threshold on a score, and a stream per series. Throws USAGE. */
export function sweepable(settings: Settings): Settings {
  if (settings.pool === 'all') {
    throw new ToolError('USAGE', 'tune needs a stream per series; try --pool container.');
  }
  if (settings.contamination === null) return settings;
  return { ...settings, contamination: null, threshold: settings.threshold ?? 1 };
}

/** Where a sweep runs: in this process, or by workers that read the recordings themselves. */
export interface SweepPlace {
  /** The recordings' paths, in their order. */
  readonly paths: readonly string[];
  /** Worker threads; 1: no worker. */
  readonly jobs: number;
}

/**
 * Sweeps a grid over recordings; `onDone` hears how many scoring passes are through. The result
 * has the same bytes for any number of jobs. Throws a plain Error naming the pass whose worker
 * failed.
 */
export async function tuneRecordings(
  recordings: readonly RecordingData[],
  base: Settings,
  grid: TuneGrid,
  objective: Objective,
  onDone: (done: number, total: number) => void,
  place: SweepPlace = { paths: [], jobs: 1 },
  advice: AdviceOptions = DEFAULT_ADVICE,
): Promise<TuneResult> {
  const settings = sweepable(base);
  const full = fullGrid(grid, settings);
  const rules = recordings.map(rulesFor);
  const thresholds =
    grid.thresholds.length > 0
      ? grid.thresholds
      : listedThresholds(recordings, settings, full, objective, rules, scoreMembers);
  const passes = passesOf(settings, full, thresholds, objective, rules);
  let done = 0;
  const told = (result: PassResult): PassResult => {
    done += 1;
    onDone(done, passes.length);
    return result;
  };
  const run = async (tasks: readonly TunePass[]): Promise<readonly PassResult[]> => {
    const jobs = Math.min(place.jobs, tasks.length);
    return jobs > 1
      ? await (await import('./tune-pool.ts')).runInWorkers(place.paths, tasks, jobs, told)
      : tasks.map((pass) => told(runPass(recordings, pass, scoreMembers)));
  };
  const results = await run(passes);
  const infos = recordings.map(({ info }) => info);
  const result = tabulate(infos, results, full, thresholds, objective);
  return secondLook({ recordings, settings, objective, passes, results, result }, advice, run);
}
