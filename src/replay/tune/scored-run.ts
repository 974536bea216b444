import type { Label, RecordingData } from '../../core/recording.ts';
import type { Series } from '../../core/series.ts';
import type { Settings } from '../../core/settings.ts';
import {
  countedEvents,
  type EventRules,
  explainedSamples,
  firstAtOrAfter,
  type RunExtent,
  samePod,
} from '../evaluate/events.ts';
import { type Exposure, exposureOf, watchedSpan } from './exposure.ts';
import { runStarts } from './held.ts';
import { nabRows, type NabRows } from './nab-steps.ts';
import { type Ranks, rankScores } from './ranks.ts';
import type { CountedColumn } from './stretches.ts';

/** One series after a scoring pass: what a threshold and counts are applied to. */
export interface ScoreColumns {
  readonly series: Series;
  readonly times: Float64Array;
  /** NaN: not ready. */
  readonly scores: Float64Array;
  /** 1 where runs of flags are cut (after a gap). */
  readonly starts: Uint8Array;
  /** Why there is no score at all; '' where there is one. */
  readonly notEvaluated: string;
}

/** Scores a recording's judged series under settings: the part of a replay before thresholds. */
export type ScoreRecording = (data: RecordingData, settings: Settings) => readonly ScoreColumns[];

/** One run with its score columns, and how alerts in it are held against labels. */
export interface ScoredRun {
  readonly columns: readonly ScoreColumns[];
  readonly labels: readonly Label[];
  readonly extent: RunExtent;
  readonly rules: EventRules;
}

/** A series with its rows for NAB. */
export interface RankedColumn extends CountedColumn {
  /** null: the pass was not readied for them. */
  readonly nab: NabRows | null;
}

/** Where a label can be detected: samples [from, to) of a column. */
interface LabelPlace {
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

/** A label that counts, and where it can be detected. */
export interface LabelPlaces {
  readonly startMs: number;
  readonly places: readonly LabelPlace[];
}

/** All runs of one scoring pass, ready to be counted. */
export interface RankedPass {
  /** The distinct scores, ascending. */
  readonly levels: Float64Array;
  /** The median of the distinct scores; NaN without any. */
  readonly median: number;
  /** Entry r: scores of rank r or higher, in the manner of a surface's columns. */
  readonly flags: Int32Array;
  readonly columns: readonly RankedColumn[];
  readonly labels: readonly LabelPlaces[];
  /** Windows by NAB's rules; 0: the pass was not readied for them. */
  readonly nabWindows: number;
  readonly exposure: Exposure;
  /** Series that had a score, of all that are judged. */
  readonly evaluated: number;
  readonly judged: number;
}

/** The labels of a run that count, each with the samples that can detect it. */
function labelPlaces(
  { columns, labels, extent, rules }: ScoredRun,
  first: number,
): readonly LabelPlaces[] {
  return countedEvents(labels, columns, extent, rules).map((label) => ({
    startMs: label.startMs,
    places: columns.flatMap(({ series, times }, c) => {
      if (!samePod(label, series)) return [];
      const from = firstAtOrAfter(times, label.startMs);
      let to = from;
      while (to < times.length && times[to]! <= label.endMs + rules.toleranceMs) to += 1;
      return [{ column: first + c, from, to }];
    }),
  }));
}

function flagsByRank(columns: readonly Int32Array[], levels: number): Int32Array {
  const flags = new Int32Array(levels + 2);
  for (const ranks of columns) for (const rank of ranks) flags[rank]! += 1;
  flags[0] = 0;
  for (let r = levels; r > 0; r -= 1) flags[r]! += flags[r + 1]!;
  return flags;
}

/** The scores of all columns of some runs, in their order. */
export function scoresOf(runs: readonly ScoredRun[]): Float64Array[] {
  return runs.flatMap(({ columns }) => columns.map(({ scores }) => scores));
}

/**
 * Readies what a scoring pass gave for counting; scores become ranks over all runs, unless they
 * have some. NAB's counts cost time, so they are made only where they are wanted.
 */
export function rankRuns(
  runs: readonly ScoredRun[],
  withNab = false,
  { levels, columns: ranks }: Ranks = rankScores(scoresOf(runs)),
): RankedPass {
  const ready: RankedColumn[] = [];
  const labels: LabelPlaces[] = [];
  let nabWindows = 0;
  for (const run of runs) {
    const { rules, extent } = run;
    labels.push(...labelPlaces(run, ready.length));
    for (const { series, times, starts } of run.columns) {
      const own = ranks[ready.length]!;
      const nab = withNab ? nabRows(series, times, run.labels) : null;
      nabWindows += nab?.windows ?? 0;
      const isLabelled = run.labels.some((label) => samePod(label, series));
      ready.push({
        ...{ times, starts, ranks: own, runs: runStarts(own, starts) },
        explained: isLabelled ? explainedSamples(series, times, run.labels) : null,
        from: firstAtOrAfter(times, extent.startMs + rules.warmupMs),
        mergeMs: rules.mergeMs,
        nab: nab?.rows ?? null,
      });
    }
  }
  const watched = runs.flatMap((run, r) =>
    run.columns.map((columns) => ({ run: r, ...watchedSpan(columns, run) })),
  );
  return {
    ...{ levels, labels, nabWindows, columns: ready, flags: flagsByRank(ranks, levels.length) },
    median: levels[levels.length >> 1] ?? NaN,
    exposure: exposureOf(watched),
    evaluated: watched.filter(({ samples }) => samples > 0).length,
    judged: watched.length,
  };
}
