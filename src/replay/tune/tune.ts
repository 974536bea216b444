import { digestValue } from '../../core/digest.ts';
import type { RecordingData, RecordingInfo } from '../../core/recording.ts';
import type { TuneResult, TuneRow } from '../../core/results.ts';
import type { Settings } from '../../core/settings.ts';
import { settingsDigest } from '../../core/settings-digest.ts';
import { compareText } from '../../core/order.ts';
import { type EventRules, f1Of } from '../evaluate/events.ts';
import { runExtent } from '../evaluate/extent.ts';
import { middleOf, type Objective, type Plateau, relativeWidth, widestPlateau } from './plateau.ts';
import {
  buildSurface,
  countsAt,
  type ScoreColumns,
  type ScoredRun,
  type Surface,
} from './surface.ts';

/** What is tried; every list is ascending and without repeats. */
export interface TuneGrid {
  readonly windows: readonly number[];
  readonly smooths: readonly number[];
  readonly consecutives: readonly number[];
  /** Thresholds to list besides the best of each setting; empty: chosen from the scores. */
  readonly thresholds: readonly number[];
}

/** What one setting of the grid came to: rows only, so that a sweep's memory stays bounded. */
export interface Trial {
  readonly settings: Settings;
  readonly plateau: Plateau | null;
  /** At the middle of its plateau; null where it has none. */
  readonly best: TuneRow | null;
  /** At every listed threshold. */
  readonly rows: readonly TuneRow[];
}

/** One scoring pass of a sweep, and what is tried on its scores. */
export interface TunePass {
  /** `window` and `smooth` are set; threshold and consecutive are what is tried. */
  readonly settings: Settings;
  readonly consecutives: readonly number[];
  readonly thresholds: readonly number[];
  readonly objective: Objective;
  readonly rules: EventRules;
}

/** Scores a recording's judged series under settings: the part of a replay before thresholds. */
export type ScoreRecording = (data: RecordingData, settings: Settings) => readonly ScoreColumns[];

/** F1 within this much of the best counts as equally good. */
const TOLERANCE = 0.02;
const LISTED_THRESHOLDS = 12;

const toleranceOf = ({ kind }: Objective): number => (kind === 'f1' ? TOLERANCE : 0);

/** The passes of a grid, in its order. */
export function passesOf(
  base: Settings,
  grid: TuneGrid,
  thresholds: readonly number[],
  objective: Objective,
  rules: EventRules,
): TunePass[] {
  const { consecutives } = grid;
  return grid.windows.flatMap((window) =>
    grid.smooths.map((smooth): TunePass => {
      const warmup = Math.min(base.warmup, window);
      const settings = { ...base, window, smooth, warmup };
      return { settings, consecutives, thresholds, objective, rules };
    }),
  );
}

function scoredRuns(
  recordings: readonly RecordingData[],
  settings: Settings,
  score: ScoreRecording,
): ScoredRun[] {
  return recordings.map((data) => ({
    columns: score(data, settings),
    labels: data.labels,
    extent: runExtent(data),
  }));
}

/** One scoring pass: all thresholds of all its consecutive counts. */
export function runPass(
  recordings: readonly RecordingData[],
  { settings, consecutives, thresholds, objective, rules }: TunePass,
  score: ScoreRecording,
): Trial[] {
  const runs = scoredRuns(recordings, settings, score);
  return consecutives.map((consecutive): Trial => {
    const own = { ...settings, consecutive };
    const surface = buildSurface(runs, consecutive, own.recover, rules);
    const plateau = widestPlateau(surface, objective, toleranceOf(objective));
    const row = (t: number) => toRow(own, surface, plateau, t, objective);
    const best = plateau === null ? null : row(middleOf(plateau));
    return { settings: own, plateau, best, rows: thresholds.map(row) };
  });
}

/**
 * Thresholds to list, evenly spaced to three digits over the range that separates something under
 * the middle setting of the grid.
 */
export function listedThresholds(
  recordings: readonly RecordingData[],
  base: Settings,
  grid: TuneGrid,
  objective: Objective,
  rules: EventRules,
  score: ScoreRecording,
): number[] {
  const window = grid.windows[grid.windows.length >> 1] ?? base.window;
  const smooth = grid.smooths[0] ?? base.smooth;
  const settings = { ...base, window, smooth, warmup: Math.min(base.warmup, window) };
  const runs = scoredRuns(recordings, settings, score);
  const surface = buildSurface(runs, grid.consecutives[0] ?? 1, base.recover, rules);
  const plateau = widestPlateau(surface, objective, toleranceOf(objective));
  const { plus } = surface.episodes;
  const levels = [
    ...[plus[plus.length - 1], plus[plus.length >> 1], plateau?.low, plateau?.high],
  ].filter((level) => level !== undefined);
  if (levels.length === 0) return [];
  const low = Math.min(...levels);
  const high = Math.max(...levels);
  const steps = Array.from({ length: LISTED_THRESHOLDS }, (_, i) =>
    Number((low + ((high - low) * (i + 0.5)) / LISTED_THRESHOLDS).toPrecision(3)),
  );
  return [...new Set(steps)];
}

function toRow(
  settings: Settings,
  surface: Surface,
  plateau: Plateau | null,
  threshold: number,
  objective: Objective,
): TuneRow {
  const counts = countsAt(surface, threshold);
  const labels = surface.labels.length;
  const found = counts.detected + counts.falseAlerts;
  const f1 = f1Of(counts.detected, labels, counts.falseAlerts);
  const rate = surface.seriesDays > 0 ? counts.falseAlerts / surface.seriesDays : 0;
  const withinBudget = objective.kind === 'budget' && rate <= objective.alertsPerSeriesDay;
  const stability = withinBudget && plateau !== null ? relativeWidth(plateau) : 0;
  return {
    settings: { ...settings, threshold, contamination: null },
    threshold,
    ...counts,
    falseAlertsPerSeriesDay: rate,
    labels,
    recall: labels > 0 ? counts.detected / labels : null,
    precision: labels > 0 && found > 0 ? counts.detected / found : null,
    f1,
    score: objective.kind === 'f1' ? (f1 ?? 0) : stability,
  };
}

/** Best score first; then fewer false alerts, earlier, simpler (less smoothing, shorter window). */
function compareRows(a: TuneRow, b: TuneRow): number {
  const delay = (row: TuneRow): number => row.medianDelaySeconds ?? Infinity;
  const late = delay(a) === delay(b) ? 0 : delay(a) - delay(b);
  return (
    b.score - a.score ||
    a.falseAlerts - b.falseAlerts ||
    late ||
    a.settings.smooth - b.settings.smooth ||
    a.settings.consecutive - b.settings.consecutive ||
    a.settings.window - b.settings.window ||
    b.threshold - a.threshold ||
    compareText(settingsDigest(a.settings), settingsDigest(b.settings))
  );
}

/** Trials → a tuning table and a recommendation. Pure and independent of the trials' order. */
export function tabulate(
  recordings: readonly RecordingInfo[],
  trials: readonly Trial[],
  grid: TuneGrid,
  thresholds: readonly number[],
  objective: Objective,
): TuneResult {
  const rows = trials
    .flatMap(({ best, rows: listed }) =>
      best === null
        ? listed
        : [best, ...listed.filter(({ threshold }) => threshold !== best.threshold)],
    )
    .sort(compareRows);
  const labels = rows[0]?.labels ?? 0;
  const result = {
    recordings,
    grid: { detector: trials[0]?.settings.detector ?? '', ...grid, thresholds },
    objective:
      objective.kind === 'f1'
        ? `event F1 against ${String(labels)} labels`
        : `at most ${String(objective.alertsPerSeriesDay)} alerts per series and day`,
    rows,
    recommended: recommend(trials, objective),
  };
  return {
    ...result,
    digest: digestValue({ ...result, recordings: recordings.map((r) => r.digest) }),
  };
}

/** The setting with the widest plateau among those as good as the best, at its middle. */
function recommend(trials: readonly Trial[], objective: Objective): TuneResult['recommended'] {
  const candidates = trials.flatMap(({ plateau, best: row }) =>
    plateau === null || row === null ? [] : [{ plateau, row }],
  );
  const best = candidates.reduce((most, { row }) => Math.max(most, row.score), -Infinity);
  const tolerance = toleranceOf(objective);
  const good = candidates
    .filter(({ row }) => row.score >= best - tolerance)
    .sort(
      (a, b) => relativeWidth(b.plateau) - relativeWidth(a.plateau) || compareRows(a.row, b.row),
    );
  const [chosen] = good;
  if (chosen === undefined || (objective.kind === 'f1' && chosen.row.detected === 0)) return null;
  const { row, plateau } = chosen;
  const found =
    objective.kind === 'f1'
      ? `It finds ${String(row.detected)} of ${String(row.labels)} labels with ` +
        `${String(row.falseAlerts)} false alerts`
      : `It alerts ${String(row.alerts)} times`;
  const why =
    `${found}, and so does every threshold from ${plateau.low.toPrecision(3)} to ` +
    `${plateau.high.toPrecision(3)}; of ${String(good.length)} settings as good it has the widest such range.`;
  return {
    settings: row.settings,
    why,
    interval: null,
    plateau: { thresholds: [plateau.low, plateau.high], rows: good.length },
  };
}
