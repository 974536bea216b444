import { SortedWindow } from './sorted-window.ts';

const REMEMBERED = 15;
const NEEDED = 3;

/**
 * Tells where samples are missing: a step longer than `gapSteps` times the median of the last 15
 * steps, once three are known. Uses nothing later than the sample.
 */
export class GapWatch {
  readonly #gapSteps: number;
  readonly #steps = new SortedWindow(REMEMBERED);
  #last = NaN;

  constructor(gapSteps: number) {
    this.#gapSteps = gapSteps;
  }

  /** Whether a hole, or nothing at all, lies before the sample at `t`. */
  update(t: number): boolean {
    const step = t - this.#last;
    this.#last = t;
    if (Number.isNaN(step)) return true;
    if (step <= 0) return false;
    const isGap = this.#steps.size >= NEEDED && step > this.#gapSteps * this.#steps.median();
    if (!isGap) this.#steps.push(step);
    return isGap;
  }
}
