import type { Mark, RecordingData } from '../core/recording.ts';
import type { Series } from '../core/series.ts';
import { podKey } from './streams.ts';

/** Whether a mark tells of a container's process that began to run anew. */
export function isStart(mark: Mark, { container }: Pick<Series, 'container'>): boolean {
  if (mark.kind === 'pod-start') return true;
  // A restart's name is "container: reason"; without a container it is of the whole pod.
  const { kind, name } = mark;
  return kind === 'restart' && (!name.includes(': ') || name.startsWith(`${container}: `));
}

/**
 * `fresh`: a new container is starting, which is judged but not learnt from. `restarted`: one is
 * starting again, which is neither: a restart is a mark, not a spike.
 */
export type Phase = 'running' | 'fresh' | 'restarted';

/**
 * Tells which samples a container took while it was starting.
 *
 * A container starts for `startupSeconds` from the mark of its start or restart on, and from its
 * first sample on where it first appears later than that into the run; what is there from the
 * beginning was running before. A live run, which hears of marks and samples as they come, finds
 * what a replay finds.
 */
export class StartupWatch {
  readonly #startupMs: number;
  readonly #marks = new Map<string, Mark[]>();
  #runStartMs = Infinity;

  constructor(startupSeconds: number) {
    this.#startupMs = startupSeconds * 1000;
  }

  /** Of a whole recording. */
  static of({ series, marks }: RecordingData, startupSeconds: number): StartupWatch {
    const watch = new StartupWatch(startupSeconds);
    for (const mark of marks) watch.mark(mark);
    for (const { times } of series) if (times.length > 0) watch.begin(times[0]!);
    return watch;
  }

  /** A sample of the run, of any series: the earliest is the run's start. */
  begin(t: number): void {
    if (t < this.#runStartMs) this.#runStartMs = t;
  }

  mark(mark: Mark): void {
    if (mark.kind === 'restart' || mark.kind === 'pod-start') this.#marksOf(mark).push(mark);
  }

  /** Marks of a pod, in a list that later ones are added to. */
  #marksOf(pod: Pick<Mark, 'namespace' | 'pod'>): Mark[] {
    const key = podKey(pod);
    const marks = this.#marks.get(key) ?? [];
    this.#marks.set(key, marks);
    return marks;
  }

  /** What a series' container was doing at a sample, asked in time order. */
  forSeries(series: Series): (t: number) => Phase {
    const startupMs = this.#startupMs;
    if (startupMs === 0) return () => 'running';
    const marks = this.#marksOf(series);
    let freshUntil = NaN;
    return (t) => {
      if (Number.isNaN(freshUntil)) {
        freshUntil = t - this.#runStartMs > startupMs ? t + startupMs : -Infinity;
      }
      let phase: Phase = t < freshUntil ? 'fresh' : 'running';
      for (const mark of marks) {
        const isRecent = mark.startMs <= t && t < mark.startMs + startupMs;
        if (!isRecent || !isStart(mark, series)) continue;
        if (mark.kind === 'restart') return 'restarted';
        phase = 'fresh';
      }
      return phase;
    };
  }
}
