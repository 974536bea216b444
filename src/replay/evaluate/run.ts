import type { RecordingData } from '../../core/recording.ts';
import {
  countTypes,
  delaysOf,
  detectEvents,
  type Detection,
  type EventEvaluation,
  evaluateEvents,
  type EventRules,
  type JudgedSeries,
  ratesOf,
  upperMedian,
} from './events.ts';
import { eventPrAuc, type Opening, type RankableSeries } from './event-ranking.ts';
import { runExtent } from './extent.ts';
import { type Lead, leadTimes, type MeasuredSeries } from './lead-time.ts';
import { rankSamples, type Ranking } from './precision-recall.ts';

/** A series of a replay: measured, scored and judged. */
export type ReplayedSeries = MeasuredSeries & RankableSeries & JudgedSeries;

/** A replay's series, and how its flags became alerts. */
export interface Replayed {
  readonly series: readonly ReplayedSeries[];
  readonly settings: Opening;
}

/** How well a setting did on one labelled run, or on several. */
export interface RunEvaluation extends EventEvaluation, Ranking {
  /** Area under precision against recall of events; null: no label counts, or several runs. */
  readonly eventPrAuc: number | null;
  /** Every label that counts, and when it was detected. */
  readonly detections: readonly Detection[];
  /** Of detected leaks in containers with a memory limit. */
  readonly leads: readonly Lead[];
  readonly medianLeadSeconds: number | null;
  readonly minLeadSeconds: number | null;
}

const leadSummary = (leads: readonly Lead[]) => {
  const seconds = leads.map(({ leadSeconds }) => leadSeconds);
  return {
    leads,
    medianLeadSeconds: upperMedian(seconds),
    minLeadSeconds: seconds.length === 0 ? null : Math.min(...seconds),
  };
};

/** Events, rankings and leads of one run, replayed with these settings, held against its labels. */
export function evaluateRun(
  data: RecordingData,
  { series, settings }: Replayed,
  rules: EventRules,
): RunEvaluation {
  const { labels, marks } = data;
  const extent = runExtent(data);
  const detections = detectEvents(series, labels, extent, rules);
  return {
    ...evaluateEvents(series, labels, extent, rules),
    ...rankSamples(series, labels, extent, rules),
    eventPrAuc: eventPrAuc(series, labels, extent, rules, settings),
    detections,
    ...leadSummary(leadTimes(detections, series, marks)),
  };
}

/**
 * Several runs as one: counts add up, rates are of the sums, delays and leads those of all events.
 * Scores are not ranked across runs, so there is no area under a curve.
 */
export function evaluateTogether(runs: readonly RunEvaluation[]): RunEvaluation {
  const sum = (of: (one: RunEvaluation) => number): number =>
    runs.reduce((total, one) => total + of(one), 0);
  const detections = runs.flatMap((one) => one.detections);
  const delays = delaysOf(detections);
  const [falseEpisodes, podDays] = [sum((one) => one.falseEpisodes), sum((one) => one.podDays)];
  const [events, detected] = [detections.length, delays.length];
  return {
    ...{ events, detected, falseEpisodes, podDays },
    ...ratesOf(detected, events, falseEpisodes, podDays),
    medianDelaySeconds: upperMedian(delays),
    maxDelaySeconds: delays.length === 0 ? null : Math.max(...delays),
    missed: runs.flatMap((one) => one.missed),
    byType: countTypes(detections),
    ...{ prAuc: null, prevalence: null, eventPrAuc: null, detections },
    ...leadSummary(runs.flatMap((one) => one.leads)),
  };
}
