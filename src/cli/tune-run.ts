import { ToolError } from '../core/errors.ts';
import type { RecordingData } from '../core/recording.ts';
import type { TuneResult } from '../core/results.ts';
import type { Settings } from '../core/settings.ts';
import { scoreRecording } from '../replay/score.ts';
import type { Objective } from '../replay/tune/plateau.ts';
import { runTrials, tabulate, type Trial, type TuneGrid } from '../replay/tune/tune.ts';
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
  if (settings.pool === 'all') {
    throw new ToolError('USAGE', 'tune needs a stream per series; try --pool container.');
  }
  if (settings.contamination === null) return settings;
  return { ...settings, contamination: null, threshold: settings.threshold ?? 1 };
}

/** Sweeps a grid over recordings; `onDone` hears how many scoring passes are through. */
export function tuneRecordings(
  recordings: readonly RecordingData[],
  base: Settings,
  grid: TuneGrid,
  objective: Objective,
  onDone: (done: number, total: number) => void,
): TuneResult {
  const settings = sweepable(base);
  const [first] = recordings;
  if (first === undefined) throw new ToolError('NO_DATA', 'There is no recording to tune on.');
  const score = (data: RecordingData, pass: Settings) =>
    scoreRecording(data, pass).flatMap(({ members }) => members);
  const total = grid.windows.length * grid.smooths.length;
  const trials: Trial[] = [];
  let done = 0;
  for (const some of runTrials(recordings, settings, grid, objective, rulesFor(first), score)) {
    trials.push(...some);
    done += 1;
    onDone(done, total);
  }
  return tabulate(
    recordings.map(({ info }) => info),
    trials,
    grid,
    objective,
  );
}
