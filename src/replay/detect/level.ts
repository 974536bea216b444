import { SortedWindow } from './sorted-window.ts';
import { floorOf, inSpreads, robustDeviation, SPREAD_PARAMS } from './spread.ts';
import { type DetectorDef, paramOf, type Scorer } from './stage.ts';

/**
 * How far a value is above the window's median, in robust spreads: (v − median) / scale, 0 when
 * below. scale = max(1.4826 MAD, quantile − median, relative × median, the unit's floor), so that
 * a flat series stays quiet under a microscopic change. The window holds values before this one.
 */
export const level: DetectorDef = {
  id: 'level',
  summary: 'Height above the median of the window, in robust spreads with a floor',
  source: 'Median and MAD: Hampel, "The Influence Curve and Its Role in Robust Estimation" (1974)',
  params: SPREAD_PARAMS,
  ranks: false,
  pools: true,
  warmup: ({ warmup }) => Math.max(1, warmup - 1),
  create({ window, warmup, params, unit }): Scorer {
    const past = new SortedWindow(window);
    const quantile = paramOf(SPREAD_PARAMS, params, 'quantile');
    const relative = paramOf(SPREAD_PARAMS, params, 'relative');
    const floor = floorOf(unit, params);
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        if (past.size > 0 && past.size + 1 >= warmup) {
          const median = past.median();
          score = inSpreads(
            value - median,
            Math.max(
              robustDeviation(past, median),
              past.quantile(quantile) - median,
              relative * Math.abs(median),
              floor,
            ),
          );
        }
        if (learn) past.push(reference);
        return score;
      },
    };
  },
};
