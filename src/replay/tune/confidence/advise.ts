import type { RecordingData } from '../../../core/recording.ts';
import type { TuneResult } from '../../../core/results.ts';
import { settingsDigest } from '../../../core/settings-digest.ts';
import type { Confidence } from '../../../core/tune-advice.ts';
import type { EventRules } from '../../evaluate/events.ts';
import type { Exposure } from '../exposure.ts';
import { type Objective, toleranceOf } from '../objective.ts';
import type { ScoreRecording } from '../scored-run.ts';
import type { Trial } from '../tune.ts';
import { blockCells, bootstrap, RESAMPLES } from './bootstrap.ts';
import { cellMs } from './cells.ts';
import { heldOutChecks } from './held-out.ts';
import { robustnessOf } from './robustness.ts';
import { noTotals, totalOf, type Totals, valueOf } from './totals.ts';
import { whyNotEnough } from './verdict.ts';

/** What values of an objective are, for people. */
function measureOf(objective: Objective): string {
  switch (objective.kind) {
    case 'f1':
      return 'event F1';
    case 'nab':
      return 'NAB score';
    case 'recall':
      return 'share of labels found';
    case 'cost':
      return 'negative cost';
    case 'budget': {
      const { days, per } = objective.budget;
      const period = days === 1 ? 'day' : days === 7 ? 'week' : `${String(days * 24)} h`;
      return `false alerts a ${per} and ${period}`;
    }
  }
}

/** What a setting comes to that never alerts. */
function silentValue(
  { labels, windows }: Totals,
  exposure: Exposure,
  objective: Objective,
): number {
  return valueOf({ ...noTotals(), labels, windows }, exposure, objective) ?? 0;
}

/** Hours of all series outside labels. */
function goodHoursOf(recordings: readonly RecordingData[], { days }: Exposure): number {
  const labelled = recordings
    .flatMap(({ labels }) => labels)
    .reduce((sum, { startMs, graceEndMs }) => sum + (graceEndMs - startMs), 0);
  return Math.max(0, days.series * 24 - labelled / 3_600_000);
}

/** Runs as they were judged, and how they are scored. */
export interface Judging {
  readonly recordings: readonly RecordingData[];
  readonly rules: readonly EventRules[];
  readonly objective: Objective;
  readonly score: ScoreRecording;
  readonly seed: number;
}

/**
 * How far a result's recommendation can be relied on; null where nothing is recommended. `trials`
 * are those that got a second look, the recommended one among them.
 */
export function confidenceIn(
  result: TuneResult,
  trials: readonly Trial[],
  { recordings, rules, objective, score, seed }: Judging,
): Confidence | null {
  const { recommended } = result;
  if (recommended === null) return null;
  const digest = settingsDigest(recommended.settings);
  const isOwn = ({ best }: Trial): boolean =>
    best !== null && settingsDigest(best.settings) === digest;
  const looked = [...trials.filter(isOwn), ...trials.filter((trial) => !isOwn(trial))].flatMap(
    ({ best, closer, plateau }) =>
      best === null || closer === undefined ? [] : [{ best, closer, plateau }],
  );
  const [own] = looked;
  if (own === undefined || settingsDigest(own.best.settings) !== digest) return null;
  const { cells, exposure } = own.closer;
  const totals = totalOf(cells);
  const value = valueOf(totals, exposure, objective);
  const tolerance = toleranceOf(objective, value ?? 0);
  const drawn = bootstrap(
    looked.map(({ closer }) => ({ runs: closer.cells, exposure: closer.exposure })),
    objective,
    tolerance,
    seed,
  );
  const [first] = recordings;
  const lengthMs =
    first === undefined
      ? 0
      : cellMs({
          extent: { startMs: first.info.startMs, endMs: first.info.endMs },
          rules: rules[0]!,
        });
  const confidence = {
    measure: measureOf(objective),
    lowerIsBetter: objective.kind === 'budget',
    value,
    interval: drawn.interval,
    resamples: RESAMPLES,
    usable: drawn.usable,
    blockSeconds: (blockCells(cells[0]?.length ?? 1) * lengthMs) / 1000,
    overBudget: drawn.overBudget,
    otherWins: drawn.otherWins,
    rival: drawn.rival === null ? null : looked[drawn.rival]!.best.settings,
    compared: looked.length,
    heldOut: heldOutChecks(
      looked.map(({ closer }) => closer.folds),
      objective,
    ),
    ...robustnessOf(recordings, rules, recommended.settings, objective, seed, score),
  };
  const because = whyNotEnough({
    ...{ confidence, objective, labels: totals.labels, plateauWidth: own.plateau?.width ?? 0 },
    goodHours: goodHoursOf(recordings, exposure),
    budgetDays: objective.kind === 'budget' ? exposure.days[objective.budget.per] : 0,
    silent: silentValue(totals, exposure, objective),
  });
  return { enough: because.length === 0, because, ...confidence };
}
