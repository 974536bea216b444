import { compareText } from '../../core/order.ts';
import type { Label } from '../../core/recording.ts';
import { flagSpan } from '../../replay/detect/decider.ts';
import { Judge } from '../../replay/detect/judge.ts';
import { evaluateEvents, type EventRules, type RunExtent } from '../../replay/evaluate/events.ts';
import { exposureOf, watchedSpan } from '../../replay/tune/exposure.ts';
import { falseAlertsOf } from '../../replay/tune/false-alerts.ts';
import type { RunScore } from '../model.ts';
import { streamsOfLayer } from './streams.ts';
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
  /** The same for each series, by time. */
  readonly bySeries: readonly (readonly LiveAlert[])[];
  /** For each series, 1 where an alert was open. */
  readonly alerting: readonly Uint8Array[];
}

/**
 * The decisions of a layer, by the judge of a replay: at the thresholds on offer the same alerts,
 * sample for sample, as the command line gives for them.
 *
 * Only flagged samples and as many quiet ones after them are judged as the judge can remember: what
 * lies between would leave it as it was at the start.
 */
export function decideLayer(tape: Tape, live: LiveLayer, choice: Choice): Decided {
  const { consecutive, within, recover } = choice;
  const alerting = tape.series.map(({ times }) => new Uint8Array(times.length));
  const bySeries = tape.series.map((): LiveAlert[] => []);
  const names = tape.series.map((_, s) => String(s));
  const remembered = flagSpan({ consecutive, within }) + recover;
  const lowest = choice.choice + 1;
  for (const { members, series, samples, bytes, cuts } of streamsOfLayer(tape, live)) {
    const judge = new Judge({ threshold: lowest, consecutive, within, recover });
    const keep = (facts: typeof judge.pending): void => {
      if (facts === null) return;
      const { start, detectedAt, end, peakScore, peakValue, samples: count } = facts;
      const s = Number(facts.series);
      const place = { series: s, start, detectedAt, end };
      bySeries[s]!.push({ ...place, peakAt: peakValue, peakLevel: peakScore, samples: count });
    };
    let quiet = remembered;
    for (let at = 0; at < bytes.length; at += 1) {
      const level = bytes[at]!;
      const isFlag = level >= lowest && level !== live.notReady;
      quiet = isFlag ? 0 : quiet + 1;
      if (quiet > remembered) continue;
      const s = series === null ? members[0]! : series[at]!;
      const i = samples === null ? at : samples[at]!;
      const score = level === live.notReady ? NaN : level;
      // The position stands in for the value, so that an alert's peak can be found again.
      judge.update(names[s]!, tape.series[s]!.times[i]!, i, score, cuts[at] === 1);
      if (judge.alerting) alerting[s]![i] = 1;
      if (judge.closed !== null) keep(judge.closed);
    }
    keep(judge.pending);
  }
  const order = rankOfIds(tape);
  const alerts = bySeries
    .flat()
    .sort((a, b) => a.detectedAt - b.detectedAt || order[a.series]! - order[b.series]!);
  return { alerts, bySeries, alerting };
}

const ranks = new WeakMap<Tape, Int32Array>();

/** Places of the series in the order of their ids, by which a replay lists them. */
function rankOfIds(tape: Tape): Int32Array {
  const known = ranks.get(tape);
  if (known !== undefined) return known;
  const ids = tape.series.map(({ model }) => model.id);
  const rank = new Int32Array(ids.length);
  [...ids.keys()]
    .sort((a, b) => compareText(ids[a]!, ids[b]!))
    .forEach((s, place) => (rank[s] = place));
  ranks.set(tape, rank);
  return rank;
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

/** Days in which the judged series of a layer were watched, added up: what a rate is counted over. */
export function seriesDays(
  series: readonly LiveSeries[],
  { isJudged, levels }: LiveLayer,
  extent: RunExtent,
  rules: EventRules,
): number {
  const watched = series.flatMap(({ model, times }, s) =>
    isJudged[s] !== true
      ? []
      : [
          {
            ...watchedSpan({ series: model, times, scores: levels[s]! }, { extent, rules }),
            run: 0,
          },
        ],
  );
  return exposureOf(watched).days.series;
}
