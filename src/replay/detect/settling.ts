/**
 * Holds the newest samples back from a reference, so that a slow rise cannot become its own
 * yardstick: a value comes out once `lag` newer ones have come in. In the beginning only the newer
 * half is held back, or a short recording would never have a reference.
 */
export class Settling {
  readonly #lag: number;
  readonly #values: Float64Array;
  #next = 0;
  #size = 0;
  #seen = 0;

  constructor(lag: number) {
    this.#lag = lag;
    this.#values = new Float64Array(lag + 1);
  }

  /** Takes the next value; gives back the one that has settled by it, or NaN. */
  push(value: number): number {
    this.#values[this.#next] = value;
    this.#next = this.#next === this.#lag ? 0 : this.#next + 1;
    this.#size += 1;
    this.#seen += 1;
    if (this.#size <= Math.min(this.#lag, Math.floor(this.#seen / 2))) return NaN;
    const at = this.#next - this.#size;
    this.#size -= 1;
    return this.#values[at < 0 ? at + this.#lag + 1 : at]!;
  }
}

/** How many values must go in before `settled` of them have come out. */
export function pushesUntilSettled(settled: number, lag: number): number {
  return settled <= lag + 1 ? 2 * settled - 1 : settled + lag;
}
