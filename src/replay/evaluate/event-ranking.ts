import type { Label } from '../../core/recording.ts';
import { Decider, type DeciderOptions } from '../detect/decider.ts';
import { RunMinimum } from '../detect/run-minimum.ts';
import {
  countedEvents,
  evaluateEvents,
  type EventRules,
  firstAtOrAfter,
  type RunExtent,
  samePod,
} from './events.ts';
import type { ScoredSamples } from './precision-recall.ts';

/** A scored series with 1 where runs of flags are cut. */
export interface RankableSeries extends ScoredSamples {
  readonly starts: Uint8Array;
}

/** How flags become alerts, the threshold apart. */
export type Opening = Omit<DeciderOptions, 'threshold'>;

/** More thresholds than this are not tried. */
const MOST = 64;

/** The highest score that is held for `consecutive` samples where a label can be detected, or 0. */
function peakOf(
  label: Label,
  scored: readonly RankableSeries[],
  rules: EventRules,
  { consecutive }: Opening,
): number {
  let peak = 0;
  for (const { series, times, scores, starts } of scored) {
    if (!samePod(label, series)) continue;
    const held = new RunMinimum(consecutive);
    const from = firstAtOrAfter(times, label.startMs);
    const to = firstAtOrAfter(times, label.endMs + rules.toleranceMs + 1);
    for (let i = Math.max(0, from - consecutive + 1); i < to; i += 1) {
      const score = held.update(scores[i]!, starts[i] === 1);
      if (i >= from && score > peak) peak = score;
    }
  }
  return peak;
}

/** A series that says nothing. */
const NOTHING = { times: new Float64Array(0), alerting: new Uint8Array(0) };

/** Every so-manieth of some numbers, the first and the last among them. */
function thinned(sorted: readonly number[]): number[] {
  if (sorted.length <= MOST) return [...sorted];
  const last = sorted.length - 1;
  return Array.from({ length: MOST }, (_, i) => sorted[Math.floor((i * last) / (MOST - 1))]!);
}

/**
 * Area under the curve of precision (detected labels and false episodes, as `evaluateEvents` counts
 * them) against recall, over thresholds: the sum of precision × gain in recall from the highest
 * threshold at which a label is detected to the lowest.
 *
 * No score at or below 0 flags anything, so that a detector that says nothing gets 0, and so do
 * labels that are found at no threshold. Every series is decided by itself, whatever the pool. At
 * most 64 thresholds are tried. Null where no label counts.
 */
export function eventPrAuc(
  scored: readonly RankableSeries[],
  labels: readonly Label[],
  extent: RunExtent,
  rules: EventRules,
  opening: Opening,
): number | null {
  const events = countedEvents(labels, scored, extent, rules);
  if (events.length === 0) return null;
  const peaks = events.map((label) => peakOf(label, scored, rules, opening));
  const thresholds = [...new Set(peaks)].filter((peak) => peak > 0).sort((a, b) => b - a);
  // Few series come up to most thresholds; the others need not be decided.
  const highest = scored.map(({ scores }) => scores.reduce((a, b) => (b > a ? b : a), -Infinity));
  let area = 0;
  let reached = 0;
  for (const threshold of thinned(thresholds)) {
    const judged = scored.map(({ series, times, scores, starts }, s) => {
      if (highest[s]! < threshold) return { series, ...NOTHING };
      const decider = new Decider({ ...opening, threshold });
      const alerting = scores.map((score, i) => {
        decider.update(score, starts[i] === 1);
        return decider.alerting ? 1 : 0;
      });
      return { series, times, alerting: Uint8Array.from(alerting) };
    });
    const { recall, precision } = evaluateEvents(judged, labels, extent, rules);
    area += (precision ?? 0) * Math.max(0, (recall ?? 0) - reached);
    reached = Math.max(reached, recall ?? 0);
  }
  return area;
}
