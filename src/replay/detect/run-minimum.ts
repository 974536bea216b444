/** The smallest of the last `length` scores of a run; NaN while the run is shorter. */
export class RunMinimum {
  readonly #scores: Float64Array;
  #next = 0;
  #run = 0;

  constructor(length: number) {
    this.#scores = new Float64Array(length);
  }

  /** Takes the next score; a cut or a sample without a score (NaN) ends the run before it. */
  update(score: number, isCut: boolean): number {
    if (isCut) this.#run = 0;
    if (Number.isNaN(score)) {
      this.#run = 0;
      return NaN;
    }
    const { length } = this.#scores;
    this.#scores[this.#next] = score;
    this.#next = this.#next + 1 === length ? 0 : this.#next + 1;
    if (this.#run < length) this.#run += 1;
    if (this.#run < length) return NaN;
    let smallest = score;
    for (const one of this.#scores) if (one < smallest) smallest = one;
    return smallest;
  }
}
