/**
 * The last values of a stream as one point, so that a detector of points sees the shape of a
 * stretch and not only its level.
 */
export class Shingle {
  /** Oldest first. */
  readonly point: Float64Array;
  #filled = 0;

  constructor(length: number) {
    this.point = new Float64Array(length);
  }

  /** Whether `value` as the next would complete a point. */
  completes(): boolean {
    return this.#filled + 1 >= this.point.length;
  }

  /** Writes the point that `value` as the next makes into `target` from `at` on. */
  write(value: number, target: Float64Array, at: number): void {
    const { length } = this.point;
    for (let i = 1; i < length; i += 1) target[at + i - 1] = this.point[i]!;
    target[at + length - 1] = value;
  }

  push(value: number): void {
    this.write(value, this.point, 0);
    if (this.#filled < this.point.length) this.#filled += 1;
  }

  clear(): void {
    this.#filled = 0;
  }
}
