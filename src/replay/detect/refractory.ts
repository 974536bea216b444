/**
 * Lets a score count only where it beats every one of the `length` scores before it; others
 * become 0. A long anomaly then speaks at its onset and at each new height, not at every sample.
 *
 * Sliding maximum by a queue of candidates: O(1) a sample on average (Lemire 2006).
 */
export class Refractory {
  readonly #scores: Float64Array;
  readonly #ages: Float64Array;
  #head = 0;
  #size = 0;
  #now = 0;

  constructor(length: number) {
    this.#scores = new Float64Array(length);
    this.#ages = new Float64Array(length);
  }

  /** The score, or 0 where an earlier one of the last `length` was as high. NaN stays NaN. */
  update(score: number): number {
    const { length } = this.#scores;
    if (length === 0 || Number.isNaN(score)) return score;
    if (this.#size > 0 && this.#now - (this.#ages[this.#head] ?? 0) > length) {
      this.#head = (this.#head + 1) % length;
      this.#size -= 1;
    }
    const highest = this.#size > 0 ? (this.#scores[this.#head] ?? 0) : -Infinity;
    let last = (this.#head + this.#size - 1 + length) % length;
    while (this.#size > 0 && (this.#scores[last] ?? 0) <= score) {
      this.#size -= 1;
      last = (last - 1 + length) % length;
    }
    const at = (this.#head + this.#size) % length;
    this.#scores[at] = score;
    this.#ages[at] = this.#now;
    this.#size += 1;
    this.#now += 1;
    return score > highest ? score : 0;
  }
}
