import { compareText } from '../../core/order.ts';
import type { Label } from '../../core/recording.ts';
import { Judge } from '../../replay/detect/judge.ts';
import { mergeByTime } from '../../replay/detect/merge-by-time.ts';
import { evaluateEvents, type EventRules, type RunExtent } from '../../replay/evaluate/events.ts';
import { falseAlertsOf } from '../../replay/tune/false-alerts.ts';
import type { RunScore } from '../model.ts';
import type { LiveLayer, LiveSeries, Tape } from './tape.ts';

/** What the controls say. */
export interface Choice {
  /** Position in the layer's thresholds. */
  readonly choice: number;
  readonly consecutive: number;
  /** Samples that so many flags may be spread over; no more than `consecutive`: in a row. */
  readonly within: number;
  readonly recover: number;
}

/** An alert as the page shows it. Times are Unix ms. */
export interface LiveAlert {
  /** Position of the series on the page. */
  readonly series: number;
  readonly start: number;
  readonly detectedAt: number;
  readonly end: number | null;
  /** Sample of the peak score, and its level. */
  readonly peakAt: number;
  readonly peakLevel: number;
  readonly samples: number;
}

/** What a layer comes to under a choice. */
export interface Decided {
  /** By detection time, then series, as a replay lists them. */
  readonly alerts: readonly LiveAlert[];
  /** For each series, 1 where an alert was open. */
  readonly alerting: readonly Uint8Array[];
}

/** Series that run through one stream, as positions on the page. */
export function streamsOfLayer(tape: Tape, { layer }: LiveLayer): readonly (readonly number[])[] {
  if (!layer.isOneStream) return tape.series.map((_, s) => [s]);
  const byMetric = new Map<string, number[]>();
  tape.series.forEach(({ model }, s) => {
    if (!layer.settings.metrics.includes(model.metric)) return;
    const members = byMetric.get(model.metric) ?? [];
    byMetric.set(model.metric, members);
    members.push(s);
  });
  return [...byMetric.values()];
}

/**
 * The decisions of a layer, by the judge of a replay: at the thresholds on offer the same alerts,
 * sample for sample, as the command line gives for them.
 */
export function decideLayer(tape: Tape, live: LiveLayer, choice: Choice): Decided {
  const { consecutive, within, recover } = choice;
  const alerting = tape.series.map(({ times }) => new Uint8Array(times.length));
  const alerts: LiveAlert[] = [];
  for (const members of streamsOfLayer(tape, live)) {
    const judge = new Judge({ threshold: choice.choice + 1, consecutive, within, recover });
    const keep = (facts: typeof judge.pending): void => {
      if (facts === null) return;
      const { series, start, detectedAt, end, peakScore, peakValue, samples } = facts;
      const place = { series: Number(series), start, detectedAt, end };
      alerts.push({ ...place, peakAt: peakValue, peakLevel: peakScore, samples });
    };
    const names = members.map(String);
    mergeByTime(
      members.map((s) => tape.series[s]!),
      (member, i) => {
        const s = members[member]!;
        const { times } = tape.series[s]!;
        // The position stands in for the value, so that an alert's peak can be found again.
        judge.update(names[member]!, times[i]!, i, live.levels[s]![i]!, live.cuts[s]![i] === 1);
        if (judge.alerting) alerting[s]![i] = 1;
        if (judge.closed !== null) keep(judge.closed);
      },
    );
    keep(judge.pending);
  }
  const id = ({ series }: LiveAlert): string => tape.series[series]?.model.id ?? '';
  alerts.sort((a, b) => a.detectedAt - b.detectedAt || compareText(id(a), id(b)));
  return { alerts, alerting };
}

/** Decisions held against the labels, as the command line does; null where there are none. */
export function scoreDecided(
  series: readonly LiveSeries[],
  layer: LiveLayer,
  { alerting }: Decided,
  labels: readonly Label[],
  extent: RunExtent,
  rules: EventRules,
): RunScore | null {
  if (labels.length === 0) return null;
  const judged = series.flatMap(({ model, times }, s) =>
    layer.isJudged[s] !== true
      ? []
      : [{ series: model, times, scores: layer.levels[s]!, alerting: alerting[s]! }],
  );
  const found = evaluateEvents(judged, labels, extent, rules);
  const falseAlerts = falseAlertsOf(judged, found.falseEpisodes, labels, extent, rules);
  return { ...found, falseAlerts };
}
