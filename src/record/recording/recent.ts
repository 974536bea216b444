const DEPTH = 8;

/** What a new sample is to its series. */
export type Arrival = 'new' | 'late' | 'repeat' | 'conflict';

/**
 * Remembers the last few samples of every series, to tell new samples from repeats.
 *
 * Bounded: eight (time, value) pairs a series. A sample older than all of them counts as `late`;
 * `strayed` then tells that the series may hold a repeat which only a full read can find.
 */
export class RecentSamples {
  #times = new Float64Array(0);
  #values = new Float64Array(0);
  #counts = new Uint32Array(0);
  strayed = false;

  /** Makes room for series ids 0..n−1. */
  reserve(n: number): void {
    if (n <= this.#counts.length) return;
    const size = Math.max(n, this.#counts.length * 2, 64);
    const grow = (from: Float64Array) => {
      const to = new Float64Array(size * DEPTH);
      to.set(from);
      return to;
    };
    this.#times = grow(this.#times);
    this.#values = grow(this.#values);
    const counts = new Uint32Array(size);
    counts.set(this.#counts);
    this.#counts = counts;
  }

  /** Classifies a sample, and remembers it when it is new or late. */
  arrive(series: number, t: number, value: number): Arrival {
    const base = series * DEPTH;
    const count = this.#counts[series] ?? 0;
    const held = Math.min(count, DEPTH);
    let newest = -Infinity;
    let oldest = Infinity;
    for (let i = 0; i < held; i += 1) {
      const time = this.#times[base + i] ?? 0;
      if (time === t) return this.#values[base + i] === value ? 'repeat' : 'conflict';
      if (time > newest) newest = time;
      if (time < oldest) oldest = time;
    }
    if (held === DEPTH && t < oldest) {
      this.strayed = true;
      return 'late';
    }
    const slot = base + (count % DEPTH);
    this.#times[slot] = t;
    this.#values[slot] = value;
    this.#counts[series] = count + 1;
    return t > newest ? 'new' : 'late';
  }
}
