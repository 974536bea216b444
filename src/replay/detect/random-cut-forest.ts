import { rngFor, type Rng } from '../../core/rng.ts';
import { RandomCutTree } from './random-cut-tree.ts';
import { Shingle } from './shingle.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  trees: { kind: 'int', min: 1, max: 500, default: 50, describe: 'Trees of the forest' },
  sample: { kind: 'int', min: 2, max: 2048, default: 256, describe: 'Points that each tree holds' },
  shingle: {
    kind: 'int',
    min: 1,
    max: 64,
    default: 8,
    describe: 'Values in a row that make a point',
  },
  seed: { kind: 'int', min: 0, max: 0xffffffff, default: 42, describe: 'Seed of its chance' },
} as const satisfies Record<string, ParamSpec>;

/**
 * Chooses what a tree holds of the points that passed: the first `capacity`, then each with
 * probability capacity / window in the place of a random one, so that old points fade
 * exponentially with a mean age of `window` points.
 *
 * Source: Aggarwal, "On Biased Reservoir Sampling in the Presence of Stream Evolution" (2006).
 */
class SampledTree {
  readonly tree: RandomCutTree;
  readonly #rng: Rng;
  readonly #leaves: Int32Array;
  readonly #share: number;
  #size = 0;

  constructor(capacity: number, window: number, dimensions: number, rng: Rng) {
    this.tree = new RandomCutTree(capacity, dimensions, rng);
    this.#rng = rng;
    this.#leaves = new Int32Array(capacity);
    this.#share = capacity / window;
  }

  offer(point: Float64Array): void {
    if (this.#size < this.#leaves.length) {
      this.#leaves[this.#size] = this.tree.insert(point, 0);
      this.#size += 1;
      return;
    }
    if (this.#rng.next() >= this.#share) return;
    const place = this.#rng.below(this.#leaves.length);
    this.tree.remove(this.#leaves[place]!);
    this.#leaves[place] = this.tree.insert(point, 0);
  }
}

/**
 * Robust random cut forest over shingles of the stream: the mean collusive displacement that the
 * newest shingle would cause, divided by the number of points a tree holds; in [0, 1].
 *
 * The paper inserts the point and reads its displacement; here the mean over all ways of inserting
 * it is computed from each tree as it is, which is the same expectation with less variance, and
 * changes nothing.
 */
export const randomCutForest: DetectorDef = {
  id: 'random-cut-forest',
  summary: 'How much the newest stretch of values would displace in streaming random cut trees',
  source: 'Guha, Mishra, Roy and Schrijvers, "Robust Random Cut Forest …" (2016)',
  params,
  threshold: 0.6,
  highest: 1,
  ranks: false,
  pools: false,
  warmup: ({ warmup, params: own }) =>
    Math.max(2, warmup - 1) + paramOf(params, own, 'shingle') - 1,
  create({ window, warmup, params: own, name }): Scorer {
    const dimensions = paramOf(params, own, 'shingle');
    const capacity = Math.min(paramOf(params, own, 'sample'), window);
    const seed = paramOf(params, own, 'seed');
    const forest = Array.from({ length: paramOf(params, own, 'trees') }, (_, tree) => {
      const rng = rngFor(seed, `random-cut ${name} tree ${String(tree)}`);
      return new SampledTree(capacity, window, dimensions, rng);
    });
    const needed = Math.max(2, warmup - 1);
    const recent = new Shingle(dimensions);
    const asked = new Float64Array(dimensions);
    let learned = 0;
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        const isWhole = recent.completes();
        if (isWhole && learned >= needed) {
          recent.write(value, asked, 0);
          let sum = 0;
          let size = 0;
          for (const { tree } of forest) {
            sum += tree.displacement(asked, 0);
            size += tree.size;
          }
          // A tree displaces all it holds at the most; rounding may say a little more.
          score = Math.min(1, sum / size);
        }
        if (!learn) return score;
        recent.push(reference);
        if (!isWhole) return score;
        for (const tree of forest) tree.offer(recent.point);
        learned += 1;
        return score;
      },
      restart() {
        recent.clear();
      },
    };
  },
};
