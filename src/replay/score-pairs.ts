import { mergeByTime } from '../core/merge-by-time.ts';
import type { SeriesColumns } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';
import type { PairDetectorDef } from './detect/stage.ts';
import { containerKey } from './following.ts';
import { unjudgeable } from './judgeable.ts';
import type { StartupWatch } from './startup.ts';

/** What a pair detector says of each series it judges, by series id; NaN where nothing. */
export type PairScores = ReadonlyMap<string, Float64Array>;

/** Scores CPU and memory together, sample pairs of one container and time. */
export function scorePairs(
  columns: readonly SeriesColumns[],
  settings: Settings,
  def: PairDetectorDef,
  startups: StartupWatch,
): PairScores {
  const memories = new Map(
    columns
      .filter(({ series }) => series.metric === 'memory')
      .map((c) => [containerKey(c.series), c]),
  );
  const scores = new Map<string, Float64Array>();
  const scoresFor = ({ series, times }: SeriesColumns): Float64Array => {
    const own = new Float64Array(times.length).fill(NaN);
    scores.set(series.id, own);
    return own;
  };
  const isShared = def.pools && settings.pool === 'all';
  const shared = isShared ? def.create(settings) : null;
  const lanes = columns.flatMap((cpu) => {
    const memory = cpu.series.metric === 'cpu' ? memories.get(containerKey(cpu.series)) : undefined;
    const isJudged = memory !== undefined && (unjudgeable(cpu) ?? unjudgeable(memory)) === null;
    if (!isJudged) return [];
    const scorer = shared ?? def.create(settings);
    const phaseAt = startups.forSeries(cpu.series);
    const [ofCpu, ofMemory] = [scoresFor(cpu), scoresFor(memory)];
    return [{ cpu, memory, scorer, phaseAt, next: 0, ofCpu, ofMemory }];
  });
  // Only containers that share a scorer must take turns.
  for (const turns of isShared ? [lanes] : lanes.map((lane) => [lane])) {
    mergeByTime(
      turns.map(({ cpu }) => cpu),
      (l, i) => {
        const lane = turns[l]!;
        const { cpu, memory, scorer, phaseAt } = lane;
        const t = cpu.times[i]!;
        while (lane.next < memory.times.length && memory.times[lane.next]! < t) lane.next += 1;
        if (memory.times[lane.next] !== t || phaseAt(t) !== 'running') return;
        scorer.update(cpu.values[i]!, memory.values[lane.next]!);
        lane.ofCpu[i] = scorer.cpuScore;
        lane.ofMemory[lane.next] = scorer.memoryScore;
      },
    );
  }
  return scores;
}
