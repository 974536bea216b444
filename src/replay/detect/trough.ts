import { level } from './level.ts';
import { SlidingMaximum } from './sliding-maximum.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  span: {
    kind: 'int',
    min: 2,
    max: 10_000,
    default: 20,
    describe: 'Samples whose lowest value is judged: at least one saw-tooth',
  },
  memoryOnly: {
    kind: 'int',
    min: 0,
    max: 1,
    default: 1,
    describe: '1: nothing is said of CPU, which is not kept',
  },
  ...level.params,
} as const satisfies Record<string, ParamSpec>;

/**
 * How far the lowest of the last `span` values is above its own usual level, in robust spreads.
 *
 * Memory that is taken and given back in saw-teeth has a wide range and a narrow floor: a leak
 * that stays within the range shows in the floor, as what a clear leaves behind. Score: that of
 * `level`, over the lowest values instead of the values; a rise shows at most `span` samples late.
 */
export const trough: DetectorDef = {
  id: 'trough',
  summary: 'Height of the lowest recent value above what is usual: saw-teeth do not count',
  source: 'docs/detector.md; lower envelope by Lemire, "Streaming Maximum-Minimum Filter" (2006)',
  params,
  threshold: 1,
  ranks: false,
  pools: false,
  warmup: (options) => level.warmup(options) + paramOf(params, options.params, 'span') - 1,
  create(options): Scorer {
    const span = paramOf(params, options.params, 'span');
    const isLeftOut = paramOf(params, options.params, 'memoryOnly') === 1;
    if (isLeftOut && options.unit === 'cores') return { update: () => NaN };
    const inner = level.create(options);
    // Of the span − 1 values before this one, negated.
    let past = new SlidingMaximum(span - 1);
    let held = 0;
    return {
      update(t, value, reference, learn) {
        const isWhole = held >= span - 1;
        const before = -past.value;
        const score = isWhole
          ? inner.update(t, Math.min(value, before), Math.min(reference, before), learn)
          : NaN;
        if (learn) {
          past.push(-reference);
          held += 1;
        }
        return score;
      },
      restart() {
        past = new SlidingMaximum(span - 1);
        held = 0;
      },
    };
  },
};
