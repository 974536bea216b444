import { MomentWindow } from './moment-window.ts';
import { SlidingMaximum } from './sliding-maximum.ts';
import { FLOOR_PARAMS, floorOf } from './spread.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  span: {
    kind: 'int',
    min: 2,
    max: 100_000,
    default: 200,
    describe: 'Samples over which the spread is measured',
  },
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/** A spread this small beside the mean is rounding. */
const ROUNDING = 1e-9;

/**
 * How much calmer a series is than it ever was in the window: (s₀ − s) / s₀ with the standard
 * deviation s of the last `span` samples and the smallest s₀ of those before; 0 when not calmer,
 * or when it has stood still before. A deviation counts as at least the unit's floor.
 */
export const stillness: DetectorDef = {
  id: 'stillness',
  summary: 'How far the spread fell below its smallest in the window, from 0 to 1',
  source: 'docs/default-detector.md',
  params,
  threshold: 0.5,
  highest: 1,
  ranks: false,
  pools: false,
  warmup: ({ warmup, params: own }) => paramOf(params, own, 'span') - 1 + Math.max(1, warmup - 1),
  create({ window, warmup, params: own, unit }): Scorer {
    const others = paramOf(params, own, 'span') - 1;
    const recent = new MomentWindow(others);
    const lowestNegated = new SlidingMaximum(window);
    const floor = floorOf(unit, own);
    const needed = Math.max(1, warmup - 1);
    let seen = 0;
    /** The deviation of the last samples and this one. */
    const spreadWith = (value: number): number => {
      const { mean, deviation } = recent;
      const gap = value - mean;
      const share = others / (others + 1);
      const spread = Math.sqrt(share * (deviation * deviation + (gap * gap) / (others + 1)));
      return spread <= ROUNDING * Math.abs(mean) ? floor : Math.max(spread, floor);
    };
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        if (seen >= needed) {
          const lowest = -lowestNegated.value;
          score = lowest > 0 ? Math.max(0, (lowest - spreadWith(value)) / lowest) : 0;
        }
        if (learn) {
          if (recent.size === others) {
            lowestNegated.push(-spreadWith(reference));
            seen += 1;
          }
          recent.push(reference);
        }
        return score;
      },
    };
  },
};
