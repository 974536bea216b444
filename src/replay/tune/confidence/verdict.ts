import { plural } from '../../../core/plural.ts';
import type { Confidence } from '../../../core/tune-advice.ts';
import { budgetText, type Objective } from '../objective.ts';

/**
 * Fewer labels cannot tell a setting that finds all faults from one that finds half: of four, the
 * latter finds all by luck in 6 % of runs, of five in 3 %.
 */
export const LEAST_LABELS = 5;
/**
 * A budget must allow this many alerts in the time that was watched: with fewer, even a run without
 * any alert does not show, at 95 %, that the budget is kept (the rule of three).
 */
export const LEAST_ALLOWED = 3;
/** Time outside labels, over all series, without which nothing is known of false alerts. */
export const LEAST_GOOD_HOURS = 1;
/** A plateau narrower than this share of its height is a knife's edge. */
export const LEAST_WIDTH = 0.05;
/** An interval wider than this share of the scale says little. */
export const WIDEST_INTERVAL = 0.5;
/** Resamples in which the measure must be told, and in which no other setting may be better. */
export const LEAST_USABLE = 0.8;
export const MOST_LOST = 0.5;
/** Held out, a choice must come to this share of what it came to where it was made. */
export const LEAST_KEPT = 0.5;

/** What the rules look at. */
export interface Evidence {
  readonly confidence: Omit<Confidence, 'enough' | 'because'>;
  readonly objective: Objective;
  readonly labels: number;
  /** Hours of all series outside labels. */
  readonly goodHours: number;
  /** Days watched in the budget's unit; 0 without a budget. */
  readonly budgetDays: number;
  readonly plateauWidth: number;
  /** What a setting that never alerts comes to. */
  readonly silent: number;
}

const percent = (share: number): string => `${String(Math.round(share * 100))} %`;
const rounded = (value: number): string => String(Number(value.toPrecision(3)));

function labelReasons({ objective, labels, goodHours }: Evidence): string[] {
  if (objective.kind === 'budget') return [];
  const few =
    `only ${plural(labels, 'label')} can be judged, and with fewer ` +
    `than ${String(LEAST_LABELS)} a setting that finds half of all faults may find every one by luck`;
  const calm =
    'there is hardly any time without a known fault, so nothing is known of false alerts';
  return [...(labels < LEAST_LABELS ? [few] : []), ...(goodHours < LEAST_GOOD_HOURS ? [calm] : [])];
}

function budgetReasons({ objective, budgetDays }: Evidence): string[] {
  if (objective.kind !== 'budget') return [];
  const { alerts, days, per } = objective.budget;
  const allowed = (budgetDays * alerts) / days;
  if (allowed >= LEAST_ALLOWED) return [];
  const needed =
    alerts > 0 ? `${rounded((LEAST_ALLOWED * days) / alerts)} are needed` : 'none is enough';
  return [
    `${rounded(budgetDays)} ${per}-days were watched, and to show that ${budgetText(objective.budget)} ` +
      `is kept ${needed}`,
  ];
}

/** How wide the scale of an objective is. */
function scaleOf({ objective, silent }: Evidence): number {
  if (objective.kind === 'nab') return 100;
  return objective.kind === 'cost' ? Math.abs(silent) : 1;
}

function intervalReasons(evidence: Evidence): string[] {
  const { confidence, objective, silent } = evidence;
  const { interval, usable, resamples, overBudget } = confidence;
  if (interval === null || usable < LEAST_USABLE * resamples) {
    return [`in ${percent(1 - usable / resamples)} of resamples there is no label at all`];
  }
  const isOver = overBudget > MOST_LOST;
  const over = isOver ? [`it is over the budget in ${percent(overBudget)} of resamples`] : [];
  if (objective.kind === 'budget') return over;
  const [low, high] = interval;
  const text = `${rounded(low)} to ${rounded(high)}`;
  if (low <= silent) {
    return [...over, `its interval (${text}) reaches down to a setting that never alerts`];
  }
  const isWide = high - low > WIDEST_INTERVAL * scaleOf(evidence);
  return [
    ...over,
    ...(isWide ? [`its interval (${text}) covers more than half of the scale`] : []),
  ];
}

function heldOutReasons({ confidence, objective, silent }: Evidence): string[] {
  return confidence.heldOut.flatMap(({ by, chosen, heldOut }) => {
    const part = by === 'time' ? 'half of the time' : 'the other runs';
    if (chosen === null) return [];
    if (objective.kind === 'budget') {
      const isOver = heldOut !== null && heldOut > objective.budget.alerts / LEAST_KEPT;
      return isOver
        ? [`chosen on ${part}, it alerts ${rounded(heldOut)} times as the budget counts`]
        : [];
    }
    if (heldOut === null) return [`nothing is left to judge when one chooses on ${part}`];
    if (heldOut - silent >= LEAST_KEPT * (chosen - silent)) return [];
    return [
      `chosen on ${part}, it comes to ${rounded(chosen)} there and to ${rounded(heldOut)} on the rest`,
    ];
  });
}

function chanceReasons({ confidence: { value, chance } }: Evidence): string[] {
  if (value === null || chance === null || value > chance) return [];
  return [`alerts that have nothing to do with the labels come to as much (${rounded(chance)})`];
}

/** Why the evidence does not suffice, a clause each; none: it does. */
export function whyNotEnough(evidence: Evidence): readonly string[] {
  const { confidence, plateauWidth } = evidence;
  const { otherWins, compared } = confidence;
  return [
    ...labelReasons(evidence),
    ...budgetReasons(evidence),
    ...intervalReasons(evidence),
    ...chanceReasons(evidence),
    ...(plateauWidth < LEAST_WIDTH
      ? [`thresholds that do as well span only ${percent(plateauWidth)}, a knife's edge`]
      : []),
    ...(compared > 1 && otherWins > MOST_LOST
      ? [`in ${percent(otherWins)} of resamples another setting is better`]
      : []),
    ...heldOutReasons(evidence),
  ];
}
