import { Contrast, CONTRAST_PARAMS } from './contrast.ts';
import { SlidingMaximum } from './sliding-maximum.ts';
import { FLOOR_PARAMS, floorOf, inSpreads } from './spread.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  short: { ...CONTRAST_PARAMS.short, default: 24 },
  long: { ...CONTRAST_PARAMS.long, default: 288 },
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/**
 * By how much the step from the mean of the `long` samples to that of the `short` after them
 * leaves the range of such steps in the window, up or down, in units of that range (at least the
 * unit's floor); 0 inside. With `short` 1 it is `new-extreme` of a series without its slow course.
 */
export const levelShift: DetectorDef = {
  id: 'level-shift',
  summary: 'Step of the mean against the largest steps of the window, in units of their range',
  source: 'docs/default-detector.md; as `new-extreme`, on a difference of two moving means',
  params,
  threshold: 0.2,
  ranks: false,
  pools: false,
  warmup: ({ warmup, params: own }) =>
    Contrast.warmup(paramOf(params, own, 'short'), paramOf(params, own, 'long')) +
    Math.max(1, warmup - 1),
  create({ window, warmup, params: own, unit }): Scorer {
    const contrast = new Contrast(paramOf(params, own, 'short'), paramOf(params, own, 'long'));
    const highest = new SlidingMaximum(window);
    const lowestNegated = new SlidingMaximum(window);
    const floor = floorOf(unit, own);
    const needed = Math.max(1, warmup - 1);
    let seen = 0;
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        if (seen >= needed) {
          const step = contrast.of(value);
          const high = highest.value;
          const low = -lowestNegated.value;
          score = inSpreads(Math.max(step - high, low - step), Math.max(high - low, floor));
        }
        if (learn) {
          const step = contrast.of(reference);
          if (!Number.isNaN(step)) {
            highest.push(step);
            lowestNegated.push(-step);
            seen += 1;
          }
          contrast.learn(reference);
        }
        return score;
      },
    };
  },
};
