import { FLOOR_PARAMS, floorOf, inSpreads, relativeParam } from './spread.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  relative: relativeParam('the mean'),
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/**
 * Distance from an exponentially weighted mean, in exponentially weighted standard deviations.
 *
 * The newest sample weighs α = 2 / (window + 1), which gives the weights the same mean age as a
 * plain window has; the first samples weigh 1/n, so that the start is a plain mean. Scores, then
 * learns, so that a spike cannot hide itself.
 */
export const ewma: DetectorDef = {
  id: 'ewma',
  summary: 'Distance from a moving mean, in moving standard deviations',
  source: 'Finch, "Incremental calculation of weighted mean and variance" (2009)',
  params,
  threshold: 5,
  ranks: false,
  pools: false,
  warmup: ({ warmup }) => Math.max(1, warmup - 1),
  create({ window, warmup, params: own, unit }): Scorer {
    const slowest = 2 / (window + 1);
    const relative = paramOf(params, own, 'relative');
    const floor = floorOf(unit, own);
    let seen = 0;
    let mean = 0;
    let variance = 0;
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        if (seen > 0 && seen + 1 >= warmup) {
          const spread = Math.max(Math.sqrt(variance), relative * Math.abs(mean), floor);
          score = inSpreads(Math.abs(value - mean), spread);
        }
        if (learn) {
          seen += 1;
          const alpha = Math.max(slowest, 1 / seen);
          const gap = reference - mean;
          mean += alpha * gap;
          variance = (1 - alpha) * (variance + alpha * gap * gap);
        }
        return score;
      },
    };
  },
};
