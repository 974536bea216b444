import { SortedWindow } from './sorted-window.ts';
import { FLOOR_PARAMS, floorOf, inSpreads, robustDeviation, relativeParam } from './spread.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  relative: relativeParam('the median'),
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/**
 * |v − median| / (1.4826 MAD) of the values before it in the window; up and down alike. The spread
 * is at least `relative` × |median| and the unit's floor.
 */
export const mad: DetectorDef = {
  id: 'mad',
  summary: 'Distance from the median of the window, in median absolute deviations',
  source: 'Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993)',
  params,
  threshold: 12,
  ranks: false,
  pools: true,
  warmup: ({ warmup }) => Math.max(1, warmup - 1),
  create({ window, warmup, params: own, unit }): Scorer {
    const past = new SortedWindow(window);
    const relative = paramOf(params, own, 'relative');
    const floor = floorOf(unit, own);
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        if (past.size > 0 && past.size + 1 >= warmup) {
          const median = past.median();
          const spread = Math.max(
            robustDeviation(past, median),
            relative * Math.abs(median),
            floor,
          );
          score = inSpreads(Math.abs(value - median), spread);
        }
        if (learn) past.push(reference);
        return score;
      },
    };
  },
};
