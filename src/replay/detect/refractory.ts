import { SlidingMaximum } from './sliding-maximum.ts';

/**
 * Lets a score count only where it beats every one of the `length` scores before it; others
 * become 0. A long anomaly then speaks at its onset and at each new height, not at every sample.
 */
export class Refractory {
  readonly #highest: SlidingMaximum | null;

  constructor(length: number) {
    this.#highest = length > 0 ? new SlidingMaximum(length) : null;
  }

  /** The score, or 0 where an earlier one of the last `length` was as high. NaN stays NaN. */
  update(score: number): number {
    if (this.#highest === null || Number.isNaN(score)) return score;
    const highest = this.#highest.value;
    this.#highest.push(score);
    return score > highest ? score : 0;
  }
}
