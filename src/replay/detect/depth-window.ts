import { memberDepth, SMALLEST_FACTOR, tieDepthsUpTo } from './isolation-depth.ts';
import { moveWithin, SortedWindow } from './sorted-window.ts';

/** Depths this close (relative) are equal: they differ by rounding alone. */
const CLOSE = 1e-9;

/** Depths are computed afresh after this many changes for each value that the window can hold. */
const CHANGES_A_VALUE = 32;

/** Four distances within these multiply without leaving the range of doubles. */
const SHORTEST = 1e-70;
const LONGEST = 1e70;

/**
 * A sorted window together with the expected depth of each of its values, kept up to date in
 * O(window) for every value that enters or leaves.
 *
 * A value that enters splits one gap, a value that leaves joins two; for every other value that
 * exchanges two terms of its sum for one, or one for two. Rounding errors of these exchanges do
 * not pile up: after some changes for each value of the window all depths are computed afresh, which
 * costs O(window) a sample when spread over them.
 */
export class DepthWindow {
  readonly window: SortedWindow;
  /** Depth of `window.sorted[i]`; entries from `window.size` on are meaningless. */
  readonly depths: Float64Array;
  readonly #ties: Float64Array;
  #changes = 0;

  constructor(capacity: number) {
    this.window = new SortedWindow(capacity);
    this.depths = new Float64Array(capacity + 1);
    this.#ties = tieDepthsUpTo(capacity + 1);
  }

  /** Puts a value in; there must be room. */
  insert(v: number): void {
    const { window, depths } = this;
    const size = window.size;
    const at = window.insert(v);
    moveWithin(depths, at + 1, at, size);
    const equal = this.#equalFrom(at, v);
    this.#exchange(at, equal, v, 1);
    const own = memberDepth(window.sorted, window.size, at, this.#ties);
    depths.fill(own, at, equal);
    this.#refresh();
  }

  /** Takes the oldest value out. */
  dropOldest(): void {
    const { window, depths } = this;
    const v = window.oldest;
    const at = window.position(v);
    const equal = this.#equalFrom(at, v);
    this.#exchange(at, equal, v, -1);
    window.dropOldest();
    moveWithin(depths, at, at + 1, window.size + 1);
    if (equal - at > 1) {
      const own = memberDepth(window.sorted, window.size, at, this.#ties);
      depths.fill(own, at, equal - 1);
    }
    this.#refresh();
  }

  /** Takes the oldest value of a full window out and puts another in. */
  replaceOldest(v: number): void {
    const { window, depths } = this;
    const { sorted, size } = window;
    const o = window.oldest;
    const out = window.position(o);
    const to = window.position(v);
    // Neighbours of both where the oldest is gone already.
    const left = sorted[to - 1 === out ? to - 2 : to - 1]!;
    const right = sorted[to === out ? to + 1 : to]!;
    const lower = sorted[out - 1]!;
    const upper = sorted[out + 1]!;
    const nearest = Math.min(v - left, right - v, o - lower, upper - o);
    const widest = Math.max(v, sorted[size - 1]!) - Math.min(v, sorted[0]!);
    // Ends, twins and distances that cannot be multiplied go the plain way (NaN is none of them).
    const isInside = out > 0 && out < size - 1 && left <= v && to < size;
    if (!isInside || !(nearest > SHORTEST) || !(widest < LONGEST)) {
      this.dropOldest();
      this.insert(v);
      return;
    }
    const lost = (o - lower) * (upper - o);
    const won = (v - left) * (right - v);
    const between = Math.min(out, to);
    const after = Math.max(out + 1, to);
    this.#swapSide(0, between, lost, o, upper, won, v, right);
    if (to > out) this.#swapSide(out + 1, to, lost, o, lower, won, v, right);
    else this.#swapSide(to, out, lost, o, upper, won, v, left);
    this.#swapSide(after, size, lost, o, lower, won, v, left);
    const at = to > out ? to - 1 : to;
    if (at > out) moveWithin(depths, out, out + 1, at + 1);
    else moveWithin(depths, at + 1, at, out);
    window.push(v);
    depths[at] = memberDepth(sorted, size, at, this.#ties);
    this.#refresh();
  }

  /**
   * For the values at from..to−1: what o's leaving takes (see `#exchangeSide`) and what v's coming
   * adds, both fractions on one division.
   */
  #swapSide(
    from: number,
    to: number,
    lost: number,
    o: number,
    farO: number,
    won: number,
    v: number,
    farV: number,
  ): void {
    const { depths } = this;
    const { sorted } = this.window;
    for (let i = from; i < to; i += 1) {
      const x = sorted[i]!;
      const a = (o - x) * (farO - x);
      const b = (v - x) * (farV - x);
      depths[i] = depths[i]! + (won * a - lost * b) / (a * b);
    }
  }

  #equalFrom(at: number, v: number): number {
    const { sorted, size } = this.window;
    let end = at + 1;
    while (end < size && sorted[end] === v) end += 1;
    return end;
  }

  /**
   * Adds (sign 1, v just entered) or takes back (sign −1, v about to leave) what the presence of v
   * at positions at..equal−1 means for the depth of all other values. A twin of v means nothing.
   */
  #exchange(at: number, equal: number, v: number, sign: number): void {
    if (equal - at > 1) return;
    const { sorted, size } = this.window;
    const left = at > 0 ? sorted[at - 1]! : null;
    const right = equal < size ? sorted[equal]! : null;
    if (left !== null) this.#exchangeSide(0, at, v, left, right, sign);
    if (right !== null) this.#exchangeSide(equal, size, v, right, left, sign);
  }

  /**
   * The same for the values at from..to−1, all on the side of `near`, v's neighbour there; `far`
   * is its neighbour on the other side. For x among them, without v the gap near–far counts
   * |far − near| / |far − x|; with v it is two gaps, |v − near| / |v − x| and |far − v| / |far − x|.
   * The difference is |v − near| · |far − v| / (|v − x| · |far − x|).
   */
  #exchangeSide(
    from: number,
    to: number,
    v: number,
    near: number,
    far: number | null,
    sign: number,
  ): void {
    const { depths } = this;
    const { sorted } = this.window;
    const inner = v - near;
    if (far === null) {
      const gap = sign * inner;
      for (let i = from; i < to; i += 1) depths[i] = depths[i]! + gap / (v - sorted[i]!);
      return;
    }
    const gaps = sign * inner * (far - v);
    for (let i = from; i < to; i += 1) {
      const x = sorted[i]!;
      depths[i] = depths[i]! + gaps / ((v - x) * (far - x));
    }
    // Products of distances that leave the range of doubles: compute afresh.
    const end = near === sorted[from] ? sorted[to - 1]! : sorted[from]!;
    const isLost = !(Math.abs((v - end) * (far - end)) < Infinity);
    if (isLost || Math.abs(inner) < SMALLEST_FACTOR || Math.abs(far - v) < SMALLEST_FACTOR) {
      this.#changes = Infinity;
    }
  }

  #refresh(): void {
    this.#changes += 1;
    if (this.#changes < CHANGES_A_VALUE * this.window.capacity) return;
    this.#changes = 0;
    const { sorted, size } = this.window;
    for (let i = 0; i < size; i += 1) {
      const twin = i > 0 && sorted[i] === sorted[i - 1];
      this.depths[i] = twin ? this.depths[i - 1]! : memberDepth(sorted, size, i, this.#ties);
    }
  }

  /** How many values have a depth at most `depth`: the rank of a value of that depth. */
  countUpTo(depth: number): number {
    const limit = depth + CLOSE * depth;
    const { depths } = this;
    const { size } = this.window;
    let count = 0;
    for (let i = 0; i < size; i += 1) count += Number(depths[i]! <= limit);
    return count;
  }
}
