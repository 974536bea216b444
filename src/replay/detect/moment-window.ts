/**
 * Mean and standard deviation of the last `capacity` numbers, without drift.
 *
 * The window is a ring of about √capacity blocks. A number that enters replaces the oldest; only
 * its block is summed afresh, and the blocks are joined by the parallel formula of Chan, Golub and
 * LeVeque (1979). So an outlier that has left leaves nothing behind, in O(√capacity) a number.
 */
export class MomentWindow {
  readonly #values: Float64Array;
  readonly #blockLength: number;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  #size = 0;
  #next = 0;
  /** NaN while empty. */
  mean = NaN;
  /** Population standard deviation; NaN while empty. */
  deviation = NaN;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
    this.#blockLength = Math.ceil(Math.sqrt(capacity));
    const blocks = Math.ceil(capacity / this.#blockLength);
    this.#means = new Float64Array(blocks);
    this.#squares = new Float64Array(blocks);
  }

  get size(): number {
    return this.#size;
  }

  push(value: number): void {
    const { length } = this.#values;
    this.#values[this.#next] = value;
    if (this.#size < length) this.#size += 1;
    this.#sumBlock(Math.floor(this.#next / this.#blockLength));
    this.#next = this.#next + 1 === length ? 0 : this.#next + 1;
    this.#join();
  }

  #sumBlock(block: number): void {
    const from = block * this.#blockLength;
    const to = Math.min(from + this.#blockLength, this.#size);
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += this.#values[i]!;
    const mean = sum / (to - from);
    let squares = 0;
    for (let i = from; i < to; i += 1) {
      const gap = this.#values[i]! - mean;
      squares += gap * gap;
    }
    this.#means[block] = mean;
    this.#squares[block] = squares;
  }

  #join(): void {
    let count = 0;
    let mean = 0;
    let squares = 0;
    for (let block = 0; count < this.#size; block += 1) {
      const own = Math.min(this.#blockLength, this.#size - count);
      const joint = count + own;
      const gap = this.#means[block]! - mean;
      mean += (gap * own) / joint;
      squares += this.#squares[block]! + gap * gap * ((count * own) / joint);
      count = joint;
    }
    this.mean = mean;
    this.deviation = Math.sqrt(squares / count);
  }
}
