import { IsolationForest } from './isolation-forest.ts';
import { Shingle } from './shingle.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  trees: { kind: 'int', min: 1, max: 1000, default: 100, describe: 'Trees of the forest' },
  sample: {
    kind: 'int',
    min: 2,
    max: 4096,
    default: 256,
    describe: 'Points drawn from the window for each tree',
  },
  shingle: {
    kind: 'int',
    min: 1,
    max: 64,
    default: 1,
    describe: 'Values in a row that make a point',
  },
  refit: {
    kind: 'int',
    min: 1,
    max: 100_000,
    default: 20,
    describe: 'Samples after which the forest is grown anew',
  },
  seed: { kind: 'int', min: 0, max: 0xffffffff, default: 42, describe: 'Seed of its chance' },
} as const satisfies Record<string, ParamSpec>;

/**
 * Classic isolation forest, seeded and height-limited, on points of `shingle` values. It is grown
 * on the window before the value, anew every `refit` samples. In (0, 1], 0.5 is average.
 */
export const forest: DetectorDef = {
  id: 'forest',
  summary: 'Classic isolation forest, refitted every few samples (the cross-check of isolation)',
  source: 'Liu, Ting and Zhou, "Isolation Forest" (2008)',
  params,
  threshold: 0.8,
  highest: 1,
  ranks: false,
  pools: false,
  warmup: ({ warmup, params: own }) =>
    Math.max(2, warmup - 1) + paramOf(params, own, 'shingle') - 1,
  create({ window, warmup, params: own, name }): Scorer {
    const dimensions = paramOf(params, own, 'shingle');
    const refit = paramOf(params, own, 'refit');
    const options = {
      trees: paramOf(params, own, 'trees'),
      sample: paramOf(params, own, 'sample'),
      seed: paramOf(params, own, 'seed'),
    };
    const needed = Math.max(2, warmup - 1);
    const recent = new Shingle(dimensions);
    const points = new Float64Array(window * dimensions);
    const asked = new Float64Array(dimensions);
    const answer = new Float64Array(1);
    let learned = 0;
    let grownAt = -Infinity;
    let grown: IsolationForest | null = null;
    const learn = (value: number): void => {
      if (recent.completes()) {
        recent.write(value, points, (learned % window) * dimensions);
        learned += 1;
      }
      recent.push(value);
      if (learned < needed || learned - grownAt < refit) return;
      grownAt = learned;
      const fit = { ...options, name: `forest ${name} ${String(learned)}` };
      grown = new IsolationForest(points, Math.min(learned, window), dimensions, fit);
    };
    return {
      update(_t, value, reference, learns) {
        let score = NaN;
        if (grown !== null && recent.completes()) {
          recent.write(value, asked, 0);
          score = grown.score(asked, 1, answer)[0]!;
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
