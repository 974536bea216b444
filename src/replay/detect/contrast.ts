import { DelayLine } from './delay-line.ts';
import { MomentWindow } from './moment-window.ts';
import type { ParamSpec } from './stage.ts';

/** Parameters of detectors that look at a difference of means instead of the value. */
export const CONTRAST_PARAMS = {
  short: {
    kind: 'int',
    min: 1,
    max: 10_000,
    default: 1,
    describe: 'Newest samples whose mean is looked at',
  },
  long: {
    kind: 'int',
    min: 0,
    max: 100_000,
    default: 0,
    describe: 'Samples before them whose mean is taken off; 0: none',
  },
} as const satisfies Record<string, ParamSpec>;

/**
 * Mean of the newest `short` samples − mean of the `long` before them: a series without its slow
 * course. Fewer than `long` will do, fewer than `short` will not.
 */
export class Contrast {
  readonly #short: number;
  readonly #newest: MomentWindow | null;
  readonly #waiting: DelayLine;
  readonly #older: MomentWindow | null;

  constructor(short: number, long: number) {
    this.#short = short;
    this.#newest = short > 1 ? new MomentWindow(short - 1) : null;
    this.#waiting = new DelayLine(short - 1);
    this.#older = long > 0 ? new MomentWindow(long) : null;
  }

  /** Samples that must be learned before `of` says something. */
  static warmup(short: number, long: number): number {
    return short - 1 + (long > 0 ? 1 : 0);
  }

  /** The contrast that a series has if its next value is this one; NaN while not ready. */
  of(value: number): number {
    const others = this.#short - 1;
    let mean = value;
    if (this.#newest !== null) {
      if (this.#newest.size < others) return NaN;
      mean = (this.#newest.mean * others + value) / this.#short;
    }
    return this.#older === null ? mean : mean - this.#older.mean;
  }

  learn(value: number): void {
    this.#newest?.push(value);
    const settled = this.#waiting.push(value);
    if (!Number.isNaN(settled)) this.#older?.push(settled);
  }
}
