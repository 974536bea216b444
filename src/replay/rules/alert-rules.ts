import { expositionName } from '../../core/exposition-names.ts';
import type { Settings } from '../../core/settings.ts';
import { flagSpan } from '../detect/decider.ts';
import { COMBINERS } from '../detect/registry.ts';
import { followSamples } from '../following.ts';
import { decidingThreshold, memberSettings, pairMember } from '../pipeline.ts';
import {
  EXPRESSIBLE,
  type RecordingRule,
  type RuleMetric,
  ruleName,
  scoreRules,
} from './detector-rules.ts';
import * as p from './promql.ts';

/** An alert rule: fires once its expression has given something for so many evaluations in a row. */
export interface AlertRule {
  readonly alert: string;
  readonly metric: string;
  readonly expr: p.Expr;
  readonly evaluations: number;
}

/** What one metric's alert needs, in the order in which it is evaluated. */
export interface MetricRules {
  readonly rules: readonly RecordingRule[];
  readonly alert: AlertRule;
}

const isEnsemble = ({ detector }: Settings): boolean => COMBINERS.some(({ id }) => id === detector);

/** Why PromQL cannot compute what these settings do, a clause; '' where it can. */
export function whyNotExpressible(settings: Settings): string {
  const { detector, pool, containers, contamination, refractory, members } = settings;
  if (pool !== 'container') return `series share a window (pool ${pool})`;
  if (containers !== 'all') return 'only the first container of a pod is judged';
  if (contamination !== null) return 'a contamination ranks samples in their window';
  if (detector !== 'any-of') {
    if (!EXPRESSIBLE.includes(detector)) return `PromQL has no ${detector}`;
    return refractory > 0 ? 'scores are held against those before (refractory)' : '';
  }
  const bad = members.find((member) => !EXPRESSIBLE.includes(member.detector));
  if (bad !== undefined) return `PromQL has no ${bad.detector}`;
  const isRefractory = refractory > 0 || members.some((member) => (member.refractory ?? 0) > 0);
  return isRefractory ? 'scores are held against those before (refractory)' : '';
}

/** Settings → rules, metric by metric. */
export class RuleMaker {
  readonly #settings: Settings;
  readonly #w: ReturnType<typeof p.windowsOf>;

  constructor(settings: Settings, stepMs: number) {
    this.#settings = settings;
    this.#w = p.windowsOf(stepMs);
  }

  /** The alert of a metric, or null where the settings say nothing of it. Other metrics first: CPU. */
  forMetric(of: RuleMetric): MetricRules | null {
    return isEnsemble(this.#settings) ? this.#anyOf(of) : this.#single(of);
  }

  /** An alert of a value that is compared with a threshold as it is. */
  forScore(of: RuleMetric, rules: readonly RecordingRule[], score: string): MetricRules {
    const flag = p.atLeast(p.named(score), decidingThreshold(this.#settings));
    return this.#decided(of, rules, flag);
  }

  #single(of: RuleMetric): MetricRules | null {
    const prefix = `podtape:${ruleName(of.metric)}:${ruleName(this.#settings.detector)}`;
    const scored = scoreRules(this.#settings, of, this.#w, prefix);
    return scored === null ? null : this.forScore(of, scored.rules, scored.score);
  }

  /** So many in a row, or of the last few, and so many quiet ones until it closes. */
  #decided(of: RuleMetric, before: readonly RecordingRule[], flag: p.Expr): MetricRules {
    const { consecutive, within, recover } = this.#settings;
    const alert = `Podtape${ruleName(of.metric).replace(/^[a-z]/, (c) => c.toUpperCase())}`;
    const rules = [...before];
    const base = `podtape:${ruleName(of.metric)}`;
    const counted = (what: string, expr: p.Expr, samples: number, least: number): p.Expr => {
      rules.push({ record: `${base}:${what}`, expr });
      return p.and(
        p.atLeast(this.#w.window('count', `${base}:${what}`, samples), least),
        p.named(expositionName(of.metric).name),
      );
    };
    const span = flagSpan({ consecutive, within });
    if (span === consecutive && recover === 1) {
      return { rules, alert: { alert, metric: of.metric, expr: flag, evaluations: consecutive } };
    }
    const held = span === 1 ? flag : counted('flag', flag, span, consecutive);
    const open = recover === 1 ? held : counted('held', held, recover, 1);
    return { rules, alert: { alert, metric: of.metric, expr: open, evaluations: 1 } };
  }

  /** Where a member alone would alert, at a multiple of its own threshold. */
  #says(of: RuleMetric, multiple: number, rules: RecordingRule[]): p.Expr | null {
    const pair = pairMember(this.#settings);
    const members = [...memberSettings(this.#settings), ...(pair === null ? [] : [pair.settings])];
    let says: p.Expr | null = null;
    members.forEach((member, i) => {
      const prefix = `podtape:${ruleName(of.metric)}:${ruleName(member.detector)}_${String(i + 1)}`;
      const scored = scoreRules(member, of, this.#w, prefix);
      if (scored === null) return;
      for (const rule of scored.rules) {
        if (!rules.some(({ record }) => record === rule.record)) rules.push(rule);
      }
      const least = (member.threshold ?? 1) * multiple;
      const k = member.consecutive;
      const held =
        k === 1
          ? p.atLeast(p.named(scored.score), least)
          : p.and(
              p.atLeast(this.#w.window('min', scored.score, k), least),
              p.atLeast(this.#w.window('count', scored.score, k), k),
            );
      says = says === null ? held : p.or(says, held);
    });
    return says;
  }

  #anyOf(of: RuleMetric): MetricRules | null {
    const rules: RecordingRule[] = [];
    const says = this.#says(of, decidingThreshold(this.#settings), rules);
    if (says === null) return null;
    const follow = followSamples(this.#settings);
    const { metrics } = this.#settings;
    if (follow === 0 || !metrics.includes('cpu')) return this.#decided(of, rules, says);
    const onset = 'podtape:cpu:onset';
    if (of.metric === 'memory') {
      const quiet = this.#w.window('count', onset, follow);
      return this.#decided(of, rules, p.unless(says, quiet));
    }
    if (of.metric !== 'cpu') return this.#decided(of, rules, says);
    const leads = this.#says(of, 1, rules) ?? says;
    rules.push({ record: 'podtape:cpu:says', expr: leads });
    const before = this.#w.window('count', 'podtape:cpu:says', follow, 1);
    rules.push({ record: onset, expr: p.unless(p.named('podtape:cpu:says'), before) });
    return this.#decided(of, rules, says);
  }
}
