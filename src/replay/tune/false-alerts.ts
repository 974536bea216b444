import type { Label } from '../../core/recording.ts';
import type { Series } from '../../core/series.ts';
import {
  type EventRules,
  explainedSamples,
  firstAtOrAfter,
  type RunExtent,
} from '../evaluate/events.ts';
import { exposureOf, watchedSpan } from './exposure.ts';

/** A judged series with its scores (NaN: none). */
export interface ScoredDecisions {
  readonly series: Series;
  readonly times: Float64Array;
  readonly scores: Float64Array;
  readonly alerting: Uint8Array;
}

/**
 * False alerts of decisions as a sweep counts them (`falseAlertsAt`): their false episodes, and one
 * more for every full hour of alerting outside labels.
 */
export function falseAlertsOf(
  judged: readonly ScoredDecisions[],
  falseEpisodes: number,
  labels: readonly Label[],
  extent: RunExtent,
  rules: EventRules,
): number {
  let unexplained = 0;
  for (const { series, times, alerting } of judged) {
    if (!alerting.includes(1)) continue;
    const explained = explainedSamples(series, times, labels);
    for (let i = firstAtOrAfter(times, extent.startMs + rules.warmupMs); i < times.length; i += 1) {
      if (alerting[i] === 1 && explained[i] !== 1) unexplained += 1;
    }
  }
  const watched = judged.map((one) => ({ ...watchedSpan(one, { extent, rules }), run: 0 }));
  return falseEpisodes + Math.floor(unexplained / exposureOf(watched).samplesPerHour);
}
