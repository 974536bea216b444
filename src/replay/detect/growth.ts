import { DelayLine } from './delay-line.ts';
import { SortedWindow } from './sorted-window.ts';
import { growingFloor, inSpreads, robustDeviation, SPREAD_PARAMS } from './spread.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  span: {
    kind: 'int',
    min: 1,
    max: 10_000,
    default: 15,
    describe: 'Samples over which growth is measured',
  },
  lag: {
    kind: 'int',
    min: 0,
    max: 10_000,
    default: 60,
    describe: 'Newest samples that are not yet part of the reference',
  },
  ...SPREAD_PARAMS,
  relative: { ...SPREAD_PARAMS.relative, default: 0.05 },
} as const satisfies Record<string, ParamSpec>;

/**
 * How unusual it is by how much a series rose over the last `span` samples, in robust spreads.
 *
 * growth = v − v(span samples before). It is held against the growths of a window that ends `lag`
 * samples ago, so that a slow leak cannot become its own reference: (growth − their median) /
 * max(1.4826 MAD, quantile − median, relative × |the old value|, the floor); 0 when below.
 */
export const growth: DetectorDef = {
  id: 'growth',
  summary: 'Rise over a span against the rises of a window that ends before it (leaks)',
  source: 'Lagged reference: docs/detector.md; robust spread as in `level`',
  params,
  threshold: 3,
  ranks: false,
  pools: false,
  warmup: ({ warmup, params: own }) =>
    paramOf(params, own, 'span') + paramOf(params, own, 'lag') + Math.max(1, warmup - 1),
  create(options): Scorer {
    const { window, warmup, params: own } = options;
    const recent = new DelayLine(paramOf(params, own, 'span'));
    const waiting = new DelayLine(paramOf(params, own, 'lag'));
    const past = new SortedWindow(window);
    const quantile = paramOf(params, own, 'quantile');
    const relative = paramOf(params, own, 'relative');
    const floor = growingFloor(options);
    const needed = Math.max(1, warmup - 1);
    return {
      update(_t, value, reference, learn) {
        const old = recent.oldest();
        let score = NaN;
        if (past.size >= needed && !Number.isNaN(old)) {
          const median = past.median();
          const spread = Math.max(
            robustDeviation(past, median),
            past.quantile(quantile) - median,
            relative * Math.abs(old),
            floor(),
          );
          score = inSpreads(value - old - median, spread);
        }
        if (learn) {
          const before = recent.push(reference);
          const settled = Number.isNaN(before) ? NaN : waiting.push(reference - before);
          if (!Number.isNaN(settled)) past.push(settled);
        }
        return score;
      },
      restart() {
        recent.clear();
      },
    };
  },
};
