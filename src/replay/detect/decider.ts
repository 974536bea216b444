/** What turns scores into alerts. */
export interface DeciderOptions {
  /** Flag where score ≥ threshold. */
  readonly threshold: number;
  /** Flags that open an alert. */
  readonly consecutive: number;
  /** Samples that these flags may be spread over; no more than `consecutive`, or left out: in a row. */
  readonly within?: number | undefined;
  /** An alert stays open for this many samples after the last one that could have opened it. */
  readonly recover: number;
}

/** Samples over which the flags that open an alert may be spread. */
export function flagSpan({
  consecutive,
  within,
}: Pick<DeciderOptions, 'consecutive' | 'within'>): number {
  return Math.max(consecutive, within ?? consecutive);
}

/** How many of the last few samples were flagged. */
class RecentFlags {
  readonly #flags: Uint8Array;
  #next = 0;
  count = 0;

  constructor(samples: number) {
    this.#flags = new Uint8Array(samples);
  }

  clear(): void {
    if (this.count === 0) return;
    this.#flags.fill(0);
    this.count = 0;
  }

  push(flag: boolean): void {
    const is = flag ? 1 : 0;
    this.count += is - this.#flags[this.#next]!;
    this.#flags[this.#next] = is;
    this.#next = this.#next + 1 === this.#flags.length ? 0 : this.#next + 1;
  }
}

/**
 * Scores → flags and alerts, sample by sample.
 *
 * A sample alerts when at it, or at one of the `recover` − 1 samples before it in the same run, so
 * many flags were together as open an alert: the last `consecutive` samples, or that many of the
 * last `within`. A cut (after a gap) or a sample without a score (NaN) ends the run.
 */
export class Decider {
  readonly #options: DeciderOptions;
  /** null: flags must come in a row. */
  readonly #recent: RecentFlags | null;
  #run = 0;
  #sinceHeld = Infinity;
  flag = false;
  alerting = false;

  constructor(options: DeciderOptions) {
    this.#options = options;
    const span = flagSpan(options);
    this.#recent = span > options.consecutive ? new RecentFlags(span) : null;
  }

  /** Takes the next sample; sets `flag` and `alerting`. */
  update(score: number, isCut: boolean): void {
    const { threshold, consecutive, recover } = this.#options;
    const isReady = !Number.isNaN(score);
    if (isCut || !isReady) {
      this.#run = 0;
      this.#recent?.clear();
      this.#sinceHeld = Infinity;
    }
    this.flag = isReady && score >= threshold;
    if (this.#recent === null) {
      this.#run = this.flag ? this.#run + 1 : 0;
    } else {
      this.#recent.push(this.flag);
      this.#run = this.#recent.count;
    }
    this.#sinceHeld = this.#run >= consecutive ? 0 : this.#sinceHeld + 1;
    this.alerting = this.#sinceHeld < recover;
  }
}
