import type { Label } from '../../core/recording.ts';
import type { Series } from '../../core/series.ts';
import {
  countedEvents,
  type EventRules,
  explainedSamples,
  firstAtOrAfter,
  type RunExtent,
  samePod,
} from '../evaluate/events.ts';
import { episodeSteps } from './episodes.ts';
import { heldScores } from './held.ts';
import { addSteps, atLeast, countAt, joined, type StepCount } from './step-count.ts';

/** One scoring pass over one series: what a threshold and a consecutive count are applied to. */
export interface ScoreColumns {
  readonly series: Series;
  readonly times: Float64Array;
  /** NaN: not ready. */
  readonly scores: Float64Array;
  /** 1 where runs of flags are cut (after a gap). */
  readonly starts: Uint8Array;
}

/** One run with its score columns. */
export interface ScoredRun {
  readonly columns: readonly ScoreColumns[];
  readonly labels: readonly Label[];
  readonly extent: RunExtent;
}

/** When a label would be seen: at thresholds up to `levels[i]`, `delays[i]` seconds late. */
interface LabelSteps {
  /** Ascending levels; a higher level is reached later. */
  readonly levels: readonly number[];
  readonly delays: readonly number[];
}

/** Everything that is counted at a threshold, as functions of it, for one setting. */
export interface Surface {
  readonly episodes: StepCount;
  readonly falseEpisodes: StepCount;
  /** Levels of all samples outside labels, ascending: how many alert at a threshold. */
  readonly unexplained: Float64Array;
  /** Samples of one series in an hour, on average. */
  readonly samplesPerHour: number;
  readonly labels: readonly LabelSteps[];
  readonly seriesDays: number;
}

/** Decisions counted at one threshold. */
export interface SurfaceCounts {
  readonly alerts: number;
  readonly falseAlerts: number;
  readonly detected: number;
  readonly medianDelaySeconds: number | null;
}

function labelSteps(
  label: Label,
  run: ScoredRun,
  held: readonly Float64Array[],
  rules: EventRules,
): LabelSteps {
  const reached: { level: number; delay: number }[] = [];
  run.columns.forEach(({ series, times }, s) => {
    if (!samePod(label, series)) return;
    let highest = -Infinity;
    for (let i = firstAtOrAfter(times, label.startMs); i < times.length; i += 1) {
      const t = times[i] ?? Infinity;
      if (t > label.endMs + rules.toleranceMs) break;
      const level = held[s]?.[i] ?? -Infinity;
      if (level <= highest) continue;
      highest = level;
      reached.push({ level, delay: (t - label.startMs) / 1000 });
    }
  });
  reached.sort((a, b) => a.delay - b.delay || b.level - a.level);
  const levels: number[] = [];
  const delays: number[] = [];
  for (const { level, delay } of reached) {
    if (level <= (levels[levels.length - 1] ?? -Infinity)) continue;
    levels.push(level);
    delays.push(delay);
  }
  return { levels, delays };
}

/**
 * All thresholds of one setting at once, summed over runs: one pass over the scores for the given
 * `consecutive` and `recover`, whatever the number of thresholds.
 */
export function buildSurface(
  runs: readonly ScoredRun[],
  consecutive: number,
  recover: number,
  rules: EventRules,
): Surface {
  const episodes: StepCount[] = [];
  const falseEpisodes: StepCount[] = [];
  const unexplained: Float64Array[] = [];
  const labels: LabelSteps[] = [];
  let seriesDays = 0;
  let samples = 0;
  for (const run of runs) {
    const fromMs = run.extent.startMs + rules.warmupMs;
    const held = run.columns.map(({ times, scores, starts }) => {
      const levels = heldScores(scores, starts, consecutive, recover);
      const from = firstAtOrAfter(times, fromMs);
      return levels.fill(-Infinity, 0, from);
    });
    run.columns.forEach(({ series, times }, s) => {
      const explained = explainedSamples(series, times, run.labels);
      const levels = held[s] ?? new Float64Array();
      const steps = episodeSteps(times, levels, explained, 0, rules.mergeMs);
      episodes.push(steps.episodes);
      falseEpisodes.push(steps.falseEpisodes);
      unexplained.push(levels.filter((level, i) => level !== -Infinity && explained[i] === 0));
      samples += times.length - firstAtOrAfter(times, fromMs);
    });
    for (const label of countedEvents(run.labels, run.columns, run.extent, rules)) {
      labels.push(labelSteps(label, run, held, rules));
    }
    seriesDays += (Math.max(0, run.extent.endMs - fromMs) / 86_400_000) * run.columns.length;
  }
  return {
    episodes: addSteps(episodes),
    falseEpisodes: addSteps(falseEpisodes),
    unexplained: joined(unexplained),
    samplesPerHour: seriesDays > 0 ? samples / (seriesDays * 24) : Infinity,
    labels,
    seriesDays,
  };
}

/** Highest threshold that still detects the label; −Infinity: none does. */
export function highestLevel(label: LabelSteps): number {
  return label.levels[label.levels.length - 1] ?? -Infinity;
}

/**
 * False alerts at a threshold: episodes that touch no label, and one more for every full hour of
 * alerting outside labels, so that an alert that never closes cannot pass for a single one.
 */
export function falseAlertsOf(
  surface: Surface,
  falseEpisodes: number,
  unexplainedSamples: number,
): number {
  return falseEpisodes + Math.floor(unexplainedSamples / surface.samplesPerHour);
}

/** What would be counted at this threshold. */
export function countsAt(surface: Surface, threshold: number): SurfaceCounts {
  const delays: number[] = [];
  for (const { levels, delays: own } of surface.labels) {
    const i = levels.findIndex((level) => level >= threshold);
    if (i !== -1) delays.push(own[i] ?? 0);
  }
  delays.sort((a, b) => a - b);
  return {
    alerts: countAt(surface.episodes, threshold),
    falseAlerts: falseAlertsOf(
      surface,
      countAt(surface.falseEpisodes, threshold),
      atLeast(surface.unexplained, threshold),
    ),
    detected: delays.length,
    medianDelaySeconds: delays[delays.length >> 1] ?? null,
  };
}
