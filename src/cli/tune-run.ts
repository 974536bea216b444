import { ToolError } from '../core/errors.ts';
import type { RecordingData } from '../core/recording.ts';
import type { TuneResult } from '../core/results.ts';
import type { Settings } from '../core/settings.ts';
import { scoreMembers } from '../replay/score.ts';
import type { Objective } from '../replay/tune/plateau.ts';
import {
  listedThresholds,
  passesOf,
  runPass,
  tabulate,
  type Trial,
  type TuneGrid,
} from '../replay/tune/tune.ts';
import { rulesFor } from './judge-run.ts';

export const DEFAULT_GRID: TuneGrid = {
  windows: [30, 60, 120, 240, 480],
  smooths: [1, 3, 5],
  consecutives: [1, 2, 3, 5],
  thresholds: [],
};

/** One alert a series in four days: what an on-call engineer with a dozen pods may bear. */
const ALERTS_PER_SERIES_DAY = 0.25;

/** Labels if there are any, else a budget of alerts. */
export function objectiveFor(recordings: readonly RecordingData[], budget?: number): Objective {
  const labelled = recordings.some(({ labels }) => labels.length > 0);
  return labelled && budget === undefined
    ? { kind: 'f1' }
    : { kind: 'budget', alertsPerSeriesDay: budget ?? ALERTS_PER_SERIES_DAY };
}

/** Settings that can be swept: one detector with a threshold on its score, per series. */
export function sweepable(settings: Settings): Settings {
  if (settings.members.length > 0) {
    const hint = 'name one detector, such as --detector level or --preset isolation-per-pod';
    throw new ToolError('USAGE', `An ensemble has a window for each member; to tune, ${hint}.`);
  }
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
): Promise<TuneResult> {
  const settings = sweepable(base);
  const [first] = recordings;
  if (first === undefined) throw new ToolError('NO_DATA', 'There is no recording to tune on.');
  const rules = rulesFor(first);
  const thresholds =
    grid.thresholds.length > 0
      ? grid.thresholds
      : listedThresholds(recordings, settings, grid, objective, rules, scoreMembers);
  const passes = passesOf(settings, grid, thresholds, objective, rules);
  let done = 0;
  const told = (trials: readonly Trial[]): readonly Trial[] => {
    done += 1;
    onDone(done, passes.length);
    return trials;
  };
  const jobs = Math.min(place.jobs, passes.length);
  const trials =
    jobs > 1
      ? await (await import('./tune-pool.ts')).runInWorkers(place.paths, passes, jobs, told)
      : passes.map((pass) => told(runPass(recordings, pass, scoreMembers)));
  return tabulate(
    recordings.map(({ info }) => info),
    trials.flat(),
    grid,
    thresholds,
    objective,
  );
}
