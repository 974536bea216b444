import { pushesUntilSettled, Settling } from './settling.ts';
import { SortedWindow } from './sorted-window.ts';
import { growingFloor, inSpreads, robustDeviation, SPREAD_PARAMS } from './spread.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  lag: {
    kind: 'int',
    min: 0,
    max: 10_000,
    default: 0,
    describe: 'Newest samples that are not yet part of the window',
  },
  ...SPREAD_PARAMS,
  relativeBytes: {
    kind: 'real',
    min: -1,
    max: 10,
    default: -1,
    describe: 'Instead of `relative` for memory; below 0: the same',
  },
} as const satisfies Record<string, ParamSpec>;

/**
 * How far a value is above the window's median, in robust spreads: (v − median) / scale, 0 when
 * below. scale = max(1.4826 MAD, quantile − median, relative × median, the floor), so that
 * a flat series stays quiet under a microscopic change. The window holds values before this one;
 * with a `lag` it ends that many samples ago, so that a slow rise is measured against what was
 * before it (see `Settling`).
 */
export const level: DetectorDef = {
  id: 'level',
  summary: 'Height above the median of the window, in robust spreads with a floor',
  source: 'Median and MAD: Hampel, "The Influence Curve and Its Role in Robust Estimation" (1974)',
  params,
  threshold: 5,
  ranks: false,
  pools: true,
  warmup: ({ warmup, params: own }) =>
    pushesUntilSettled(Math.max(1, warmup - 1), paramOf(params, own, 'lag')),
  create(options): Scorer {
    const { window, warmup, params: own, unit } = options;
    const past = new SortedWindow(window);
    const waiting = new Settling(paramOf(params, own, 'lag'));
    const quantile = paramOf(params, own, 'quantile');
    const ofBytes = unit === 'bytes' ? paramOf(params, own, 'relativeBytes') : -1;
    const relative = ofBytes < 0 ? paramOf(params, own, 'relative') : ofBytes;
    const floor = growingFloor(options);
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        if (past.size > 0 && past.size + 1 >= warmup) {
          const median = past.median();
          // Half of all samples are below it, and need no measure.
          score =
            value <= median
              ? 0
              : inSpreads(
                  value - median,
                  Math.max(
                    robustDeviation(past, median),
                    past.quantile(quantile) - median,
                    relative * Math.abs(median),
                    floor(),
                  ),
                );
        }
        if (learn) {
          const settled = waiting.push(reference);
          if (!Number.isNaN(settled)) past.push(settled);
        }
        return score;
      },
    };
  },
};
