import type { RecordingData } from '../../core/recording.ts';
import type { ReplayResult } from '../../core/results.ts';
import type { Settings } from '../../core/settings.ts';
import { checkDetector } from '../../replay/detect/registry.ts';
import { partsOf } from '../../replay/parts.ts';
import { decideReplay, replay } from '../../replay/replay.ts';
import type { ScoredStream } from '../../replay/score.ts';
import { streamsOf } from '../../replay/streams.ts';
import { runInPool } from '../worker-pool.ts';
import type { ScoreAnswer, ScoreRequest } from './worker.ts';

/** Samples below which workers take longer to start than they save. */
const WORTH_WORKERS = 1_000_000;

/** Parts for each worker: the last ones are not waited for long, and few are in memory twice. */
const PARTS_PER_WORKER = 8;

/** Worker threads that a replay of this recording is worth, of at most `jobs`. */
export function worthwhileJobs({ series }: RecordingData, jobs: number): number {
  const samples = series.reduce((sum, { times }) => sum + times.length, 0);
  return samples < WORTH_WORKERS ? 1 : jobs;
}

/** The streams of a part with what a worker said of their series. */
function joined(
  part: RecordingData,
  settings: Settings,
  answers: readonly ScoreAnswer[],
): ScoredStream[] {
  let next = 0;
  return streamsOf(part, settings).map((stream) => ({
    stream,
    members: stream.members.map((columns) => {
      const answer = answers[next++];
      if (answer?.scores.length !== columns.times.length) throw new Error('A part came back cut.');
      return { ...columns, ...answer, smoothed: answer.smoothed ?? columns.values };
    }),
  }));
}

/**
 * A replay with its scoring in `jobs` worker threads; the same bytes as `replay` gives, for any
 * number of them. `onDone` hears how many parts are through. Throws USAGE for settings that no
 * detector can follow, and a plain Error naming the part whose worker failed.
 */
export async function replayInWorkers(
  data: RecordingData,
  settings: Settings,
  jobs: number,
  onDone: (done: number, total: number) => void = () => undefined,
): Promise<ReplayResult> {
  checkDetector(settings);
  const parts = partsOf(data, settings, jobs * PARTS_PER_WORKER);
  const workers = Math.min(jobs, parts.length);
  if (workers <= 1) return replay(data, settings);
  const runStartMs = data.series.reduce(
    (min, { times }) => Math.min(min, times[0] ?? min),
    Infinity,
  );
  let done = 0;
  const answers = await runInPool<ScoreRequest, readonly ScoreAnswer[]>(
    new URL('./worker.js', import.meta.url),
    parts.map((part) => ({
      request: { part, settings, runStartMs },
      name: `the series from ${part.series[0]?.series.id ?? ''} on`,
    })),
    workers,
    () => {
      done += 1;
      onDone(done, parts.length);
    },
  );
  const scored = parts.flatMap((part, at) => joined(part, settings, answers[at] ?? []));
  return decideReplay(data, settings, scored);
}
