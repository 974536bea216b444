/** Moves of up to this many values are made one by one: the call would cost more than the copy. */
const SHORT = 64;

/** column.copyWithin(target, from, to) for a move by one place. */
export function moveWithin(column: Float64Array, target: number, from: number, to: number): void {
  if (to - from > SHORT) {
    column.copyWithin(target, from, to);
  } else if (target < from) {
    for (let i = from; i < to; i += 1) column[i - 1] = column[i]!;
  } else {
    for (let i = to - 1; i >= from; i -= 1) column[i + 1] = column[i]!;
  }
}

/**
 * The last `capacity` values, in order of arrival and sorted.
 *
 * Insertion and removal are a binary search and one block move, which beats every tree up to some
 * ten thousand values.
 */
export class SortedWindow {
  readonly capacity: number;
  /** Ascending; entries from `size` on are meaningless. */
  readonly sorted: Float64Array;
  size = 0;
  readonly #arrivals: Float64Array;
  #next = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.sorted = new Float64Array(capacity + 1);
    this.#arrivals = new Float64Array(capacity);
  }

  /** First position whose value is ≥ v: where v is, or would go. */
  position(v: number): number {
    const { sorted } = this;
    let low = 0;
    // Halving without a branch: the processor would guess it wrong every other time.
    for (let rest = this.size; rest > 0;) {
      const half = (rest + 1) >>> 1;
      low += Number(sorted[low + half - 1]! < v) * half;
      rest -= half;
    }
    return low;
  }

  /** The value that has been here longest; NaN when empty. */
  get oldest(): number {
    if (this.size === 0) return NaN;
    const at = this.#next - this.size;
    return this.#arrivals[at < 0 ? at + this.capacity : at]!;
  }

  /** Takes out the oldest value and returns the sorted position it had. */
  dropOldest(): number {
    const at = this.position(this.oldest);
    moveWithin(this.sorted, at, at + 1, this.size);
    this.size -= 1;
    return at;
  }

  /** Puts a value in (there must be room) and returns its sorted position. */
  insert(v: number): number {
    const at = this.position(v);
    moveWithin(this.sorted, at + 1, at, this.size);
    this.sorted[at] = v;
    this.size += 1;
    this.#arrivals[this.#next] = v;
    this.#next = this.#next + 1 === this.capacity ? 0 : this.#next + 1;
    return at;
  }

  /** Puts a value in, after the oldest has left a full window: one move of what lies between. */
  push(v: number): void {
    if (this.size < this.capacity) {
      this.insert(v);
      return;
    }
    const { sorted } = this;
    const leaving = this.#arrivals[this.#next]!;
    // Steps between samples, and values of an idle container, are most often the same.
    if (v !== leaving) {
      let out = 0;
      let at = 0;
      // As `position`, of both: each search waits for its own loads alone.
      for (let rest = this.size; rest > 0;) {
        const half = (rest + 1) >>> 1;
        out += Number(sorted[out + half - 1]! < leaving) * half;
        at += Number(sorted[at + half - 1]! < v) * half;
        rest -= half;
      }
      if (at > out) {
        moveWithin(sorted, out, out + 1, at);
        sorted[at - 1] = v;
      } else {
        moveWithin(sorted, at + 1, at, out);
        sorted[at] = v;
      }
      this.#arrivals[this.#next] = v;
    }
    this.#next = this.#next + 1 === this.capacity ? 0 : this.#next + 1;
  }

  /** Forgets everything. */
  clear(): void {
    this.size = 0;
    this.#next = 0;
  }

  /** The median; for an even count the mean of the middle two; NaN when empty. */
  median(): number {
    const half = this.size >>> 1;
    const upper = this.sorted[half]!;
    if (this.size % 2 === 1) return upper;
    return this.size === 0 ? NaN : (this.sorted[half - 1]! + upper) / 2;
  }

  /** The value below which a share of the window lies (nearest rank, 0 < share ≤ 1). */
  quantile(share: number): number {
    const rank = Math.ceil(share * this.size);
    return this.size === 0 ? NaN : this.sorted[Math.max(0, rank - 1)]!;
  }
}
