import { SlidingMaximum } from './sliding-maximum.ts';
import { FLOOR_PARAMS, floorOf, inSpreads } from './spread.ts';
import type { DetectorDef, Scorer } from './stage.ts';

/**
 * By how much a value leaves the range of the window before it, up or down, in units of that
 * range (at least the unit's floor); 0 inside. A long window remembers what was normal before.
 */
export const newExtreme: DetectorDef = {
  id: 'new-extreme',
  summary: 'Excess over the smallest and largest value of the window, in units of that range',
  source: 'docs/detector.md; sliding extremes: Lemire, "Streaming Maximum-Minimum Filter" (2006)',
  params: FLOOR_PARAMS,
  threshold: 0.15,
  ranks: false,
  pools: true,
  warmup: ({ warmup }) => Math.max(1, warmup - 1),
  create({ window, warmup, params, unit }): Scorer {
    const highest = new SlidingMaximum(window);
    const lowestNegated = new SlidingMaximum(window);
    const floor = floorOf(unit, params);
    let seen = 0;
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        if (seen > 0 && seen + 1 >= warmup) {
          const high = highest.value;
          const low = -lowestNegated.value;
          const excess = Math.max(value - high, low - value);
          score = inSpreads(excess, Math.max(high - low, floor));
        }
        if (learn) {
          highest.push(reference);
          lowestNegated.push(-reference);
          seen += 1;
        }
        return score;
      },
    };
  },
};
