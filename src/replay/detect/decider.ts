/** What turns scores into alerts. */
export interface DeciderOptions {
  /** Flag where score ≥ threshold. */
  readonly threshold: number;
  /** Flags in a row that open an alert. */
  readonly consecutive: number;
  /** An alert stays open for this many samples after the last run of `consecutive` flags. */
  readonly recover: number;
}

/**
 * Scores → flags and alerts, sample by sample.
 *
 * A sample alerts when it, or one of the `recover` − 1 samples before it in the same run, ends
 * `consecutive` flags in a row. A cut (after a gap) or a sample without a score (NaN) ends the run.
 */
export class Decider {
  readonly #options: DeciderOptions;
  #run = 0;
  #sinceHeld = Infinity;
  flag = false;
  alerting = false;

  constructor(options: DeciderOptions) {
    this.#options = options;
  }

  /** Flags in a row up to and including the last sample. */
  get run(): number {
    return this.#run;
  }

  /** Takes the next sample; sets `flag` and `alerting`. */
  update(score: number, isCut: boolean): void {
    const { threshold, consecutive, recover } = this.#options;
    const isReady = !Number.isNaN(score);
    if (isCut || !isReady) {
      this.#run = 0;
      this.#sinceHeld = Infinity;
    }
    this.flag = isReady && score >= threshold;
    this.#run = this.flag ? this.#run + 1 : 0;
    this.#sinceHeld = this.#run >= consecutive ? 0 : this.#sinceHeld + 1;
    this.alerting = this.#sinceHeld < recover;
  }
}

/** An alert as positions in its column. */
export interface Episode {
  /** First flag of the run that opened it. */
  readonly first: number;
  /** The sample that opened it. */
  readonly detected: number;
  /** One past the last alerting sample. */
  readonly after: number;
}

/** A column of decisions. */
export interface Decisions {
  readonly flags: Uint8Array;
  readonly alerting: Uint8Array;
  readonly episodes: readonly Episode[];
}

/** Decides a whole column: a loop over `Decider`. `starts[i]` is 1 where a run is cut. */
export function decide(
  scores: Float64Array,
  starts: Uint8Array,
  options: DeciderOptions,
): Decisions {
  const decider = new Decider(options);
  const flags = new Uint8Array(scores.length);
  const alerting = new Uint8Array(scores.length);
  const episodes: Episode[] = [];
  let open: { first: number; detected: number } | null = null;
  for (let i = 0; i < scores.length; i += 1) {
    decider.update(scores[i] ?? NaN, starts[i] === 1);
    if (decider.flag) flags[i] = 1;
    const isNew = open !== null && starts[i] === 1;
    if (open !== null && (!decider.alerting || isNew)) {
      episodes.push({ ...open, after: i });
      open = null;
    }
    if (!decider.alerting) continue;
    alerting[i] = 1;
    open ??= { first: i - decider.run + 1, detected: i };
  }
  if (open !== null) episodes.push({ ...open, after: scores.length });
  return { flags, alerting, episodes };
}
