/** The last `length` numbers in order of arrival; each comes out when as many came after it. */
export class DelayLine {
  readonly #values: Float64Array;
  #next = 0;
  #size = 0;

  constructor(length: number) {
    this.#values = new Float64Array(length);
  }

  /** The number that the next push gives back; NaN while not full. */
  oldest(): number {
    if (this.#size < this.#values.length) return NaN;
    return this.#values[this.#next] ?? NaN;
  }

  /** Puts a number in; gives back the one `length` pushes older (itself at length 0), or NaN. */
  push(value: number): number {
    const { length } = this.#values;
    if (length === 0) return value;
    const out = this.oldest();
    this.#values[this.#next] = value;
    this.#next = this.#next + 1 === length ? 0 : this.#next + 1;
    if (this.#size < length) this.#size += 1;
    return out;
  }

  /** Forgets everything. */
  clear(): void {
    this.#size = 0;
    this.#next = 0;
  }
}
