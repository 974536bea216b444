import { exp2Negative } from '../../core/mathx.ts';
import { rngFor, type Rng } from '../../core/rng.ts';
import { averageDepth, tieDepthsUpTo } from './isolation-depth.ts';

/** How a forest is grown. */
export interface ForestOptions {
  readonly trees: number;
  /** Points drawn for each tree, without replacement; at most as many as there are. */
  readonly sample: number;
  readonly seed: number;
  /** Names the stream of chance: equal seed, name and points give equal trees. */
  readonly name: string;
}

/** Points scored together: the walks of eight do not wait for each other's loads. */
const LANES = 8;
/** Points whose sums stay in the cache while all trees pass over them. */
const BLOCK = 1024;

/**
 * A classic isolation forest on points of any dimension.
 *
 * Every tree is kept as a perfect binary tree of the height limit ⌈log₂ sample⌉ in heap order:
 * where a branch ends early, all that is below it leads to the same leaf value. So a walk has no
 * end to test, and eight run side by side. Source: Liu, Ting and Zhou, "Isolation Forest" (2008);
 * constant features are passed over in the choice, as scikit-learn does. c(n) is exact, where the
 * paper and scikit-learn approximate its harmonic number by a logarithm.
 */
export class IsolationForest {
  readonly dimensions: number;
  readonly #trees: number;
  readonly #height: number;
  readonly #yardstick: number;
  readonly #features: Int32Array;
  readonly #cuts: Float64Array;
  readonly #leaves: Float64Array;

  /** Grows a forest on `count` points, rows of `dimensions` numbers each. */
  constructor(points: Float64Array, count: number, dimensions: number, options: ForestOptions) {
    const sample = Math.min(options.sample, count);
    this.dimensions = dimensions;
    this.#trees = options.trees;
    this.#height = heightOf(sample);
    this.#yardstick = averageDepth(sample);
    const inner = (1 << this.#height) - 1;
    this.#features = new Int32Array(inner * options.trees);
    this.#cuts = new Float64Array(inner * options.trees).fill(Infinity);
    this.#leaves = new Float64Array((inner + 1) * options.trees);
    const drawn = new Int32Array(count);
    for (let i = 0; i < count; i += 1) drawn[i] = i;
    const own = new Float64Array(sample * dimensions);
    const order = new Int32Array(sample);
    const ties = tieDepthsUpTo(sample);
    for (let tree = 0; tree < options.trees; tree += 1) {
      const rng = rngFor(options.seed, `${options.name} tree ${String(tree)}`);
      // A tree grows on a copy of its points: they lie side by side.
      for (let i = 0; i < sample; i += 1) {
        swap(drawn, i, i + rng.below(count - i));
        const from = drawn[i]! * dimensions;
        for (let f = 0; f < dimensions; f += 1) own[i * dimensions + f] = points[from + f]!;
        order[i] = i;
      }
      this.#grow({ points: own, order, ties, rng, tree, low: 0, high: 0 }, 0, 0, 0, sample);
    }
  }

  /** Splits order[from..to) at `node` of a level, or makes everything below it one leaf. */
  #grow(work: Growth, node: number, level: number, from: number, to: number): void {
    const feature = level === this.#height || to - from < 2 ? -1 : this.#pick(work, from, to);
    if (feature === -1) {
      const leaf = level + (work.ties[to - from] ?? 0);
      const width = 1 << (this.#height - level);
      const first = (node + 1) * width - (1 << this.#height);
      const base = work.tree << this.#height;
      this.#leaves.fill(leaf, base + first, base + first + width);
      return;
    }
    const { points, order, tree } = work;
    const at = tree * ((1 << this.#height) - 1) + node;
    let cut = work.low + work.rng.next() * (work.high - work.low);
    // The lowest value itself would leave the left side empty.
    if (cut <= work.low) cut = work.high;
    this.#features[at] = feature;
    this.#cuts[at] = cut;
    let middle = from;
    for (let i = from; i < to; i += 1) {
      if (points[order[i]! * this.dimensions + feature]! < cut) {
        swap(order, i, middle);
        middle += 1;
      }
    }
    this.#grow(work, 2 * node + 1, level + 1, from, middle);
    this.#grow(work, 2 * node + 2, level + 1, middle, to);
  }

  /** A random feature that is not constant, its range left in `work`; −1 if all are. */
  #pick(work: Growth, from: number, to: number): number {
    const { points, order, rng } = work;
    const { dimensions } = this;
    const start = dimensions === 1 ? 0 : rng.below(dimensions);
    for (let step = 0; step < dimensions; step += 1) {
      const feature = (start + step) % dimensions;
      let low = Infinity;
      let high = -Infinity;
      for (let i = from; i < to; i += 1) {
        const x = points[order[i]! * dimensions + feature]!;
        if (x < low) low = x;
        if (x > high) high = x;
      }
      if (low < high) {
        work.low = low;
        work.high = high;
        return feature;
      }
    }
    return -1;
  }

  /**
   * 2^(−mean depth / c(sample)) of `count` points, rows of `dimensions` numbers; in (0, 1], higher
   * is more anomalous, 0.5 is average.
   */
  score(points: Float64Array, count: number, scores = new Float64Array(count)): Float64Array {
    for (let from = 0; from < count; from += BLOCK) {
      const to = Math.min(from + BLOCK, count);
      scores.fill(0, from, to);
      for (let tree = 0; tree < this.#trees; tree += 1) this.#walk(points, from, to, tree, scores);
    }
    const scale = 1 / (this.#trees * this.#yardstick);
    for (let i = 0; i < count; i += 1) {
      // A forest of single or of equal points says nothing: average.
      scores[i] = this.#yardstick > 0 ? exp2Negative(scores[i]! * scale) : 0.5;
    }
    return scores;
  }

  /** Adds each point's depth in one tree to its sum. */
  #walk(points: Float64Array, from: number, to: number, tree: number, sums: Float64Array): void {
    const height = this.#height;
    const d = this.dimensions;
    const inner = (1 << height) - 1;
    const features = this.#features;
    const cuts = this.#cuts;
    const leaves = this.#leaves;
    // Nodes count from 1 within `root`, so that a child is 2n or 2n + 1.
    const root = tree * inner - 1;
    const leaf = (tree << height) - (1 << height);
    let i = from;
    for (; i + LANES <= to; i += LANES) {
      const p0 = i * d;
      const p1 = p0 + d;
      const p2 = p1 + d;
      const p3 = p2 + d;
      const p4 = p3 + d;
      const p5 = p4 + d;
      const p6 = p5 + d;
      const p7 = p6 + d;
      let n0 = 1;
      let n1 = 1;
      let n2 = 1;
      let n3 = 1;
      let n4 = 1;
      let n5 = 1;
      let n6 = 1;
      let n7 = 1;
      // Number(…) of a comparison compiles without a branch, which would be guessed wrong half the
      // time.
      for (let level = 0; level < height; level += 1) {
        n0 = 2 * n0 + Number(points[p0 + features[root + n0]!]! >= cuts[root + n0]!);
        n1 = 2 * n1 + Number(points[p1 + features[root + n1]!]! >= cuts[root + n1]!);
        n2 = 2 * n2 + Number(points[p2 + features[root + n2]!]! >= cuts[root + n2]!);
        n3 = 2 * n3 + Number(points[p3 + features[root + n3]!]! >= cuts[root + n3]!);
        n4 = 2 * n4 + Number(points[p4 + features[root + n4]!]! >= cuts[root + n4]!);
        n5 = 2 * n5 + Number(points[p5 + features[root + n5]!]! >= cuts[root + n5]!);
        n6 = 2 * n6 + Number(points[p6 + features[root + n6]!]! >= cuts[root + n6]!);
        n7 = 2 * n7 + Number(points[p7 + features[root + n7]!]! >= cuts[root + n7]!);
      }
      sums[i] = sums[i]! + leaves[leaf + n0]!;
      sums[i + 1] = sums[i + 1]! + leaves[leaf + n1]!;
      sums[i + 2] = sums[i + 2]! + leaves[leaf + n2]!;
      sums[i + 3] = sums[i + 3]! + leaves[leaf + n3]!;
      sums[i + 4] = sums[i + 4]! + leaves[leaf + n4]!;
      sums[i + 5] = sums[i + 5]! + leaves[leaf + n5]!;
      sums[i + 6] = sums[i + 6]! + leaves[leaf + n6]!;
      sums[i + 7] = sums[i + 7]! + leaves[leaf + n7]!;
    }
    for (; i < to; i += 1) {
      let n = 1;
      for (let level = 0; level < height; level += 1) {
        n = 2 * n + Number(points[i * d + features[root + n]!]! >= cuts[root + n]!);
      }
      sums[i] = sums[i]! + leaves[leaf + n]!;
    }
  }
}

/** What growing one tree needs at hand. */
interface Growth {
  readonly points: Float64Array;
  readonly order: Int32Array;
  readonly ties: Float64Array;
  readonly rng: Rng;
  readonly tree: number;
  /** Range of the feature that was picked last. */
  low: number;
  high: number;
}

/** ⌈log₂ n⌉. */
function heightOf(n: number): number {
  let height = 0;
  while (1 << height < n) height += 1;
  return height;
}

function swap(order: Int32Array, a: number, b: number): void {
  const kept = order[a]!;
  order[a] = order[b]!;
  order[b] = kept;
}
