import type { Series, SeriesColumns } from '../../core/series.ts';

const FIRST_ROOM = 64;

/** Samples of one series in time order, which may grow: what an alert's surroundings are read from. */
export class Track {
  /** As it was last told: limits may be known only after the first samples. */
  series: Series;
  #times: Float64Array;
  #values: Float64Array;
  #length: number;

  /** Over a whole column (which is not copied until a sample is added), or empty. */
  constructor(series: Series, columns?: SeriesColumns) {
    this.series = series;
    this.#times = columns?.times ?? new Float64Array(FIRST_ROOM);
    this.#values = columns?.values ?? new Float64Array(FIRST_ROOM);
    this.#length = columns?.times.length ?? 0;
  }

  /** Adds a sample; one that is not later than the last is left out. */
  add(t: number, value: number): void {
    const last = this.#length - 1;
    if (last >= 0 && t <= this.#times[last]!) return;
    if (this.#length === this.#times.length)
      this.#resize(Math.max(FIRST_ROOM, 2 * this.#length), 0);
    this.#times[this.#length] = t;
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** Forgets samples before a time, when they are at least half of what is held. */
  forgetBefore(t: number): void {
    const from = this.#after(t, false);
    if (2 * from < this.#length || this.#length < FIRST_ROOM) return;
    this.#resize(this.#times.length, from);
  }

  /** Values from one time to another, both included, in time order. */
  values(fromMs: number, toMs: number): Float64Array {
    return this.#values.subarray(this.#after(fromMs, false), this.#after(toMs, true));
  }

  /** Times of what `values` gives. */
  times(fromMs: number, toMs: number): Float64Array {
    return this.#times.subarray(this.#after(fromMs, false), this.#after(toMs, true));
  }

  /** The newest value at or before a time; NaN where there is none. */
  at(t: number): number {
    const after = this.#after(t, true);
    return after === 0 ? NaN : this.#values[after - 1]!;
  }

  /** Index of the first sample at (or, if `isPast`, past) a time. */
  #after(t: number, isPast: boolean): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#times[middle]!;
      if (at < t || (isPast && at === t)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #resize(room: number, from: number): void {
    const times = new Float64Array(room);
    const values = new Float64Array(room);
    times.set(this.#times.subarray(from, this.#length));
    values.set(this.#values.subarray(from, this.#length));
    this.#times = times;
    this.#values = values;
    this.#length -= from;
  }
}
