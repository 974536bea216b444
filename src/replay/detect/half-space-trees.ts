import { rngFor } from '../../core/rng.ts';
import { Shingle } from './shingle.ts';
import { floorOf, FLOOR_PARAMS } from './spread.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  trees: { kind: 'int', min: 1, max: 500, default: 25, describe: 'Trees of the forest' },
  depth: { kind: 'int', min: 1, max: 15, default: 10, describe: 'Halvings of the work space' },
  shingle: {
    kind: 'int',
    min: 1,
    max: 64,
    default: 1,
    describe: 'Values in a row that make a point',
  },
  seed: { kind: 'int', min: 0, max: 0xffffffff, default: 42, describe: 'Seed of its chance' },
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/** Share of the window below which a node counts as sparse and a walk ends (the paper's 0.1 ψ). */
const SPARSE_SHARE = 0.1;

/**
 * The mass profile of one window: trees that halve a random work space, and how many points fell
 * into each node.
 *
 * Points are `count` rows of `dimensions` numbers. Each dimension is scaled so that the window's
 * values (at least `floor` wide) are [0, 1]; a tree's work space in it is s ± 2 max(s, 1 − s) for
 * a random s, and each node halves it in a random dimension.
 */
export class MassProfile {
  readonly #depth: number;
  readonly #trees: number;
  readonly #sparse: number;
  readonly #count: number;
  readonly #features: Uint8Array;
  readonly #cuts: Float64Array;
  readonly #masses: Float64Array;

  constructor(
    points: Float64Array,
    count: number,
    dimensions: number,
    options: { trees: number; depth: number; seed: number; name: string; floor: number },
  ) {
    this.#depth = options.depth;
    this.#trees = options.trees;
    this.#count = count;
    this.#sparse = SPARSE_SHARE * count;
    const inner = 1 << options.depth;
    this.#features = new Uint8Array(inner * options.trees);
    this.#cuts = new Float64Array(inner * options.trees);
    this.#masses = new Float64Array(2 * inner * options.trees);
    const lows = new Float64Array(dimensions).fill(Infinity);
    const highs = new Float64Array(dimensions).fill(-Infinity);
    for (let i = 0; i < count * dimensions; i += 1) {
      const feature = i % dimensions;
      lows[feature] = Math.min(lows[feature]!, points[i]!);
      highs[feature] = Math.max(highs[feature]!, points[i]!);
    }
    for (let tree = 0; tree < options.trees; tree += 1) {
      const rng = rngFor(options.seed, `${options.name} tree ${String(tree)}`);
      const from = new Float64Array(dimensions);
      const to = new Float64Array(dimensions);
      for (let f = 0; f < dimensions; f += 1) {
        const width = Math.max(highs[f]! - lows[f]!, options.floor, Math.abs(lows[f]!) * 1e-9);
        const s = rng.next();
        const reach = 2 * Math.max(s, 1 - s);
        from[f] = lows[f]! + (s - reach) * (width > 0 ? width : 1);
        to[f] = lows[f]! + (s + reach) * (width > 0 ? width : 1);
      }
      this.#halve(tree * inner, 1, 0, from, to, () => rng.below(dimensions));
    }
    for (let i = 0; i < count; i += 1) this.#drop(points, i * dimensions);
  }

  /** Cuts a node's space in the middle of a random dimension, and so on below it. */
  #halve(
    base: number,
    node: number,
    level: number,
    from: Float64Array,
    to: Float64Array,
    pick: () => number,
  ): void {
    if (level === this.#depth) return;
    const feature = pick();
    const low = from[feature]!;
    const high = to[feature]!;
    const middle = low + (high - low) / 2;
    this.#features[base + node] = feature;
    this.#cuts[base + node] = middle;
    to[feature] = middle;
    this.#halve(base, 2 * node, level + 1, from, to, pick);
    to[feature] = high;
    from[feature] = middle;
    this.#halve(base, 2 * node + 1, level + 1, from, to, pick);
    from[feature] = low;
  }

  #child(points: Float64Array, at: number, base: number, node: number): number {
    const x = points[at + this.#features[base + node]!]!;
    return 2 * node + Number(x >= this.#cuts[base + node]!);
  }

  #drop(points: Float64Array, at: number): void {
    const inner = 1 << this.#depth;
    for (let tree = 0; tree < this.#trees; tree += 1) {
      const masses = 2 * inner * tree;
      let node = 1;
      this.#masses[masses + node] = this.#masses[masses + node]! + 1;
      while (node < inner) {
        node = this.#child(points, at, inner * tree, node);
        this.#masses[masses + node] = this.#masses[masses + node]! + 1;
      }
    }
  }

  /**
   * Mean over the trees of mass × 2^level where the walk of a point ends, divided by the window's
   * size: 1 where points lie as dense as if the work space were filled evenly, 0 where none lie.
   */
  density(point: Float64Array): number {
    const inner = 1 << this.#depth;
    let sum = 0;
    for (let tree = 0; tree < this.#trees; tree += 1) {
      const masses = 2 * inner * tree;
      let node = 1;
      let weight = 1;
      while (node < inner && this.#masses[masses + node]! > this.#sparse) {
        node = this.#child(point, 0, inner * tree, node);
        weight *= 2;
      }
      sum += this.#masses[masses + node]! * weight;
    }
    return sum / (this.#trees * this.#count);
  }
}

/**
 * Half-space trees: 1 / (1 + density) of the last whole window at the point, so 0.5 is as dense as
 * even filling and 1 is empty. Points are `shingle` values in a row.
 *
 * The paper knows the range of the data beforehand; here each window is scaled by its own, and the
 * trees are drawn anew with it. Until the window has been full once, it is what `warmup` gave.
 */
export const halfSpaceTrees: DetectorDef = {
  id: 'half-space-trees',
  summary: 'Sparseness of the last whole window at the value, by random half-space trees',
  source: 'Tan, Ting and Liu, "Fast Anomaly Detection for Streaming Data" (2011)',
  params,
  threshold: 1,
  highest: 1,
  ranks: false,
  pools: false,
  warmup: ({ warmup, params: own }) =>
    Math.max(2, warmup - 1) + paramOf(params, own, 'shingle') - 1,
  create({ window, warmup, params: own, name, unit }): Scorer {
    const dimensions = paramOf(params, own, 'shingle');
    const floor = floorOf(unit, own);
    const options = {
      trees: paramOf(params, own, 'trees'),
      depth: paramOf(params, own, 'depth'),
      seed: paramOf(params, own, 'seed'),
    };
    const needed = Math.max(2, warmup - 1);
    const recent = new Shingle(dimensions);
    const points = new Float64Array(window * dimensions);
    const asked = new Float64Array(dimensions);
    let filled = 0;
    let windows = 0;
    let profile: MassProfile | null = null;
    const learn = (value: number): void => {
      if (recent.completes()) {
        recent.write(value, points, filled * dimensions);
        filled += 1;
      }
      recent.push(value);
      const isFull = filled === window;
      if (!isFull && (profile !== null || filled < needed)) return;
      const grow = { ...options, floor, name: `half-space ${name} ${String(windows)}` };
      profile = new MassProfile(points, filled, dimensions, grow);
      windows += 1;
      if (isFull) filled = 0;
    };
    return {
      update(_t, value, reference, learns) {
        let score = NaN;
        if (profile !== null && recent.completes()) {
          recent.write(value, asked, 0);
          score = 1 / (1 + profile.density(asked));
        }
        if (learns) learn(reference);
        return score;
      },
      restart() {
        recent.clear();
      },
    };
  },
};
