import type { RecordingData } from '../core/recording.ts';
import type { ReplayResult } from '../core/results.ts';
import {
  DEFAULT_RULES,
  type EventEvaluation,
  evaluateEvents,
  type EventRules,
} from '../replay/evaluate/events.ts';
import { falseAlertsOf } from '../replay/tune/false-alerts.ts';
import { runExtent } from '../replay/evaluate/extent.ts';

/** Share of a run that only warms detectors up, where the run is too short for a whole hour. */
const PROBATION = 0.15;

/**
 * Rules for judging a run: an hour of warm-up, or the first 15 % of a shorter run, as NAB grants.
 */
export function rulesFor(data: RecordingData): EventRules {
  const length = data.info.endMs - data.info.startMs;
  return { ...DEFAULT_RULES, warmupMs: Math.min(DEFAULT_RULES.warmupMs, length * PROBATION) };
}

/** A replay held against the recording's labels; null where it has none. */
export function judgeReplay(
  data: RecordingData,
  result: ReplayResult,
): (EventEvaluation & { readonly falseAlerts: number }) | null {
  if (data.labels.length === 0) return null;
  const { labels } = data;
  const [extent, rules] = [runExtent(data), rulesFor(data)];
  const found = evaluateEvents(result.series, labels, extent, rules);
  const falseAlerts = falseAlertsOf(result.series, found.falseEpisodes, labels, extent, rules);
  return { ...found, falseAlerts };
}
