import { StepCollector, type StepCount } from './step-count.ts';

/** Alarm episodes of one series as functions of the threshold. */
export interface EpisodeSteps {
  /** All episodes. */
  readonly episodes: StepCount;
  /** Episodes that touch no explained sample: false alarms. */
  readonly falseEpisodes: StepCount;
}

/** The running maximum of a column over the samples before i that are at most `spanMs` older. */
class RecentMaximum {
  readonly #times: Float64Array;
  readonly #spanMs: number;
  readonly #queue: Int32Array;
  readonly #column: Float64Array;
  #head = 0;
  #tail = 0;

  constructor(times: Float64Array, column: Float64Array, spanMs: number) {
    this.#times = times;
    this.#column = column;
    this.#spanMs = spanMs;
    this.#queue = new Int32Array(times.length);
  }

  /** The maximum before sample i; −Infinity when nothing is recent. */
  before(i: number): number {
    const oldest = (this.#times[i] ?? 0) - this.#spanMs;
    while (this.#head < this.#tail && (this.#times[this.#queue[this.#head] ?? 0] ?? 0) < oldest) {
      this.#head += 1;
    }
    return this.#head < this.#tail ? (this.#column[this.#queue[this.#head] ?? 0] ?? 0) : -Infinity;
  }

  push(i: number): void {
    const value = this.#column[i] ?? -Infinity;
    while (
      this.#tail > this.#head &&
      (this.#column[this.#queue[this.#tail - 1] ?? 0] ?? 0) <= value
    ) {
      this.#tail -= 1;
    }
    this.#queue[this.#tail] = i;
    this.#tail += 1;
  }
}

/**
 * Counts the alarm episodes of one series for every threshold at once.
 *
 * `held` from `heldScores`; samples before index `from` do not count; alarm samples at most
 * `mergeMs` apart are one episode; `explained[i]` is 1 inside a label's span.
 *
 * An episode starts at i for thresholds in (highest recent held, held[i]]. It touches a span for
 * the first time at an explained i for thresholds in (e, held[i]], where e is the highest
 * threshold at which an earlier explained sample is linked to i: along the chain, the smaller of
 * the sample's own level and the best link among its recent samples.
 */
export function episodeSteps(
  times: Float64Array,
  held: Float64Array,
  explained: Uint8Array,
  from: number,
  mergeMs: number,
): EpisodeSteps {
  const linked = new Float64Array(held.length).fill(-Infinity);
  const recentHeld = new RecentMaximum(times, held, mergeMs);
  const recentLinked = new RecentMaximum(times, linked, mergeMs);
  const all = new StepCollector();
  const unexplained = new StepCollector();
  for (let i = from; i < held.length; i += 1) {
    const level = held[i] ?? -Infinity;
    if (level === -Infinity) continue;
    const recent = Math.min(level, recentHeld.before(i));
    const link = Math.min(level, recentLinked.before(i));
    linked[i] = explained[i] === 1 ? level : link;
    all.add(recent, level);
    unexplained.add(recent, level);
    if (explained[i] === 1) unexplained.subtract(link, level);
    recentHeld.push(i);
    recentLinked.push(i);
  }
  return { episodes: all.finish(), falseEpisodes: unexplained.finish() };
}
