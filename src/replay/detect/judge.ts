import type { Alert } from '../../core/results.ts';
import { Decider, type DeciderOptions, flagSpan } from './decider.ts';

/** An alert from its detection on; `end` is null until it closes. */
export type AlertFacts = Omit<Alert, 'cause' | 'evidence'>;

interface Flagged {
  /** Which sample of the stream it is. */
  readonly at: number;
  readonly t: number;
  readonly value: number;
  readonly score: number;
}

/** What can be said of an alert's flagged samples while they come in. */
class Stretch {
  peakScore = -Infinity;
  peakValue = NaN;
  samples = 0;

  begin(): void {
    this.peakScore = -Infinity;
    this.samples = 0;
  }

  add({ value, score }: Pick<Flagged, 'value' | 'score'>): void {
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
 * `flag`, `alerting`, and the alerts that it `opened` and `closed`. An alert starts at the first of
 * the flags that opened it and closes at the first sample that is not alerting, or, at a gap, at
 * the last sample before it: nothing is known of what came after.
 */
export class Judge {
  readonly #decider: Decider;
  /** Samples that the flags which open an alert may be spread over. */
  readonly #span: number;
  /** The flags of the last samples of this run, oldest first. */
  #recent: Flagged[] = [];
  readonly #alert = new Stretch();
  #open: { readonly series: string; readonly start: number; readonly detectedAt: number } | null =
    null;
  #lastTime = NaN;
  #at = 0;
  opened: AlertFacts | null = null;
  closed: AlertFacts | null = null;

  constructor(options: DeciderOptions) {
    this.#decider = new Decider(options);
    this.#span = flagSpan(options);
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
    this.#at += 1;
    if (isCut || Number.isNaN(score)) this.#recent = [];
    if (decider.flag) {
      this.#remember({ at: this.#at, t, value, score });
      if (this.#open !== null) this.#alert.add({ value, score });
    }
    if (!decider.alerting || this.#open !== null) return;
    this.#alert.begin();
    for (const one of this.#recent) this.#alert.add(one);
    this.#open = { series, start: this.#recent[0]?.t ?? t, detectedAt: t };
    this.opened = this.#facts(null);
  }

  /** The alert that is still open after the last sample, or null. */
  get pending(): AlertFacts | null {
    return this.#open === null ? null : this.#facts(null);
  }

  #remember(flagged: Flagged): void {
    const tooOld = flagged.at - this.#span;
    while (this.#recent.length > 0 && this.#recent[0]!.at <= tooOld) this.#recent.shift();
    this.#recent.push(flagged);
  }

  #facts(end: number | null): AlertFacts {
    const { peakScore, peakValue, samples } = this.#alert;
    return { ...this.#open!, end, peakScore, peakValue, samples };
  }
}
