import type { RecordingData } from '../../core/recording.ts';
import type { TuneRow } from '../../core/results.ts';
import type { Settings } from '../../core/settings.ts';
import { highestScore } from '../detect/registry.ts';
import { type EventRules, f1Of } from '../evaluate/events.ts';
import { runExtent } from '../evaluate/extent.ts';
import { countsOf, passSettings, type TuneGrid, type TunePass } from './grid.ts';
import { type CloserLook, lookCloser } from './closer.ts';
import { judged } from './judged.ts';
import { mapSurfaces } from './narrow.ts';
import type { Objective } from './objective.ts';
import { middleOf, type Plateau } from './plateau.ts';
import { rankRuns, type RankedPass, type ScoredRun, type ScoreRecording } from './scored-run.ts';
import { buildSurface, countsAt, entryOf, type Surface } from './surface.ts';

/** What one setting of the grid came to: rows only, so that a sweep's memory stays bounded. */
export interface Trial {
  readonly settings: Settings;
  readonly plateau: Plateau | null;
  /** At the middle of its plateau; null where it has none. */
  readonly best: TuneRow | null;
  /** At every listed threshold. */
  readonly rows: readonly TuneRow[];
  /** Days of all series in which it could have alerted. */
  readonly watchedDays: number;
  /** What was found out besides, where the pass asks for it and there is a best row. */
  readonly closer?: CloserLook;
}

/** A series that a scoring pass gave no score at all: its silence means nothing. */
export interface UnscoredSeries {
  /** Position of its recording. */
  readonly recording: number;
  readonly series: string;
  readonly why: string;
}

/** What one scoring pass came to. */
export interface PassResult {
  readonly trials: readonly Trial[];
  readonly notEvaluated: readonly UnscoredSeries[];
}

/** Scores all recordings under one setting and readies them for counting. */
function scoredPass(
  recordings: readonly RecordingData[],
  { settings, rules, objective }: Pick<TunePass, 'settings' | 'rules' | 'objective'>,
  score: ScoreRecording,
): {
  readonly runs: readonly ScoredRun[];
  readonly pass: RankedPass;
  readonly notEvaluated: readonly UnscoredSeries[];
} {
  const runs = recordings.map((data, r) => ({
    columns: score(data, settings),
    labels: data.labels,
    extent: runExtent(data),
    rules: rules[r]!,
  }));
  return {
    runs,
    pass: rankRuns(runs, objective.kind === 'nab'),
    notEvaluated: runs.flatMap(({ columns }, recording) =>
      columns
        .filter(({ notEvaluated }) => notEvaluated !== '')
        .map(({ series, notEvaluated: why }) => ({ recording, series: series.id, why })),
    ),
  };
}

/** The passes of one detector over a full grid, in its order. */
export function passesOf(
  own: Settings,
  grid: TuneGrid,
  thresholds: readonly number[],
  objective: Objective,
  rules: readonly EventRules[],
): TunePass[] {
  const counts = countsOf(grid);
  return passSettings(own, grid).map((settings) => ({
    ...{ settings, counts, thresholds, objective, rules },
  }));
}

/** One scoring pass: all thresholds of all its counts. */
export function runPass(
  recordings: readonly RecordingData[],
  tuned: TunePass,
  score: ScoreRecording,
): PassResult {
  const { settings, counts, thresholds, objective } = tuned;
  const { runs, pass, notEvaluated } = scoredPass(recordings, tuned, score);
  const trials = mapSurfaces(pass, counts, objective, thresholds, (surface, count): Trial => {
    const own = { ...settings, ...count };
    const { worth, plateau } = judged(surface, objective, highestScore(settings.detector));
    const row = (t: number) => toRow(own, surface, worth, plateau, t, objective);
    const best = plateau === null ? null : row(middleOf(plateau));
    const watchedDays = pass.exposure.days.series;
    return { settings: own, plateau, best, rows: thresholds.map(row), watchedDays };
  });
  if (tuned.closer === undefined) return { trials, notEvaluated };
  const looks = lookCloser(recordings, tuned, tuned.closer, { runs, pass, trials }, score);
  return { trials: trials.map((trial, t) => ({ ...trial, ...looks[t] })), notEvaluated };
}

const LISTED_THRESHOLDS = 12;

/** The highest threshold at which something is still alerting, and one at which half of all do. */
function alertingRange({ levels, alerts }: Surface): number[] {
  const most = alerts.reduce((a, b, r) => (r === 0 ? a : Math.max(a, b)), 0);
  const highest = (count: number): number[] => {
    for (let r = levels.length; r > 0; r -= 1) {
      if (alerts[r]! >= Math.max(1, count)) return [levels[r - 1]!];
    }
    return [];
  };
  return [...highest(1), ...highest(most / 2)];
}

/**
 * Thresholds to list for one detector, evenly spaced to three digits over the range that separates
 * something under the middle setting of a full grid.
 */
export function listedThresholds(
  recordings: readonly RecordingData[],
  own: Settings,
  grid: TuneGrid,
  objective: Objective,
  rules: readonly EventRules[],
  score: ScoreRecording,
): number[] {
  const first = { pools: grid.pools.slice(0, 1), smooths: grid.smooths.slice(0, 1) };
  const all = passSettings(own, { ...grid, ...first });
  const settings = all[all.length >> 1] ?? own;
  const { pass } = scoredPass(recordings, { settings, rules, objective }, score);
  const surface = buildSurface(pass, countsOf(grid)[0] ?? { consecutive: 1, recover: 1 });
  const { plateau } = judged(surface, objective);
  const ends = plateau === null ? [] : [plateau.low, plateau.high];
  const levels = [...alertingRange(surface), ...ends];
  if (levels.length === 0) return [];
  const low = Math.min(...levels);
  const high = Math.max(...levels);
  const steps = Array.from({ length: LISTED_THRESHOLDS }, (_, i) =>
    Number((low + ((high - low) * (i + 0.5)) / LISTED_THRESHOLDS).toPrecision(3)),
  );
  return [...new Set(steps)];
}

/** What a row is ranked by: its worth, or how wide its plateau is; −1 over the budget. */
function scoreOf(
  worth: number,
  surface: Surface,
  plateau: Plateau | null,
  { kind }: Objective,
): number {
  if (worth === -Infinity) return -1;
  if (kind !== 'budget') return worth;
  return plateau === null || surface.pass.evaluated === 0 ? 0 : plateau.width;
}

function toRow(
  settings: Settings,
  surface: Surface,
  worth: Float64Array,
  plateau: Plateau | null,
  threshold: number,
  objective: Objective,
): TuneRow {
  const counts = countsAt(surface, threshold);
  const { exposure, evaluated } = surface.pass;
  const labels = surface.labels.length;
  const found = counts.detected + counts.falseAlerts;
  const days = exposure.days.series;
  return {
    settings: { ...settings, threshold, contamination: null },
    threshold,
    ...counts,
    falseAlertsPerSeriesDay: days > 0 ? counts.falseAlerts / days : 0,
    labels,
    recall: labels > 0 ? counts.detected / labels : null,
    precision: labels > 0 && found > 0 ? counts.detected / found : null,
    f1: f1Of(counts.detected, labels, counts.falseAlerts),
    score: scoreOf(worth[entryOf(surface, threshold)]!, surface, plateau, objective),
    evaluated,
  };
}
