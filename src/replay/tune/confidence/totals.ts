import { f1Of } from '../../evaluate/events.ts';
import { NAB_PROFILES, scaledScore } from '../../evaluate/nab.ts';
import type { Exposure } from '../exposure.ts';
import type { Objective } from '../objective.ts';

/** What is counted of a setting at one threshold; every member is a sum over time and series. */
export interface Totals {
  falseEpisodes: number;
  /** Alerting samples outside labels. */
  unexplained: number;
  alertMs: number;
  labels: number;
  detected: number;
  delayMs: number;
  windows: number;
  hits: number;
  gains: number;
  costs: number;
}

export const TOTAL_NAMES = [
  ...['falseEpisodes', 'unexplained', 'alertMs', 'labels', 'detected', 'delayMs'],
  ...['windows', 'hits', 'gains', 'costs'],
] as readonly (keyof Totals)[];

/** Nothing counted yet. */
export function noTotals(): Totals {
  return {
    ...{ falseEpisodes: 0, unexplained: 0, alertMs: 0, labels: 0, detected: 0, delayMs: 0 },
    ...{ windows: 0, hits: 0, gains: 0, costs: 0 },
  };
}

/** Adds `more`, so many times, to `sum`. */
export function addTotals(sum: Totals, more: Totals, times = 1): void {
  for (const name of TOTAL_NAMES) sum[name] += times * more[name];
}

/** The sum over all runs and cells. */
export function totalOf(runs: readonly (readonly Totals[])[]): Totals {
  const sum = noTotals();
  for (const cells of runs) for (const cell of cells) addTotals(sum, cell);
  return sum;
}

/** False alerts as everywhere: one an episode, and one for every full hour of alerting. */
export function falseAlertsOf(totals: Totals, { samplesPerHour }: Exposure): number {
  return totals.falseEpisodes + Math.floor(totals.unexplained / samplesPerHour);
}

/** Whether false alerts keep the objective's budget; true where it has none. */
export function isWithinBudget(totals: Totals, exposure: Exposure, objective: Objective): boolean {
  if (objective.kind !== 'budget' && objective.kind !== 'recall') return true;
  const { alerts, days, per } = objective.budget;
  return falseAlertsOf(totals, exposure) * days <= alerts * exposure.days[per];
}

/**
 * What counts come to under an objective, the budget apart; null where there is nothing to divide
 * by. Higher is better, except under `budget`: there it is false alerts in a budget's time and
 * unit, and lower is calmer.
 */
export function valueOf(totals: Totals, exposure: Exposure, objective: Objective): number | null {
  const { labels, detected, delayMs, alertMs, windows, hits, gains, costs } = totals;
  const wrong = falseAlertsOf(totals, exposure);
  switch (objective.kind) {
    case 'f1':
      return f1Of(detected, labels, wrong);
    case 'recall':
      return labels === 0 ? null : detected / labels;
    case 'cost': {
      const { miss, false: each, delayMinute, alertMinute } = objective.weights;
      const late = (delayMinute * delayMs + alertMinute * alertMs) / 60_000;
      return 0 - (miss * (labels - detected) + each * wrong + late);
    }
    case 'nab': {
      if (windows === 0) return null;
      const profile = NAB_PROFILES[objective.profile];
      const raw =
        profile.truePositive * gains -
        profile.falseNegative * (windows - hits) +
        profile.falsePositive * costs;
      return scaledScore(raw, windows, profile);
    }
    case 'budget': {
      const { days, per } = objective.budget;
      return exposure.days[per] > 0 ? (wrong * days) / exposure.days[per] : null;
    }
  }
}
