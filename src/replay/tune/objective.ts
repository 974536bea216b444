import { plural } from '../../core/plural.ts';
import { f1Of } from '../evaluate/events.ts';
import type { NAB_PROFILES } from '../evaluate/nab.ts';
import type { Exposure, RateUnit } from './exposure.ts';
import { nabScores } from './nab-steps.ts';
import {
  falseAlertsAt,
  hoursOfFalseAlerts,
  type Surface,
  type UnexplainedTime,
} from './surface.ts';

/** So many false alerts in so much time of a unit, on average over all units, are bearable. */
export interface AlertBudget {
  readonly alerts: number;
  readonly days: number;
  readonly per: RateUnit;
}

/** What mistakes cost; any one unit of cost. */
export interface CostWeights {
  /** A label that no alert detects. */
  readonly miss: number;
  /** A false alert. */
  readonly false: number;
  /** A minute from a label's start to its detection. */
  readonly delayMinute: number;
  /** A minute that alerts are open, right or wrong. */
  readonly alertMinute: number;
}

/**
 * What a setting is judged by; higher is better.
 *
 * `f1`: event F1 against labels. `nab`: a profile of the Numenta Anomaly Benchmark. `recall`:
 * labels found while false alerts keep the budget. `cost`: what all mistakes cost, negative.
 * `budget`: no labels; alerts keep the budget, and what is ranked is how far the threshold can move
 * without changing the number of alerts.
 */
export type Objective =
  | { readonly kind: 'f1' }
  | { readonly kind: 'nab'; readonly profile: keyof typeof NAB_PROFILES }
  | { readonly kind: 'recall'; readonly budget: AlertBudget }
  | { readonly kind: 'cost'; readonly weights: CostWeights }
  | { readonly kind: 'budget'; readonly budget: AlertBudget };

/** Whether so many false alerts keep the budget. */
export function keepsBudget({ days }: Exposure, falseAlerts: number, budget: AlertBudget): boolean {
  return falseAlerts * budget.days <= budget.alerts * days[budget.per];
}

/**
 * Entries from the first up to this one break the budget by time alone that alerts outside labels:
 * it only grows towards lower thresholds.
 */
export function hopelessUpTo(time: UnexplainedTime, budget: AlertBudget): number {
  let entry = time.levels.length;
  const isKept = () => keepsBudget(time.pass.exposure, hoursOfFalseAlerts(time, entry), budget);
  while (entry > 0 && isKept()) entry -= 1;
  return entry;
}

/** Labels detected, and the sum of their delays in ms, at each entry from the last down. */
class LabelCounts {
  readonly #steps: readonly {
    readonly rank: number;
    readonly found: number;
    readonly ms: number;
  }[];
  #next = 0;
  detected = 0;
  delayMs = 0;

  constructor({ labels }: Surface) {
    // Going down, a label is found at its highest rank, and sooner at each lower one.
    this.#steps = labels
      .flatMap(({ ranks, delays }) =>
        ranks.map((rank, i) => {
          const later = delays[i + 1];
          const ms = delays[i]! - (later ?? 0);
          return { rank, found: later === undefined ? 1 : 0, ms };
        }),
      )
      .sort((a, b) => b.rank - a.rank);
  }

  goDownTo(entry: number): void {
    for (let step = this.#steps[this.#next]; step !== undefined && step.rank >= entry;) {
      this.detected += step.found;
      this.delayMs += step.ms;
      this.#next += 1;
      step = this.#steps[this.#next];
    }
  }
}

/** What mistakes cost in all. */
function costOf(
  weights: CostWeights,
  labels: number,
  { detected, delayMs }: { readonly detected: number; readonly delayMs: number },
  falseAlerts: number,
  alertMs: number,
): number {
  return (
    weights.miss * (labels - detected) +
    weights.false * falseAlerts +
    (weights.delayMinute * delayMs) / 60_000 +
    (weights.alertMinute * alertMs) / 60_000
  );
}

/**
 * How good each entry of a surface's columns is under an objective; −Infinity where a budget is
 * not kept. Under `budget`: the number of false alerts, since more of them within the budget is
 * more sensitive.
 */
export function worthOf(surface: Surface, objective: Objective): Float64Array {
  if (objective.kind === 'nab') {
    const { nab, pass, alerts } = surface;
    // Without a window nothing is gained and nothing lost.
    if (nab === null) return new Float64Array(alerts.length);
    return nabScores(nab, pass.nabWindows, objective.profile);
  }
  const worth = new Float64Array(surface.alerts.length).fill(-Infinity);
  const counts = new LabelCounts(surface);
  const labels = surface.labels.length;
  const { exposure } = surface.pass;
  const hopeless = 'budget' in objective ? hopelessUpTo(surface, objective.budget) : 0;
  for (let r = worth.length - 1; r > hopeless; r -= 1) {
    counts.goDownTo(r);
    const wrong = falseAlertsAt(surface, r);
    switch (objective.kind) {
      case 'f1':
        worth[r] = f1Of(counts.detected, labels, wrong) ?? 0;
        break;
      case 'recall':
        if (keepsBudget(exposure, wrong, objective.budget)) worth[r] = counts.detected / labels;
        break;
      case 'cost': {
        const cost = costOf(objective.weights, labels, counts, wrong, surface.alertMs[r]!);
        worth[r] = 0 - cost;
        break;
      }
      case 'budget':
        if (keepsBudget(exposure, wrong, objective.budget)) worth[r] = wrong;
    }
  }
  return worth;
}

/** Scores this close to the best count as equally good. */
export function toleranceOf(objective: Objective, best: number): number {
  switch (objective.kind) {
    case 'f1':
      return 0.02;
    case 'nab':
      return 1;
    case 'cost':
      return 0.02 * Math.abs(best);
    case 'recall':
    case 'budget':
      return 0;
  }
}

const UNIT_NAMES: Readonly<Record<RateUnit, string>> = {
  series: 'series',
  pod: 'pod',
  workload: 'workload',
  run: 'run',
};
const PERIODS: readonly (readonly [days: number, name: string])[] = [
  [1 / 24, 'hour'],
  [1, 'day'],
  [7, 'week'],
];

/** A budget as it is written: "1/day per workload". */
export function budgetText({ alerts, days, per }: AlertBudget): string {
  const period = PERIODS.find(([length]) => length === days)?.[1] ?? `${String(days)} days`;
  return `${String(alerts)}/${period} per ${UNIT_NAMES[per]}`;
}

const NAB_NAMES = {
  standard: 'standard profile',
  rewardLowFpRate: 'profile for few false alerts',
  rewardLowFnRate: 'profile for few misses',
} as const satisfies Record<keyof typeof NAB_PROFILES, string>;

/** What settings are judged by, for people. */
export function objectiveText(objective: Objective, labels: number): string {
  const against = `against ${plural(labels, 'label')}`;
  switch (objective.kind) {
    case 'f1':
      return `event F1 ${against}`;
    case 'nab':
      return `NAB score (${NAB_NAMES[objective.profile]}) ${against}`;
    case 'recall':
      return `recall ${against}, with false alerts at most ${budgetText(objective.budget)}`;
    case 'cost': {
      const { miss, false: wrong, delayMinute, alertMinute } = objective.weights;
      return (
        `cost ${against}: ${String(miss)} a miss, ${String(wrong)} a false alert, ` +
        `${String(delayMinute)} a minute of delay, ${String(alertMinute)} a minute of alerting`
      );
    }
    case 'budget':
      return `an alert budget of ${budgetText(objective.budget)}`;
  }
}
