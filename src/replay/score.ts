import type { Label, RecordingData } from '../core/recording.ts';
import type { SeriesColumns } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';
import { checkDetector, pairDetector } from './detect/registry.ts';
import type { PairDetectorDef } from './detect/stage.ts';
import {
  memberSettings,
  pairMember,
  pipelinesFor,
  samplesNeeded,
  type Pipeline,
  type StreamFacts,
  sizeOf,
} from './pipeline.ts';
import { mergeByTime } from '../core/merge-by-time.ts';
import { plural } from '../core/plural.ts';
import { containerKey, followSamples, Following } from './following.ts';
import { unjudgeable } from './judgeable.ts';
import { type PairScores, scorePairs } from './score-pairs.ts';
import { type Phase, StartupWatch } from './startup.ts';
import { type Stream, streamsOf } from './streams.ts';

/** One series after scoring; columns are as long as `times`. */
export interface ScoredColumns extends SeriesColumns {
  readonly smoothed: Float64Array;
  /** NaN: not ready. */
  readonly scores: Float64Array;
  /** 1 where a run of flags is cut: at the start and after a gap. */
  readonly starts: Uint8Array;
}

/** A stream after scoring: its members' columns. */
export interface ScoredStream {
  readonly stream: Stream;
  readonly members: readonly ScoredColumns[];
}

/** Columns to be filled; `smoothed` is the values themselves where nothing will change them. */
const blank = (isSmoothed: boolean) => (columns: SeriesColumns) => ({
  ...columns,
  smoothed: isSmoothed ? new Float64Array(columns.times.length) : columns.values,
  scores: new Float64Array(columns.times.length).fill(NaN),
  starts: new Uint8Array(columns.times.length),
});

/** Whether a known anomaly of this series' pod, container and metric covers a time. */
function labelledBy(labels: readonly Label[], { series }: SeriesColumns) {
  const own = labels.filter(
    ({ namespace, pod, container, metric }) =>
      namespace === series.namespace &&
      pod === series.pod &&
      (container === '' || container === series.container) &&
      (metric === '' || metric === series.metric),
  );
  return (t: number): boolean => own.some(({ startMs, endMs }) => startMs <= t && t < endMs);
}

/** What a stream's scorers may know of it: unit, size and labels of its first member. */
function factsOf({ name, members }: Stream, labels: readonly Label[]): StreamFacts {
  const [first] = members;
  return {
    unit: first?.series.unit ?? '',
    size: () => (first === undefined ? null : sizeOf(first.series)),
    name,
    isLabelled: first === undefined ? () => false : labelledBy(labels, first),
  };
}

/** A member of a stream on its way through the stream's pipeline. */
interface Lane {
  readonly member: ScoredColumns;
  readonly pipeline: Pipeline;
  /** What a pair detector says of its samples. */
  readonly paired: Float64Array | undefined;
  readonly phaseAt: (t: number) => Phase;
}

/** Scores a lane's samples from one to before another. */
function scoreSamples({ member, pipeline, paired, phaseAt }: Lane, from: number, to: number): void {
  const { times, values, smoothed, scores, starts } = member;
  for (let i = from; i < to; i += 1) {
    const t = times[i]!;
    pipeline.update(t, values[i]!, paired?.[i], phaseAt(t));
    if (smoothed !== values) smoothed[i] = pipeline.smoothed;
    scores[i] = pipeline.score;
    if (pipeline.isCut) starts[i] = 1;
  }
}

/** Scores streams that share what can be shared, their samples merged by time. */
function scoreGroup(
  streams: readonly Stream[],
  labels: readonly Label[],
  settings: Settings,
  pairScores: PairScores | null,
  startups: StartupWatch,
): ScoredStream[] {
  const isSmoothed = (memberSettings(settings)[0]?.smooth ?? 1) > 1;
  const scored = streams.map((stream) => ({
    stream,
    members: stream.members.map(blank(isSmoothed)),
  }));
  const [first] = streams;
  if (first === undefined) return [];
  const pipelineFor = pipelinesFor(settings, { ...factsOf(first, labels), name: first.group });
  const lanes = scored.flatMap(({ stream, members }) => {
    const pipeline = pipelineFor(factsOf(stream, labels));
    return members
      .filter((member) => unjudgeable(member) === null)
      .map((member) => ({
        ...{ member, pipeline, paired: pairScores?.get(member.series.id) },
        phaseAt: startups.forSeries(member.series),
      }));
  });
  // One lane is one loop, which is compiled as a whole.
  const [only] = lanes;
  if (lanes.length === 1 && only !== undefined) {
    scoreSamples(only, 0, only.member.times.length);
    return scored;
  }
  mergeByTime(
    lanes.map(({ member }) => member),
    (lane, i) => {
      scoreSamples(lanes[lane]!, i, i + 1);
    },
  );
  return scored;
}

/** Memory says nothing where it follows CPU of its container. */
function holdFollowers(columns: readonly ScoredColumns[], samples: number): void {
  const cpus = new Map(
    columns.filter(({ series }) => series.metric === 'cpu').map((c) => [containerKey(c.series), c]),
  );
  for (const { series, times, scores } of columns) {
    const cpu = series.metric === 'memory' ? cpus.get(containerKey(series)) : undefined;
    if (cpu === undefined) continue;
    const following = new Following(samples);
    let next = 0;
    for (let i = 0; i < times.length; i += 1) {
      for (; next < cpu.times.length && cpu.times[next]! <= times[i]!; next += 1) {
        following.lead(cpu.scores[next]!);
      }
      if (following.follows()) scores[i] = Math.min(0, scores[i]!);
    }
  }
}

/** The whole of a pair detector's streams: its scores, and no cut but the start. */
function scorePairStreams(
  data: RecordingData,
  settings: Settings,
  def: PairDetectorDef,
  startups: StartupWatch,
): ScoredStream[] {
  const streams = streamsOf(data, settings);
  const pairScores = scorePairs(
    streams.flatMap(({ members }) => members),
    settings,
    def,
    startups,
  );
  return streams.map((stream) => ({
    stream,
    members: stream.members.map((columns) => {
      const scored = blank(false)(columns);
      if (scored.starts.length > 0) scored.starts[0] = 1;
      return { ...scored, scores: pairScores.get(columns.series.id) ?? scored.scores };
    }),
  }));
}

/**
 * Scores every series that the settings judge: the part of a replay before the threshold.
 *
 * In: a recording; out: streams in the order of their first series. A part of a recording must be
 * told when the whole began (Unix ms). Throws USAGE for settings that no detector can follow.
 */
export function scoreRecording(
  data: RecordingData,
  settings: Settings,
  runStartMs = Infinity,
): ScoredStream[] {
  checkDetector(settings);
  const pair = pairDetector(settings);
  const startups = StartupWatch.of(data, settings.startupSeconds);
  startups.begin(runStartMs);
  if (pair !== null) return scorePairStreams(data, settings, pair, startups);
  const groups = new Map<string, Stream[]>();
  const streams = streamsOf(data, settings);
  const witness = pairMember(settings);
  const columns = streams.flatMap(({ members }) => members);
  const pairScores =
    witness === null ? null : scorePairs(columns, witness.settings, witness.def, startups);
  for (const stream of streams) {
    const group = groups.get(stream.group) ?? [];
    groups.set(stream.group, group);
    group.push(stream);
  }
  const scored = new Map<Stream, ScoredStream>();
  for (const group of groups.values()) {
    for (const one of scoreGroup(group, data.labels, settings, pairScores, startups))
      scored.set(one.stream, one);
  }
  const samples = followSamples(settings);
  if (samples > 0)
    holdFollowers(
      [...scored.values()].flatMap(({ members }) => members),
      samples,
    );
  return streams.map((stream) => scored.get(stream)!);
}

/** Why a series has no score at all; '' where it has one. */
export function notEvaluated(stream: Stream, columns: ScoredColumns, settings: Settings): string {
  const { scores } = columns;
  if (scores.some((score) => !Number.isNaN(score))) return '';
  const bad = unjudgeable(columns);
  if (bad !== null) {
    const why = Number.isNaN(bad) ? 'no number' : 'too large to be judged';
    return `it holds ${String(bad)}, which is ${why}`;
  }
  const isPair = pairDetector(settings) !== null;
  const needed = isPair ? settings.warmup : samplesNeeded(settings, factsOf(stream, []));
  return scores.length < needed
    ? `${plural(scores.length, 'sample')}; the settings need ${String(needed)} before the first score`
    : 'no sample could be scored';
}

/** Whether what is said of a container's memory depends on its CPU, or the other way round. */
export function judgesTogether(settings: Settings): boolean {
  const isPair = pairDetector(settings) !== null;
  return isPair || pairMember(settings) !== null || followSamples(settings) > 0;
}

/** The scored series alone, each with why it has no score, if so. Throws as `scoreRecording`. */
export function scoreMembers(data: RecordingData, settings: Settings) {
  return scoreRecording(data, settings).flatMap(({ stream, members }) =>
    members.map((columns) => ({
      ...columns,
      notEvaluated: notEvaluated(stream, columns, settings),
    })),
  );
}
