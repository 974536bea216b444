/**
 * The largest of the last `length` numbers, by a queue of those that can still become it: O(1) a
 * number on average, memory for as many as are in the queue (Lemire 2006).
 */
export class SlidingMaximum {
  readonly #length: number;
  #values = new Float64Array(16);
  #ages = new Float64Array(16);
  #head = 0;
  #size = 0;
  #now = 0;

  constructor(length: number) {
    this.#length = length;
  }

  /** The largest; −Infinity before the first number. */
  get value(): number {
    return this.#size > 0 ? this.#values[this.#head]! : -Infinity;
  }

  push(value: number): void {
    const capacity = this.#values.length;
    // Powers of two: a mask is the remainder.
    let last = (this.#head + this.#size - 1) & (capacity - 1);
    while (this.#size > 0 && this.#values[last]! <= value) {
      this.#size -= 1;
      last = (last - 1) & (capacity - 1);
    }
    if (this.#size === capacity) this.#grow();
    const at = (this.#head + this.#size) & (this.#values.length - 1);
    this.#values[at] = value;
    this.#ages[at] = this.#now;
    this.#size += 1;
    this.#now += 1;
    if (this.#now - this.#ages[this.#head]! > this.#length) {
      this.#head = (this.#head + 1) & (this.#values.length - 1);
      this.#size -= 1;
    }
  }

  #grow(): void {
    const { length } = this.#values;
    const values = new Float64Array(2 * length);
    const ages = new Float64Array(2 * length);
    for (let i = 0; i < this.#size; i += 1) {
      const from = (this.#head + i) & (length - 1);
      values[i] = this.#values[from]!;
      ages[i] = this.#ages[from]!;
    }
    this.#values = values;
    this.#ages = ages;
    this.#head = 0;
  }
}
