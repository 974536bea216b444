import { rngFor } from '../../core/rng.ts';
import { type DetectorDef, paramOf, type ParamSpec } from './stage.ts';

const yardstick = {
  source: 'a yardstick for evaluations, not a detector',
  ranks: false,
  pools: false,
  warmup: () => 0,
} as const;

/** Always 0: what saying nothing earns. */
export const never: DetectorDef = {
  ...yardstick,
  id: 'never',
  summary: 'Yardstick: says nothing, ever',
  params: {},
  threshold: 0.99,
  create: () => ({ update: () => 0 }),
};

const seedParams = {
  seed: { kind: 'int', min: 0, max: 0xffffffff, default: 1, describe: 'Seed of its chance' },
} as const satisfies Record<string, ParamSpec>;

/** Uniform in [0, 1), by seed, series and time alone: what guessing earns. */
export const random: DetectorDef = {
  ...yardstick,
  id: 'random',
  summary: 'Yardstick: a seeded random number',
  params: seedParams,
  threshold: 0.99,
  highest: 1,
  create({ params, name }) {
    const seed = paramOf(seedParams, params, 'seed');
    return { update: (t) => rngFor(seed, `random ${name} ${String(t)}`).next() };
  },
};

/** 1 inside a label of the series, else 0: what knowing the answer earns. */
export const oracle: DetectorDef = {
  ...yardstick,
  id: 'oracle',
  summary: 'Yardstick: 1 inside a label, else 0; it reads the answer',
  params: {},
  threshold: 0.5,
  highest: 1,
  create: ({ isLabelled }) => ({ update: (t) => (isLabelled(t) ? 1 : 0) }),
};
