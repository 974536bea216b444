import { SortedWindow } from './sorted-window.ts';
import { FLOOR_PARAMS, floorOf, inSpreads, robustDeviation, relativeParam } from './spread.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const HOUR_MS = 3_600_000;

const params = {
  periodHours: {
    kind: 'real',
    min: 0.1,
    max: 8784,
    default: 24,
    describe: 'Length of the cycle (hours): 24 for a day, 168 for a week',
  },
  bins: { kind: 'int', min: 1, max: 1440, default: 24, describe: 'Parts of the cycle' },
  relative: relativeParam('the median', 0.1),
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/** How many robust spreads a value is from what the window usually holds. */
function distance(past: SortedWindow, value: number, relative: number, floor: number): number {
  const median = past.median();
  const spread = Math.max(robustDeviation(past, median), relative * Math.abs(median), floor);
  return inSpreads(Math.abs(value - median), spread);
}

/**
 * Distance from the median of the same time of day (UTC), in robust spreads, up and down alike.
 *
 * The cycle is cut into `bins`; each keeps its last samples, `window` in all. A bin with too few
 * (its share of `warmup`) is passed over for the last `window / bins` samples of any time, so that
 * the first day is not silent.
 */
export const seasonal: DetectorDef = {
  id: 'seasonal',
  summary: 'Distance from the usual value at this time of day, in robust spreads',
  source: 'docs/detector.md; robust spread as in `mad`',
  params,
  threshold: 6,
  ranks: false,
  pools: true,
  warmup: ({ warmup }) => Math.max(1, warmup - 1),
  create({ window, warmup, params: own, unit }): Scorer {
    const count = paramOf(params, own, 'bins');
    const periodMs = paramOf(params, own, 'periodHours') * HOUR_MS;
    const relative = paramOf(params, own, 'relative');
    const floor = floorOf(unit, own);
    const capacity = Math.max(2, Math.ceil(window / count));
    const needed = Math.max(2, Math.ceil(warmup / count));
    const bins = Array.from({ length: count }, () => new SortedWindow(capacity));
    const lately = new SortedWindow(capacity);
    let seen = 0;
    return {
      update(t, value, reference, learn) {
        const phase = t - Math.floor(t / periodMs) * periodMs;
        const bin = bins[Math.min(count - 1, Math.floor((phase / periodMs) * count))]!;
        let score = NaN;
        if (seen > 0 && seen + 1 >= warmup) {
          score = distance(bin.size >= needed ? bin : lately, value, relative, floor);
        }
        if (learn) {
          bin.push(reference);
          lately.push(reference);
          seen += 1;
        }
        return score;
      },
    };
  },
};
