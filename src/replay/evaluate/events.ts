import { countBelow } from '../../core/count-below.ts';
import type { Label } from '../../core/recording.ts';
import type { SeriesKey } from '../../core/series.ts';

/** A judged series: `alerting[i]` is 1 where an alert was open at `times[i]`. */
export interface JudgedSeries {
  readonly series: SeriesKey;
  readonly times: Float64Array;
  readonly alerting: Uint8Array;
}

/** How alerts are held against labels. Milliseconds. */
export interface EventRules {
  /** An alert this long after a label's end still detects it. */
  readonly toleranceMs: number;
  /** Alerts and labels this soon after the first sample do not count. */
  readonly warmupMs: number;
  /** Alarm samples of one series this close belong to one episode. */
  readonly mergeMs: number;
}

export const DEFAULT_RULES: EventRules = {
  toleranceMs: 180_000,
  warmupMs: 3_600_000,
  mergeMs: 300_000,
};

/** What the judged series cover: the run's first and last sample, and how many pods it has. */
export interface RunExtent {
  readonly startMs: number;
  readonly endMs: number;
  readonly pods: number;
}

/** A label that counts and when it was first detected; null: it was missed. */
export interface Detection {
  readonly label: Label;
  readonly detectedMs: number | null;
}

/** What became of the labels of one type. */
export interface TypeCount {
  readonly type: string;
  readonly events: number;
  readonly detected: number;
  readonly medianDelaySeconds: number | null;
  readonly maxDelaySeconds: number | null;
}

/** Counts of one run; rates are null where there is nothing to divide by. */
export interface EventEvaluation {
  readonly events: number;
  readonly detected: number;
  readonly falseEpisodes: number;
  readonly podDays: number;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly f1: number | null;
  readonly falsePerPodDay: number | null;
  readonly medianDelaySeconds: number | null;
  readonly maxDelaySeconds: number | null;
  readonly missed: readonly Label[];
  readonly byType: readonly TypeCount[];
}

/** Whether a label speaks of this series' pod (its container and metric are not looked at). */
export function samePod(label: Label, series: SeriesKey): boolean {
  return label.namespace === series.namespace && label.pod === series.pod;
}

/**
 * The labels that can be found: visible in some metric (or not stated), on a pod that was
 * judged, starting after the warm-up.
 */
export function countedEvents(
  labels: readonly Label[],
  judged: readonly { readonly series: SeriesKey }[],
  extent: RunExtent,
  rules: EventRules,
): readonly Label[] {
  return labels.filter(
    (label) =>
      label.visibleIn?.length !== 0 &&
      label.startMs >= extent.startMs + rules.warmupMs &&
      judged.some(({ series }) => samePod(label, series)),
  );
}

/** 1 where a sample lies in a label's span [start, grace end] of its pod: never a false alarm. */
export function explainedSamples(
  series: SeriesKey,
  times: Float64Array,
  labels: readonly Label[],
): Uint8Array {
  const spans = labels.filter((label) => samePod(label, series));
  const explained = new Uint8Array(times.length);
  if (spans.length === 0) return explained;
  times.forEach((t, i) => {
    if (spans.some(({ startMs, graceEndMs }) => startMs <= t && t <= graceEndMs)) explained[i] = 1;
  });
  return explained;
}

/** Index of the first sample at or after `t`. */
export function firstAtOrAfter(times: Float64Array, t: number): number {
  return countBelow(times, t);
}

function firstAlarm(judged: JudgedSeries, fromMs: number, toMs: number): number | null {
  const { times, alerting } = judged;
  for (let i = firstAtOrAfter(times, fromMs); i < times.length; i += 1) {
    const t = times[i] ?? Infinity;
    if (t > toMs) return null;
    if (alerting[i] === 1) return t;
  }
  return null;
}

function falseEpisodesOf(
  judged: JudgedSeries,
  labels: readonly Label[],
  fromMs: number,
  mergeMs: number,
): number {
  const { series, times, alerting } = judged;
  if (!alerting.includes(1)) return 0;
  const explained = explainedSamples(series, times, labels);
  let lastAlarm = -Infinity;
  let isExplained = true;
  let falseEpisodes = 0;
  for (let i = firstAtOrAfter(times, fromMs); i < times.length; i += 1) {
    if (alerting[i] !== 1) continue;
    const t = times[i] ?? 0;
    if (t - lastAlarm > mergeMs) {
      if (!isExplained) falseEpisodes += 1;
      isExplained = false;
    }
    if (explained[i] === 1) isExplained = true;
    lastAlarm = t;
  }
  return isExplained ? falseEpisodes : falseEpisodes + 1;
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** Harmonic mean of precision and recall from counts; null where there are no events. */
export function f1Of(detected: number, events: number, falseEpisodes: number): number | null {
  if (events === 0) return null;
  return (2 * detected) / (events + detected + falseEpisodes);
}

/**
 * When each label that counts was detected: at the first sample at which a series of its pod alerts
 * within [start, end + tolerance]. In the labels' order.
 */
export function detectEvents(
  judged: readonly JudgedSeries[],
  labels: readonly Label[],
  extent: RunExtent,
  rules: EventRules,
): Detection[] {
  const fromMs = extent.startMs + rules.warmupMs;
  return countedEvents(labels, judged, extent, rules).map((label) => {
    const alarms = judged
      .filter(({ series }) => samePod(label, series))
      .map((one) =>
        firstAlarm(one, Math.max(label.startMs, fromMs), label.endMs + rules.toleranceMs),
      )
      .filter((t) => t !== null);
    return { label, detectedMs: alarms.length === 0 ? null : Math.min(...alarms) };
  });
}

/** The middle of some numbers (of an even count the upper of the two); null of none. */
export function upperMedian(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
}

/** From the starts of detected labels to their detection, seconds. */
export function delaysOf(detections: readonly Detection[]): number[] {
  return detections.flatMap(({ label, detectedMs }) =>
    detectedMs === null ? [] : [(detectedMs - label.startMs) / 1000],
  );
}

/** Counts and delays of some labels. */
function countsOf(detections: readonly Detection[]): Omit<TypeCount, 'type'> {
  const delays = delaysOf(detections);
  return {
    events: detections.length,
    detected: delays.length,
    medianDelaySeconds: upperMedian(delays),
    maxDelaySeconds: delays.length === 0 ? null : Math.max(...delays),
  };
}

/** Counts and delays by type, in the order in which types first appear. */
export function countTypes(detections: readonly Detection[]): TypeCount[] {
  const types = [...new Set(detections.map(({ label }) => label.type))];
  return types.map((type) => ({
    type,
    ...countsOf(detections.filter(({ label }) => label.type === type)),
  }));
}

/** Rates from counts. */
export function ratesOf(detected: number, events: number, falseEpisodes: number, podDays: number) {
  return {
    recall: ratio(detected, events),
    precision: ratio(detected, detected + falseEpisodes),
    f1: f1Of(detected, events, falseEpisodes),
    falsePerPodDay: ratio(falseEpisodes, podDays),
  };
}

/**
 * Holds alerts against labels, event by event, without point adjustment.
 *
 * Alarm samples of one series within `mergeMs` form an episode, false when none of its samples
 * lies in any label's [start, grace end] of that pod. What is detected: `detectEvents`.
 */
export function evaluateEvents(
  judged: readonly JudgedSeries[],
  labels: readonly Label[],
  extent: RunExtent,
  rules: EventRules,
): EventEvaluation {
  const fromMs = extent.startMs + rules.warmupMs;
  const detections = detectEvents(judged, labels, extent, rules);
  const counts = countsOf(detections);
  const falseEpisodes = judged
    .map((one) => falseEpisodesOf(one, labels, fromMs, rules.mergeMs))
    .reduce((sum, n) => sum + n, 0);
  const podDays = (Math.max(0, extent.endMs - fromMs) / 86_400_000) * extent.pods;
  return {
    ...counts,
    ...{ falseEpisodes, podDays },
    ...ratesOf(counts.detected, counts.events, falseEpisodes, podDays),
    missed: detections.flatMap(({ label, detectedMs }) => (detectedMs === null ? [label] : [])),
    byType: countTypes(detections),
  };
}
