import { ToolError } from '../../core/errors.ts';
import type { RecordingData } from '../../core/recording.ts';
import type { Sensitivity } from '../../replay/sensitivity.ts';
import { dialled } from './advice-flags.ts';
import type { RateUnit } from '../../replay/tune/exposure.ts';
import type { AlertBudget, CostWeights, Objective } from '../../replay/tune/objective.ts';
import { DEFAULT_BUDGET, objectiveFor } from '../tune-run.ts';

/** Flags that say what a setting is judged by. */
export interface ObjectiveFlags {
  readonly objective?: string | undefined;
  readonly budget?: string | undefined;
  readonly cost?: string | undefined;
  readonly sensitivity?: Sensitivity | undefined;
}

const PERIOD_DAYS: Readonly<Record<string, number>> = { hour: 1 / 24, day: 1, week: 7 };

/** "1/day per workload" → a budget; a bare number is alerts a day and series. Throws USAGE. */
export function parseBudget(text: string): AlertBudget {
  const [, alerts, period = 'day', unit = 'series'] =
    /^\s*(\d+(?:\.\d+)?)(?:\s*\/\s*(hour|day|week))?(?:\s+per\s+(workload|pod|series|run))?\s*$/i.exec(
      text,
    ) ?? [];
  const days = PERIOD_DAYS[period.toLowerCase()];
  if (alerts === undefined || days === undefined) {
    const form = 'N/hour, N/day or N/week, per workload, pod, series or run';
    throw new ToolError(
      'USAGE',
      `Cannot read --budget "${text}"; it takes ${form}, such as "1/day per workload".`,
      { text },
    );
  }
  // The pattern allows no other unit.
  return { alerts: Number(alerts), days, per: unit.toLowerCase() as RateUnit };
}

const WEIGHTS: Readonly<Record<string, keyof CostWeights>> = {
  miss: 'miss',
  false: 'false',
  'delay-minute': 'delayMinute',
  'alert-minute': 'alertMinute',
};

/** "miss=10,false=1,delay-minute=0.1" → weights; what is left out costs nothing. Throws USAGE. */
export function parseCost(text: string): CostWeights {
  const weights: Record<keyof CostWeights, number> = {
    ...{ miss: 0, false: 0, delayMinute: 0, alertMinute: 0 },
  };
  for (const part of text.split(',')) {
    const [, name = '', value = ''] = /^\s*([\w-]+)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
    const weight = WEIGHTS[name];
    if (weight === undefined) {
      const names = Object.keys(WEIGHTS).join(', ');
      throw new ToolError(
        'USAGE',
        `Cannot read --cost "${part}"; it takes ${names}, such as miss=10,false=1.`,
        { text },
      );
    }
    weights[weight] = Number(value);
  }
  if (weights.miss === 0 && weights.delayMinute === 0) {
    throw new ToolError('USAGE', '--cost: where a miss costs nothing, never alerting is best.');
  }
  if (weights.false === 0 && weights.alertMinute === 0) {
    throw new ToolError('USAGE', '--cost: where alerts cost nothing, always alerting is best.');
  }
  return weights;
}

const NAB_PROFILES = {
  'nab-standard': 'standard',
  'nab-low-fp': 'rewardLowFpRate',
  'nab-low-fn': 'rewardLowFnRate',
} as const;

/**
 * What to judge by, from flags and what the recordings have. Throws USAGE for flags that do not go
 * together, NO_DATA for an objective that needs labels where there are none.
 */
export function objectiveFrom(
  { objective, budget: budgetFlag, cost, sensitivity }: ObjectiveFlags,
  recordings: readonly RecordingData[],
): Objective {
  const labelled = recordings.some(({ labels }) => labels.length > 0);
  if (sensitivity !== undefined) {
    const other = [objective, budgetFlag, cost].find((flag) => flag !== undefined);
    if (other === undefined) return dialled(sensitivity, labelled);
    throw new ToolError(
      'USAGE',
      '--sensitivity says what is good by itself; leave --objective, --budget and --cost out.',
    );
  }
  const budget = budgetFlag === undefined ? null : parseBudget(budgetFlag);
  const weights = cost === undefined ? null : parseCost(cost);
  const kind = objective ?? (weights !== null ? 'cost' : budget !== null ? 'recall' : null);
  if (budget !== null && kind !== 'recall') {
    const use = `--budget goes with --objective recall, or with none`;
    throw new ToolError('USAGE', `${use}; ${kind ?? ''} weighs false alerts by itself.`);
  }
  if (weights !== null && kind !== 'cost') {
    throw new ToolError('USAGE', '--cost goes with --objective cost, or with none.');
  }
  if (kind === null) return objectiveFor(recordings);
  if (!labelled) {
    if (budget !== null && objective === undefined) return { kind: 'budget', budget };
    const hint = 'add them with "podtape label", or keep an alert budget with --budget';
    const what = `--${objective === undefined ? 'cost' : `objective ${objective}`} needs labels`;
    throw new ToolError('NO_DATA', `${what}, and the recordings have none; ${hint}.`);
  }
  switch (kind) {
    case 'recall':
      return { kind, budget: budget ?? DEFAULT_BUDGET };
    case 'cost':
      if (weights !== null) return { kind, weights };
      throw new ToolError('USAGE', '--objective cost needs --cost, such as miss=10,false=1.');
    case 'nab-standard':
    case 'nab-low-fp':
    case 'nab-low-fn':
      return { kind: 'nab', profile: NAB_PROFILES[kind] };
    default:
      return { kind: 'f1' };
  }
}
