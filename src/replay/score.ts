import type { RecordingData } from '../core/recording.ts';
import type { SeriesColumns } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';
import { checkDetector, PAIR_DETECTORS } from './detect/registry.ts';
import type { PairDetectorDef, Scorer } from './detect/stage.ts';
import { createScorer, Pipeline } from './pipeline.ts';
import { mergeByTime, type Stream, streamsOf } from './streams.ts';

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

const blank = ({ series, times, values }: SeriesColumns): ScoredColumns => ({
  series,
  times,
  values,
  smoothed: new Float64Array(times.length),
  scores: new Float64Array(times.length).fill(NaN),
  starts: new Uint8Array(times.length),
});

/** Scores streams that share one scorer, their samples merged by time. */
function scoreGroup(streams: readonly Stream[], settings: Settings): ScoredStream[] {
  const scored = streams.map((stream) => ({ stream, members: stream.members.map(blank) }));
  let scorer: Scorer | null = null;
  const lanes = scored.flatMap(({ members }) => {
    scorer ??= createScorer(settings, members[0]?.series.unit ?? '');
    const pipeline = new Pipeline(settings, scorer);
    return members.map((member) => ({ member, pipeline }));
  });
  mergeByTime(
    lanes.map(({ member }) => member),
    (lane, i) => {
      const { member, pipeline } = lanes[lane]!;
      pipeline.update(member.times[i]!, member.values[i]!);
      member.smoothed[i] = pipeline.smoothed;
      member.scores[i] = pipeline.score;
      member.starts[i] = pipeline.isCut ? 1 : 0;
    },
  );
  return scored;
}

/** Scores CPU and memory together, sample pairs of one container and time. */
function scorePairs(data: RecordingData, settings: Settings, def: PairDetectorDef): ScoredStream[] {
  const streams = streamsOf(data, settings);
  const scored = streams.map((stream) => ({ stream, members: stream.members.map(blank) }));
  const columns = scored.flatMap(({ members }) => members);
  const containerOf = ({ series: s }: SeriesColumns): string =>
    JSON.stringify([s.namespace, s.pod, s.container]);
  const memories = new Map(
    columns.filter(({ series }) => series.metric === 'memory').map((c) => [containerOf(c), c]),
  );
  const lanes = columns.flatMap((cpu) => {
    const memory = cpu.series.metric === 'cpu' ? memories.get(containerOf(cpu)) : undefined;
    return memory === undefined ? [] : [{ cpu, memory, next: 0 }];
  });
  const create = () => def.create(settings.window, settings.warmup);
  const shared = settings.pool === 'all' ? create() : null;
  const scorers = lanes.map(() => shared ?? create());
  for (const { starts, values, smoothed } of columns) {
    if (starts.length > 0) starts[0] = 1;
    smoothed.set(values);
  }
  mergeByTime(
    lanes.map(({ cpu }) => cpu),
    (l, i) => {
      const lane = lanes[l]!;
      const scorer = scorers[l]!;
      const { cpu, memory } = lane;
      const t = cpu.times[i]!;
      while (lane.next < memory.times.length && memory.times[lane.next]! < t) lane.next += 1;
      if (memory.times[lane.next] !== t) return;
      scorer.update(cpu.values[i]!, memory.values[lane.next]!);
      cpu.scores[i] = scorer.cpuScore;
      memory.scores[lane.next] = scorer.memoryScore;
    },
  );
  return scored;
}

/**
 * Scores every series that the settings judge: the part of a replay before the threshold.
 *
 * In: a recording; out: streams in the order of their first series. Throws USAGE for settings
 * that no detector can follow.
 */
export function scoreRecording(data: RecordingData, settings: Settings): ScoredStream[] {
  checkDetector(settings);
  const pair = PAIR_DETECTORS.find(({ id }) => id === settings.detector);
  if (pair !== undefined) return scorePairs(data, settings, pair);
  const groups = new Map<string, Stream[]>();
  const streams = streamsOf(data, settings);
  for (const stream of streams) {
    const group = groups.get(stream.group) ?? [];
    groups.set(stream.group, group);
    group.push(stream);
  }
  const scored = new Map<Stream, ScoredStream>();
  for (const group of groups.values()) {
    for (const one of scoreGroup(group, settings)) scored.set(one.stream, one);
  }
  return streams.map((stream) => scored.get(stream)!);
}
