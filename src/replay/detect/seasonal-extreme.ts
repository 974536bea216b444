import { Contrast, CONTRAST_PARAMS } from './contrast.ts';
import { FLOOR_PARAMS, floorOf, inSpreads } from './spread.ts';
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
  slots: { kind: 'int', min: 1, max: 1440, default: 24, describe: 'Parts of the cycle' },
  reach: {
    kind: 'int',
    min: 0,
    max: 720,
    default: 3,
    describe: 'Slots before and after that count as the same time of the cycle',
  },
  cycles: {
    kind: 'real',
    min: 0,
    max: 100,
    default: 3,
    describe: 'Cycles that must have passed before it says anything but 0',
  },
  ...CONTRAST_PARAMS,
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/** The range seen so far in each part of a cycle, a visit counting once it is over. */
class SlotRanges {
  readonly #slots: number;
  readonly #reach: number;
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  #visit = NaN;
  #visitHigh = -Infinity;
  #visitLow = Infinity;
  high = -Infinity;
  low = Infinity;

  constructor(slots: number, reach: number) {
    this.#slots = slots;
    this.#reach = reach;
    this.#high = new Float64Array(slots).fill(-Infinity);
    this.#low = new Float64Array(slots).fill(Infinity);
  }

  /** Sets `high` and `low` to the range around the time of `visit`, slots since the epoch. */
  look(visit: number): void {
    const over = visit === this.#visit ? NaN : this.#slotOf(this.#visit);
    const slot = this.#slotOf(visit);
    this.high = -Infinity;
    this.low = Infinity;
    for (let step = -this.#reach; step <= this.#reach; step += 1) {
      const at = (((slot + step) % this.#slots) + this.#slots) % this.#slots;
      this.high = Math.max(this.high, this.#high[at]!);
      this.low = Math.min(this.low, this.#low[at]!);
      if (at !== over) continue;
      this.high = Math.max(this.high, this.#visitHigh);
      this.low = Math.min(this.low, this.#visitLow);
    }
  }

  learn(visit: number, value: number): void {
    if (visit !== this.#visit) {
      const over = this.#slotOf(this.#visit);
      if (!Number.isNaN(over)) {
        this.#high[over] = Math.max(this.#high[over]!, this.#visitHigh);
        this.#low[over] = Math.min(this.#low[over]!, this.#visitLow);
      }
      this.#visit = visit;
      this.#visitHigh = -Infinity;
      this.#visitLow = Infinity;
    }
    this.#visitHigh = Math.max(this.#visitHigh, value);
    this.#visitLow = Math.min(this.#visitLow, value);
  }

  #slotOf(visit: number): number {
    return visit - Math.floor(visit / this.#slots) * this.#slots;
  }
}

/**
 * By how much a value leaves the range of all values before it at about this time of day (UTC), up
 * or down, in units of the whole range before it (at least the unit's floor); 0 inside, and 0
 * until `cycles` days are known.
 *
 * The range of a slot only grows, so that memory does not: O(slots). With `short` and `long` it
 * looks at a difference of means instead of the value.
 */
export const seasonalExtreme: DetectorDef = {
  id: 'seasonal-extreme',
  summary: 'Excess over the range at this time of day, in units of the whole range',
  source: 'docs/default-detector.md',
  params,
  threshold: 0.15,
  ranks: false,
  pools: false,
  warmup: ({ warmup, params: own }) =>
    Contrast.warmup(paramOf(params, own, 'short'), paramOf(params, own, 'long')) +
    Math.max(1, warmup - 1),
  create({ warmup, params: own, unit }): Scorer {
    const contrast = new Contrast(paramOf(params, own, 'short'), paramOf(params, own, 'long'));
    const periodMs = paramOf(params, own, 'periodHours') * HOUR_MS;
    const slotMs = periodMs / paramOf(params, own, 'slots');
    const quietMs = paramOf(params, own, 'cycles') * periodMs;
    const ranges = new SlotRanges(paramOf(params, own, 'slots'), paramOf(params, own, 'reach'));
    const floor = floorOf(unit, own);
    const needed = Math.max(1, warmup - 1);
    let first = NaN;
    let high = -Infinity;
    let low = Infinity;
    let seen = 0;
    return {
      update(t, value, reference, learn) {
        const visit = Math.floor(t / slotMs);
        let score = NaN;
        if (seen >= needed) {
          score = 0;
          ranges.look(visit);
          if (t - first >= quietMs && ranges.high >= ranges.low) {
            const now = contrast.of(value);
            const excess = Math.max(now - ranges.high, ranges.low - now);
            score = inSpreads(excess, Math.max(high - low, floor));
          }
        }
        if (learn) {
          if (Number.isNaN(first)) first = t;
          const now = contrast.of(reference);
          if (!Number.isNaN(now)) {
            ranges.learn(visit, now);
            high = Math.max(high, now);
            low = Math.min(low, now);
            seen += 1;
          }
          contrast.learn(reference);
        }
        return score;
      },
    };
  },
};
