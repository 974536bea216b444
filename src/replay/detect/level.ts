import { SortedWindow } from './sorted-window.ts';
import { type DetectorDef, type ParamSpec, paramOf, type Scorer } from './stage.ts';

const params = {
  quantile: {
    kind: 'real',
    min: 0.5,
    max: 1,
    default: 0.98,
    describe: 'Share of the window that counts as its usual range',
  },
  relative: {
    kind: 'real',
    min: 0,
    max: 10,
    default: 0.3,
    describe: 'Smallest spread that matters, as a share of the median',
  },
  floorCores: {
    kind: 'real',
    min: 0,
    max: 100,
    default: 0.001,
    describe: 'Smallest spread that matters for CPU (cores)',
  },
  floorBytes: {
    kind: 'real',
    min: 0,
    max: 1e12,
    default: 8 * 1024 * 1024,
    describe: 'Smallest spread that matters for memory (bytes)',
  },
} as const satisfies Record<string, ParamSpec>;

/** Median of |value − centre| over a sorted window: two walks outward from the centre. */
export function medianDeviation(sorted: Float64Array, size: number, centre: number): number {
  let low = 0;
  let high = size - 1;
  // The larger half of the deviations is eaten from the outside until the middle one is left.
  let deviation = 0;
  for (let eaten = size - 1 - (size >>> 1); eaten >= 0; eaten -= 1) {
    const below = centre - sorted[low]!;
    const above = sorted[high]! - centre;
    if (below > above) {
      deviation = below;
      low += 1;
    } else {
      deviation = above;
      high -= 1;
    }
  }
  return deviation;
}

/**
 * How far a value is above the window's median, in robust spreads: (v − median) / scale, 0 when
 * below. scale = max(1.4826 MAD, quantile − median, relative × median, the unit's floor), so that
 * a flat series stays quiet under a microscopic change. The window holds values before this one.
 */
export const level: DetectorDef = {
  id: 'level',
  summary: 'Height above the median of the window, in robust spreads with a floor',
  source: 'Median and MAD: Hampel, "The Influence Curve and Its Role in Robust Estimation" (1974)',
  params,
  ranks: false,
  create({ window, warmup, params: own, unit }): Scorer {
    const past = new SortedWindow(window);
    const quantile = paramOf(params, own, 'quantile');
    const relative = paramOf(params, own, 'relative');
    const floorName = unit === 'cores' ? 'floorCores' : 'floorBytes';
    const floor = unit === 'cores' || unit === 'bytes' ? paramOf(params, own, floorName) : 0;
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        if (past.size > 0 && past.size + 1 >= warmup) {
          const median = past.median();
          const scale = Math.max(
            1.4826 * medianDeviation(past.sorted, past.size, median),
            past.quantile(quantile) - median,
            relative * Math.abs(median),
            floor,
          );
          const above = value - median;
          score = above <= 0 ? 0 : scale > 0 ? above / scale : above > 0 ? 1e9 : 0;
        }
        if (learn) past.push(reference);
        return score;
      },
    };
  },
};
