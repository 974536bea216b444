import type { Label } from '../../core/recording.ts';
import type { SeriesKey } from '../../core/series.ts';
import { countedEvents, type EventRules, type RunExtent, samePod } from './events.ts';

/** A series with its continuous score: NaN where it is not ready. */
export interface ScoredSamples {
  readonly series: SeriesKey;
  readonly times: Float64Array;
  readonly scores: Float64Array;
}

/** How well scores rank samples inside labels above all others. */
export interface Ranking {
  /** Area under the precision-recall curve; null: no sample inside a label, or none outside. */
  readonly prAuc: number | null;
  /** Share of samples inside labels, which is what any score that knows nothing gets. */
  readonly prevalence: number | null;
}

/** Whether a label can be seen in a series: its pod, container and metrics, where it states them. */
function speaksOf(label: Label, series: SeriesKey): boolean {
  return (
    samePod(label, series) &&
    (label.container === '' || label.container === series.container) &&
    (label.metric === '' || label.metric === series.metric) &&
    (label.visibleIn?.includes(series.metric) ?? true)
  );
}

/**
 * Average precision from the scores of positive and of negative samples: the sum over all distinct
 * scores, highest first, of precision × gain in recall. Equal scores count together; NaN counts as
 * lower than any number. Null where one of the two is empty.
 */
export function averagePrecision(positive: Float64Array, negative: Float64Array): number | null {
  if (positive.length === 0 || negative.length === 0) return null;
  const ranked = (scores: Float64Array): Float64Array =>
    scores.map((score) => (Number.isNaN(score) ? -Infinity : score)).sort();
  const [hits, others] = [ranked(positive), ranked(negative)];
  let p = hits.length;
  let n = others.length;
  let area = 0;
  while (p > 0) {
    const before = p;
    const at = hits[p - 1]!;
    while (p > 0 && hits[p - 1] === at) p -= 1;
    while (n > 0 && others[n - 1]! >= at) n -= 1;
    const flagged = hits.length - p + (others.length - n);
    area += ((hits.length - p) / flagged) * ((before - p) / hits.length);
  }
  return area;
}

/**
 * Ranks the samples of a run, one by one: no point adjustment, and no threshold.
 *
 * Positive is a sample in [start, end) of a counted label, of a series in which it is visible. All
 * other samples in [start, grace end] of any label of that pod are left out, as is the warm-up.
 */
export function rankSamples(
  scored: readonly ScoredSamples[],
  labels: readonly Label[],
  extent: RunExtent,
  rules: EventRules,
): Ranking {
  const counted = new Set(countedEvents(labels, scored, extent, rules));
  const fromMs = extent.startMs + rules.warmupMs;
  // Positive from the front, negative from the back.
  const room = new Float64Array(scored.reduce((sum, { times }) => sum + times.length, 0));
  let [positive, negative] = [0, room.length];
  for (const { series, times, scores } of scored) {
    const near = labels.filter((label) => samePod(label, series));
    const own = near.filter((label) => counted.has(label) && speaksOf(label, series));
    times.forEach((t, i) => {
      if (t < fromMs) return;
      const isLabelled = own.some(({ startMs, endMs }) => startMs <= t && t < endMs);
      if (isLabelled) {
        room[positive] = scores[i]!;
        positive += 1;
      } else if (!near.some(({ startMs, graceEndMs: endMs }) => startMs <= t && t <= endMs)) {
        negative -= 1;
        room[negative] = scores[i]!;
      }
    });
  }
  const others = room.length - negative;
  return {
    prAuc: averagePrecision(room.subarray(0, positive), room.subarray(negative)),
    prevalence: positive === 0 || others === 0 ? null : positive / (positive + others),
  };
}
