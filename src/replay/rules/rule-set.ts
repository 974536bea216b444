import type { RecordingData } from '../../core/recording.ts';
import type { ReplayResult } from '../../core/results.ts';
import { agreementOf, type Agreement, type Firing, replayFlags, runRules } from './agreement.ts';
import { type MetricRules, RuleMaker, whyNotExpressible } from './alert-rules.ts';
import type { RuleMetric } from './detector-rules.ts';
import { nearestRule } from './nearest.ts';
import { type ContainerSlots, containerSlots, usualStepMs } from './slots.ts';

/** The rules of one metric, and how they do on the recording that they were made for. */
export interface RuledMetric {
  readonly of: RuleMetric;
  readonly rules: MetricRules;
  /** What stands in for a detector that PromQL cannot compute; '' where it is computed. */
  readonly nearest: string;
  readonly agreement: Agreement;
  readonly firing: Firing;
}

/** Settings as Prometheus rules. */
export interface RuleSet {
  readonly stepMs: number;
  readonly metrics: readonly RuledMetric[];
  readonly containers: readonly ContainerSlots[];
  /** Why the rules are not the detector itself, a clause; '' where they are. */
  readonly whyNot: string;
}

/**
 * A replay's settings → rules for Prometheus, each run over the recording to see where it agrees
 * with the replay. Metrics in the order cpu, memory, others.
 */
export function ruleSet(data: RecordingData, result: ReplayResult): RuleSet {
  const { settings } = result;
  const judged = new Map(result.series.map((one) => [one.series.id, one]));
  const columns = data.series.filter(
    ({ series, times }) => judged.has(series.id) && times.length > 0,
  );
  const stepMs = usualStepMs(columns);
  const containers = containerSlots(columns, stepMs);
  const units = new Map(columns.map(({ series }) => [series.metric, series.unit]));
  const order = [...units.keys()].sort();
  const whyNot = whyNotExpressible(settings);
  const maker = new RuleMaker(settings, stepMs);
  const metrics = order.flatMap((metric): RuledMetric[] => {
    const of = { metric, unit: units.get(metric) ?? '' };
    const replayed = containers.map((one) => replayFlags(one, metric, judged));
    const near = whyNot === '' ? null : nearestRule(settings, of, containers, replayed, stepMs);
    const rules = near === null ? maker.forMetric(of) : near.rules;
    if (rules === null) return [];
    const firing = runRules(rules, containers);
    const agreement = agreementOf(metric, replayed, firing, stepMs);
    return [{ of, rules, nearest: near?.describe ?? '', agreement, firing }];
  });
  return { stepMs, metrics, containers, whyNot };
}
