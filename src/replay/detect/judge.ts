import type { Alert } from '../../core/results.ts';
import { Decider, type DeciderOptions } from './decider.ts';

/** An alert from its detection on; `end` is null until it closes. */
export type AlertFacts = Omit<Alert, 'cause' | 'evidence'>;

/** What can be said of flagged samples while they come in. */
class Stretch {
  start = NaN;
  peakScore = -Infinity;
  peakValue = NaN;
  samples = 0;

  begin(t: number): void {
    this.start = t;
    this.peakScore = -Infinity;
    this.samples = 0;
  }

  add(value: number, score: number): void {
    this.samples += 1;
    if (score <= this.peakScore) return;
    this.peakScore = score;
    this.peakValue = value;
  }
}

/**
 * Scores → alerts with start, detection, peak and end, sample by sample; the same object serves a
 * live detector and a replay.
 *
 * `update` takes the next sample of a stream (whose samples may belong to several series) and sets
 * `flag`, `alerting`, and the alerts that it `opened` and `closed`. An alert closes at the first
 * sample that is not alerting, or, at a gap, at the last sample before it: nothing is known of
 * what came after.
 */
export class Judge {
  readonly #decider: Decider;
  readonly #run = new Stretch();
  readonly #alert = new Stretch();
  #open: { readonly series: string; readonly start: number; readonly detectedAt: number } | null =
    null;
  #lastTime = NaN;
  opened: AlertFacts | null = null;
  closed: AlertFacts | null = null;

  constructor(options: DeciderOptions) {
    this.#decider = new Decider(options);
  }

  /** Whether the last sample was flagged. */
  get flag(): boolean {
    return this.#decider.flag;
  }

  /** Whether an alert was open at the last sample. */
  get alerting(): boolean {
    return this.#decider.alerting;
  }

  update(series: string, t: number, value: number, score: number, isCut: boolean): void {
    const decider = this.#decider;
    decider.update(score, isCut);
    this.opened = null;
    this.closed = null;
    if (this.#open !== null && (isCut || !decider.alerting)) {
      this.closed = this.#facts(isCut ? this.#lastTime : t);
      this.#open = null;
    }
    this.#lastTime = t;
    if (decider.run === 1) this.#run.begin(t);
    if (decider.flag) {
      this.#run.add(value, score);
      if (this.#open !== null) this.#alert.add(value, score);
    }
    if (!decider.alerting || this.#open !== null) return;
    const { start, peakScore, peakValue, samples } = this.#run;
    Object.assign(this.#alert, { peakScore, peakValue, samples });
    this.#open = { series, start, detectedAt: t };
    this.opened = this.#facts(null);
  }

  /** The alert that is still open after the last sample, or null. */
  get pending(): AlertFacts | null {
    return this.#open === null ? null : this.#facts(null);
  }

  #facts(end: number | null): AlertFacts {
    const { peakScore, peakValue, samples } = this.#alert;
    return { ...this.#open!, end, peakScore, peakValue, samples };
  }
}
