import { digestValue } from '../../core/digest.ts';
import type { RecordingData, RecordingInfo } from '../../core/recording.ts';
import type { TuneResult, TuneRow } from '../../core/results.ts';
import { type Settings, settingsDigest } from '../../core/settings.ts';
import { compareText } from '../../core/order.ts';
import { type EventRules, f1Of } from '../evaluate/events.ts';
import { runExtent } from '../evaluate/extent.ts';
import { middleOf, type Objective, type Plateau, relativeWidth, widestPlateau } from './plateau.ts';
import { buildSurface, countsAt, type ScoreColumns, type Surface } from './surface.ts';

/** What is tried; every list is ascending and without repeats. */
export interface TuneGrid {
  readonly windows: readonly number[];
  readonly smooths: readonly number[];
  readonly consecutives: readonly number[];
  /** Thresholds to list besides the best of each setting; empty: chosen from the scores. */
  readonly thresholds: readonly number[];
}

/** What one setting of the grid came to. */
export interface Trial {
  readonly settings: Settings;
  readonly surface: Surface;
  readonly plateau: Plateau | null;
}

/** Scores a recording's judged series under settings: the part of a replay before thresholds. */
export type ScoreRecording = (data: RecordingData, settings: Settings) => readonly ScoreColumns[];

/** F1 within this much of the best counts as equally good. */
const TOLERANCE = 0.02;
const LISTED_THRESHOLDS = 12;

/** Every (window, smoothing, consecutive) of the grid, one scoring pass per window and smoothing. */
export function* runTrials(
  recordings: readonly RecordingData[],
  base: Settings,
  grid: TuneGrid,
  objective: Objective,
  rules: EventRules,
  score: ScoreRecording,
): Generator<readonly Trial[]> {
  for (const window of grid.windows) {
    for (const smooth of grid.smooths) {
      const warmup = Math.min(base.warmup, window);
      const pass: Settings = { ...base, window, smooth, warmup };
      const runs = recordings.map((data) => ({
        columns: score(data, pass),
        labels: data.labels,
        extent: runExtent(data),
      }));
      yield grid.consecutives.map((consecutive) => {
        const surface = buildSurface(runs, consecutive, pass.recover, rules);
        const plateau = widestPlateau(surface, objective, objective.kind === 'f1' ? TOLERANCE : 0);
        return { settings: { ...pass, consecutive }, surface, plateau };
      });
    }
  }
}

function toRow(trial: Trial, threshold: number, objective: Objective): TuneRow {
  const { surface, settings, plateau } = trial;
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

/** Evenly spaced thresholds over the range that separates something, to three digits. */
function listedThresholds(trials: readonly Trial[]): number[] {
  const levels = trials.flatMap(({ surface, plateau }) => {
    const { plus } = surface.episodes;
    const high = plus[plus.length - 1];
    const usual = plus[Math.floor(plus.length / 2)];
    return [high, usual, plateau?.low, plateau?.high].filter((level) => level !== undefined);
  });
  if (levels.length === 0) return [];
  const low = Math.min(...levels);
  const high = Math.max(...levels);
  const steps = Array.from({ length: LISTED_THRESHOLDS }, (_, i) =>
    Number((low + ((high - low) * (i + 0.5)) / LISTED_THRESHOLDS).toPrecision(3)),
  );
  return [...new Set(steps)];
}

/** Trials → a tuning table and a recommendation. Pure and independent of the trials' order. */
export function tabulate(
  recordings: readonly RecordingInfo[],
  trials: readonly Trial[],
  grid: TuneGrid,
  objective: Objective,
): TuneResult {
  const thresholds = grid.thresholds.length > 0 ? grid.thresholds : listedThresholds(trials);
  const rows = trials
    .flatMap((trial) => {
      const own = trial.plateau === null ? [] : [middleOf(trial.plateau)];
      return [...new Set([...own, ...thresholds])].map((t) => toRow(trial, t, objective));
    })
    .sort(compareRows);
  const labels = trials[0]?.surface.labels.length ?? 0;
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
  const candidates = trials.flatMap((trial) =>
    trial.plateau === null
      ? []
      : [{ trial, plateau: trial.plateau, row: toRow(trial, middleOf(trial.plateau), objective) }],
  );
  const best = candidates.reduce((most, { row }) => Math.max(most, row.score), -Infinity);
  const tolerance = objective.kind === 'f1' ? TOLERANCE : 0;
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
