import { MomentWindow } from './moment-window.ts';
import { FLOOR_PARAMS, floorOf, inSpreads, relativeParam } from './spread.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  relative: relativeParam('the mean'),
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/**
 * |v − mean| / standard deviation of the values before it in the window; up and down alike. The
 * deviation is at least `relative` × |mean| and the unit's floor.
 */
export const zscore: DetectorDef = {
  id: 'zscore',
  summary: 'Distance from the mean of the window, in standard deviations',
  source: 'Shewhart, "Economic Control of Quality of Manufactured Product" (1931)',
  params,
  threshold: 6,
  ranks: false,
  pools: true,
  warmup: ({ warmup }) => Math.max(1, warmup - 1),
  create({ window, warmup, params: own, unit }): Scorer {
    const past = new MomentWindow(window);
    const relative = paramOf(params, own, 'relative');
    const floor = floorOf(unit, own);
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        if (past.size > 0 && past.size + 1 >= warmup) {
          const { mean, deviation } = past;
          const spread = Math.max(deviation, relative * Math.abs(mean), floor);
          score = inSpreads(Math.abs(value - mean), spread);
        }
        if (learn) past.push(reference);
        return score;
      },
    };
  },
};
