import type { Settings } from '../../core/settings.ts';
import { expositionName } from '../../core/exposition-names.ts';
import { runRules } from './agreement.ts';
import { type MetricRules, RuleMaker } from './alert-rules.ts';
import { type RecordingRule, type RuleMetric, ruleName, scoreRules } from './detector-rules.ts';
import { windowsOf } from './promql.ts';
import type { ContainerSlots } from './slots.ts';

interface Candidate {
  readonly rules: readonly RecordingRule[];
  readonly score: string;
  readonly describe: string;
}

/** A rule that comes near a replay, and what it is, for people. */
export interface NearestRule {
  readonly rules: MetricRules;
  readonly describe: string;
}

/** A threshold, and how well alerts at it agree with the replay's: F1 over evaluations. */
interface Cut {
  readonly threshold: number;
  readonly f1: number;
}

/** Below this F1 a rule says something else than the replay. */
const POOR = 0.5;

/** The lowest of the last k values of a column, NaN where one of them is missing. */
function lowestOf(column: Float64Array, k: number): Float64Array {
  return column.map((_, i) => {
    let lowest = i + 1 < k ? NaN : Infinity;
    for (let j = 0; j < k && !Number.isNaN(lowest); j += 1) {
      const value = column[i - j]!;
      lowest = Number.isNaN(value) ? NaN : Math.min(lowest, value);
    }
    return lowest;
  });
}

/**
 * The threshold at which "k in a row at or over it" agrees best with the replay's alerts, of all
 * thresholds there are: one sort tells the counts at every distinct value.
 */
export function bestCut(held: readonly Float64Array[], replayed: readonly Uint8Array[]): Cut {
  const points: { readonly value: number; readonly is: number }[] = [];
  let wanted = 0;
  held.forEach((column, c) => {
    column.forEach((value, i) => {
      const is = replayed[c]![i]!;
      wanted += is;
      if (!Number.isNaN(value)) points.push({ value, is });
    });
  });
  points.sort((a, b) => b.value - a.value);
  const highest = points[0]?.value ?? 1;
  let best: Cut = { threshold: highest > 0 ? highest * 1.1 : highest + 1, f1: 0 };
  let hits = 0;
  points.forEach(({ value, is }, i) => {
    hits += is;
    const next = points[i + 1]?.value;
    if (next === value) return;
    const f1 = (2 * hits) / (wanted + i + 1);
    // Between two values, so that neither lies on the edge.
    if (f1 > best.f1) best = { threshold: next === undefined ? value : (value + next) / 2, f1 };
  });
  return best;
}

/**
 * The rule that comes nearest to a replay whose detector PromQL cannot compute: a threshold on the
 * value, or a band around the median of a window, whichever can be made to agree best on this
 * recording.
 */
export function nearestRule(
  settings: Settings,
  of: RuleMetric,
  containers: readonly ContainerSlots[],
  replayed: readonly Uint8Array[],
  stepMs: number,
): NearestRule {
  const w = windowsOf(stepMs);
  const base = `podtape:${ruleName(of.metric)}`;
  const plain: Settings = {
    ...{ ...settings, detector: 'level', params: {}, members: [], contamination: null },
    ...{ pool: 'container', containers: 'all', smooth: 1, reference: 'smoothed' },
    ...{ within: undefined, recover: 1, refractory: 0 },
  };
  const own = expositionName(of.metric).name;
  const candidates: Candidate[] = [{ rules: [], score: own, describe: 'a threshold on the value' }];
  for (const window of new Set([60, 120, 240, settings.window])) {
    for (const detector of ['level', 'mad']) {
      const band = { ...plain, detector, window, warmup: Math.min(settings.warmup, window) };
      const scored = scoreRules(band, of, w, `${base}:${detector}_${String(window)}`);
      const kind = detector === 'level' ? 'height above' : 'distance from';
      const describe = `${kind} the median of ${String(window)} samples`;
      if (scored !== null) candidates.push({ ...scored, describe });
    }
  }
  let best: { readonly candidate: Candidate; readonly cut: Cut } | null = null;
  for (const candidate of candidates) {
    const maker = new RuleMaker({ ...plain, threshold: 0, consecutive: 1 }, stepMs);
    runRules(maker.forScore(of, candidate.rules, candidate.score), containers);
    const held = containers.map(({ slots }) => {
      const column = slots.columns.get(candidate.score) ?? new Float64Array(slots.length).fill(NaN);
      return lowestOf(column, settings.consecutive);
    });
    const cut = bestCut(held, replayed);
    if (best === null || cut.f1 > best.cut.f1) best = { candidate, cut };
  }
  const { candidate, cut } = best!;
  const maker = new RuleMaker({ ...plain, threshold: cut.threshold }, stepMs);
  const poor = cut.f1 < POOR ? ', a poor stand-in' : '';
  const share =
    cut.f1 === 0
      ? 'above all that was seen, since no alert can be come near to'
      : `F1 ${cut.f1.toFixed(2)} over evaluations${poor}`;
  return {
    rules: maker.forScore(of, candidate.rules, candidate.score),
    describe: `${candidate.describe} (${share})`,
  };
}
