import { expositionName } from '../../core/exposition-names.ts';
import type { Unit } from '../../core/series.ts';
import type { Settings } from '../../core/settings.ts';
import { level } from '../detect/level.ts';
import { jointRise } from '../detect/joint-rise.ts';
import { mad } from '../detect/mad.ts';
import { floorOf } from '../detect/spread.ts';
import { paramOf, type ParamSpec } from '../detect/stage.ts';
import { trough } from '../detect/trough.ts';
import { zscore } from '../detect/zscore.ts';
import * as p from './promql.ts';

/** A recording rule: a name for what an expression gives. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: p.Expr;
}

/** The rules by which a detector's score of one metric is computed, and the score's name. */
export interface ScoreRules {
  readonly rules: readonly RecordingRule[];
  readonly score: string;
}

/** A metric that rules are made for. */
export interface RuleMetric {
  readonly metric: string;
  readonly unit: Unit;
}

type Windows = ReturnType<typeof p.windowsOf>;

/** What the spread is where nothing else keeps it above zero: smaller than any that is measured. */
const HARDLY_ANYTHING = 1e-300;

/** The record of what containers asked for. */
export const sizeName = (metric: string): string => `podtape:${metric}:size`;

/** What kube-state-metrics calls a metric; null: containers ask for nothing of the kind. */
export function resourceOf(unit: Unit): 'cpu' | 'memory' | null {
  return unit === 'cores' ? 'cpu' : unit === 'bytes' ? 'memory' : null;
}

/** A name in rules: letters, digits and underscores. */
export const ruleName = (text: string): string => text.replace(/[^a-zA-Z0-9]+/g, '_');

/** Collects the rules of one detector's score, each under the detector's prefix. */
class Scores {
  readonly #w: Windows;
  readonly #of: RuleMetric;
  readonly #prefix: string;
  readonly #rules: RecordingRule[] = [];

  constructor(w: Windows, of: RuleMetric, prefix: string) {
    this.#w = w;
    this.#of = of;
    this.#prefix = prefix;
  }

  #record(what: string, expr: p.Expr): string {
    const record = `${this.#prefix}:${what}`;
    this.#rules.push({ record, expr });
    return record;
  }

  /** What is judged: the samples, or their rolling median. */
  #value(settings: Settings): string {
    const raw = expositionName(this.#of.metric).name;
    if (settings.smooth <= 1) return raw;
    const median = this.#w.quantile(0.5, raw, settings.smooth);
    return this.#record('smoothed', p.and(median, p.named(raw)));
  }

  /** The median of a window that holds enough. */
  #centre(name: string, { window, warmup }: Settings, ago: number): string {
    const median = this.#w.quantile(0.5, name, window, ago);
    return this.#record('median', p.and(median, this.#enough(name, window, warmup, ago)));
  }

  #enough(name: string, window: number, warmup: number, ago: number): p.Expr {
    return p.atLeast(this.#w.window('count', name, window, ago), Math.max(1, warmup - 1));
  }

  #score(value: p.Expr, spread: p.Expr): ScoreRules {
    const score = this.#record('score', p.over(value, spread));
    return { rules: this.#rules, score };
  }

  /** `level`, of the samples or of a record made from them; also the end of `trough`. */
  level(
    settings: Settings,
    specs: Readonly<Record<string, ParamSpec>>,
    judged?: string,
  ): ScoreRules {
    const { metric, unit } = this.#of;
    const param = (name: string): number => paramOf(specs, settings.params, name);
    const value = judged ?? this.#value(settings);
    const isRaw = settings.reference === 'raw' && judged === undefined;
    const reference = isRaw ? expositionName(metric).name : value;
    const ago = param('lag') + 1;
    const { window } = settings;
    const centre = this.#centre(reference, settings, ago);
    const rank = Math.max(0, Math.ceil(param('quantile') * window) - 1);
    const high = this.#w.quantile(p.shareOfRank(rank, window), reference, window, ago);
    const ofBytes = unit === 'bytes' ? param('relativeBytes') : -1;
    const parts: Record<string, p.Expr> = {
      mad: p.times(1.4826, this.#w.deviation(reference, centre, window, ago)),
      range: p.minus(high, p.named(centre)),
      relative: p.times(ofBytes < 0 ? param('relative') : ofBytes, p.abs(p.named(centre))),
    };
    if (param('floorShare') > 0 && resourceOf(unit) !== null) {
      parts['size'] = p.times(param('floorShare'), p.named(sizeName(metric)));
    }
    const floor = floorOf(unit, settings.params) || HARDLY_ANYTHING;
    const spread = this.#record('spread', p.clampMin(p.largest(parts), floor));
    const rise = p.clampMin(p.minus(p.named(value), p.named(centre)), 0);
    return this.#score(rise, p.named(spread));
  }

  trough(settings: Settings): ScoreRules | null {
    const param = (name: string): number => paramOf(trough.params, settings.params, name);
    if (param('memoryOnly') === 1 && this.#of.unit === 'cores') return null;
    const value = this.#value(settings);
    const span = param('span');
    const lowest = this.#w.window('min', value, span);
    const isWhole = p.atLeast(this.#w.window('count', value, span), span);
    const low = this.#record('lowest', p.and(lowest, isWhole));
    return this.level(settings, trough.params, low);
  }

  mad(settings: Settings): ScoreRules {
    const value = this.#value(settings);
    const centre = this.#centre(value, settings, 1);
    const deviation = this.#w.deviation(value, centre, settings.window, 1);
    const relative = paramOf(mad.params, settings.params, 'relative');
    const parts = {
      mad: p.times(1.4826, deviation),
      relative: p.times(relative, p.abs(p.named(centre))),
    };
    return this.#twoSided(value, centre, parts, settings);
  }

  zscore(settings: Settings): ScoreRules {
    const value = this.#value(settings);
    const { window, warmup } = settings;
    const mean = this.#w.window('avg', value, window, 1);
    const centre = this.#record('mean', p.and(mean, this.#enough(value, window, warmup, 1)));
    const relative = paramOf(zscore.params, settings.params, 'relative');
    const parts = {
      deviation: this.#w.window('stddev', value, window, 1),
      relative: p.times(relative, p.abs(p.named(centre))),
    };
    return this.#twoSided(value, centre, parts, settings);
  }

  #twoSided(
    value: string,
    centre: string,
    parts: Readonly<Record<string, p.Expr>>,
    { params }: Settings,
  ): ScoreRules {
    const floor = floorOf(this.#of.unit, params) || HARDLY_ANYTHING;
    const spread = this.#record('spread', p.clampMin(p.largest(parts), floor));
    const distance = p.abs(p.minus(p.named(value), p.named(centre)));
    return this.#score(distance, p.named(spread));
  }

  /** CPU far above all it was while memory is above all it lately was; of CPU alone. */
  jointRise(settings: Settings): ScoreRules {
    const param = (name: string): number => paramOf(jointRise.params, settings.params, name);
    const cpu = expositionName(this.#of.metric).name;
    const memory = expositionName('memory').name;
    const { window } = settings;
    const centre = this.#centre(cpu, settings, 1);
    const parts = {
      range: p.minus(this.#w.window('max', cpu, window, 1), p.named(centre)),
      relative: p.times(param('relative'), p.abs(p.named(centre))),
    };
    const floor = param('floorCores') || HARDLY_ANYTHING;
    const spread = this.#record('spread', p.clampMin(p.largest(parts), floor));
    const before = this.#w.window('max', memory, param('span'), 1);
    const rise = p.atLeast(p.minus(p.named(memory), before), param('riseBytes'));
    const height = p.clampMin(p.minus(p.named(cpu), p.named(centre)), 0);
    return this.#score(p.and(height, rise), p.named(spread));
  }
}

/** Detectors whose scores PromQL can compute as they are. */
export const EXPRESSIBLE: readonly string[] = ['level', 'trough', 'mad', 'zscore', 'joint-rise'];

/**
 * The rules for one detector and metric; null where the detector says nothing of the metric.
 * `settings` are of one of `EXPRESSIBLE`.
 */
export function scoreRules(
  settings: Settings,
  of: RuleMetric,
  w: Windows,
  prefix: string,
): ScoreRules | null {
  const scores = new Scores(w, of, prefix);
  switch (settings.detector) {
    case 'level':
      return scores.level(settings, level.params);
    case 'trough':
      return scores.trough(settings);
    case 'mad':
      return scores.mad(settings);
    case 'zscore':
      return scores.zscore(settings);
    case 'joint-rise':
      return of.metric === 'cpu' ? scores.jointRise(settings) : null;
    default:
      throw new Error(`No rules for the detector ${settings.detector}.`);
  }
}
