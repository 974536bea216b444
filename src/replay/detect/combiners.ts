import { type ParamSpec, paramOf } from './stage.ts';

/**
 * How an ensemble's members become one score. A member says the smallest of its last
 * `consecutive` scores divided by its threshold, so that 1 is where it would alert alone; NaN:
 * not ready.
 */
export interface CombinerDef {
  readonly id: string;
  readonly summary: string;
  readonly source: string;
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** The threshold of settings that name the detector and no threshold. */
  readonly threshold: number;
  /** The joint score, or NaN; `said` and `weights` go by member. */
  combine(
    said: Float64Array,
    weights: Float64Array,
    params: Readonly<Record<string, number>>,
  ): number;
}

const anyOfParams = {
  follow: {
    kind: 'int',
    min: 0,
    max: 10_000,
    default: 0,
    describe: 'Memory says 0 for so many samples from where CPU of its container began to say 1',
  },
} as const satisfies Record<string, ParamSpec>;

/** The highest that any ready member says. What `follow` asks is done where both scores are known. */
export const anyOf: CombinerDef = {
  id: 'any-of',
  summary: 'Ensemble: as loud as its loudest member, so any one of them can alert',
  source: 'docs/detector.md',
  params: anyOfParams,
  threshold: 1,
  combine(said) {
    let highest = NaN;
    for (const one of said) if (!(one <= highest) && !Number.isNaN(one)) highest = one;
    return highest;
  },
};

const kOfParams = {
  k: { kind: 'int', min: 1, max: 16, default: 2, describe: 'Members that must agree' },
} as const satisfies Record<string, ParamSpec>;

/** The k-th highest that members say: k of them must agree. NaN while fewer are ready. */
export const kOf: CombinerDef = {
  id: 'k-of',
  summary: 'Ensemble: as loud as its k-th loudest member, so k of them must agree',
  source: 'docs/detector.md',
  params: kOfParams,
  threshold: 1,
  combine(said, _weights, params) {
    const ready = said.filter((one) => !Number.isNaN(one)).sort();
    const at = ready.length - paramOf(kOfParams, params, 'k');
    return at < 0 ? NaN : (ready[at] ?? NaN);
  },
};

/** Σ weight × what members say; one that is not ready adds nothing. NaN while none is ready. */
export const weightedSum: CombinerDef = {
  id: 'weighted-sum',
  summary: 'Ensemble: weighted sum of what its members say',
  source: 'docs/detector.md',
  params: {},
  threshold: 1,
  combine(said, weights) {
    let sum = NaN;
    for (let i = 0; i < said.length; i += 1) {
      const one = said[i] ?? NaN;
      if (Number.isNaN(one)) continue;
      const share = (weights[i] ?? 1) * one;
      sum = Number.isNaN(sum) ? share : sum + share;
    }
    return sum;
  },
};
