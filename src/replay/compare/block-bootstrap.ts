import type { Verdict } from '../../core/comparison.ts';
import type { Rng } from '../../core/rng.ts';

/** Resamples that an interval is made of. */
export const RESAMPLES = 1000;
/** Of resampled differences, what lies below and above the interval. */
const TAIL = 0.025;

/** Autocorrelation below this counts as gone: 1/e. */
const FADED = 0.368;

/** A column without its straight line: a trend is what we look for, not what noise remembers. */
function withoutTrend(values: Float64Array): Float64Array {
  const n = values.length;
  const middle = (n - 1) / 2;
  let mean = 0;
  let slope = 0;
  let spread = 0;
  for (let i = 0; i < n; i += 1) {
    mean += values[i]! / n;
    slope += (i - middle) * values[i]!;
    spread += (i - middle) * (i - middle);
  }
  const step = spread === 0 ? 0 : slope / spread;
  return values.map((v, i) => v - mean - step * (i - middle));
}

/**
 * How long blocks must be to keep a column's own rhythm: three times the lag at which the
 * autocorrelation around its trend has faded, at least the cube root of its length (Künsch 1989 has
 * that rate), at most a quarter of it.
 */
export function blocksFor(values: Float64Array): { length: number; memory: number } {
  const n = values.length;
  const rest = withoutTrend(values);
  let variance = 0;
  for (const v of rest) variance += v * v;
  const most = Math.max(1, Math.floor(n / 4));
  let least = 1;
  while (least * least * least < n) least += 1;
  let lag = 1;
  if (variance > 0) {
    for (; lag * 3 < most; lag += 1) {
      let shared = 0;
      for (let i = lag; i < n; i += 1) shared += rest[i]! * rest[i - lag]!;
      if (shared < FADED * variance) break;
    }
  }
  return { length: Math.min(most, Math.max(least, lag * 3)), memory: lag };
}

/**
 * How much wider an interval from `n` samples in blocks must be: blocks cut what samples owe to one
 * another, about memory ÷ length of it, resampling m blocks shows only 1 − 1/m of their variance, and
 * few blocks tell it badly, for which Student's t stands in (its 97.5th percentile by Cornish and
 * Fisher's expansion, over the normal 1.96).
 */
export function widening(
  n: number,
  { length, memory }: { length: number; memory: number },
): number {
  const df = Math.max(1, n / length - 1);
  const cut = 1 - Math.min(0.5, memory / length);
  const t = 1.96 + 2.372 / df + 2.823 / (df * df);
  return (t / 1.96) * Math.sqrt((1 + 1 / df) / cut);
}

/** Visits `n` places out of `n` in blocks of neighbours, the first after the last (circular). */
export function drawBlocks(
  n: number,
  length: number,
  rng: Rng,
  visit: (slot: number, place: number) => void,
): void {
  for (let slot = 0; slot < n;) {
    const start = rng.below(n);
    for (let i = 0; i < length && slot < n; i += 1) {
      visit(slot, (start + i) % n);
      slot += 1;
    }
  }
}

/** Where 95 % of resampled differences lie around `centre`, `wide` times as far from it. */
export function intervalAround(
  drawn: Float64Array,
  centre: number,
  wide: number,
): readonly [low: number, high: number] {
  const sorted = drawn.slice().sort();
  const cut = Math.floor(sorted.length * TAIL);
  const away = (v: number): number => wide * (v - centre);
  return [away(sorted[cut]!), away(sorted[sorted.length - 1 - cut]!)];
}

/** What an interval says of a difference; less than `room` does not matter. */
export function verdictOf(
  difference: number,
  interval: readonly [number, number] | null,
  room: number,
): Verdict {
  if (interval === null) return 'unknown';
  const [low, high] = interval;
  if (Math.abs(difference) >= room && low > 0) return 'higher';
  if (Math.abs(difference) >= room && high < 0) return 'lower';
  return low >= -room && high <= room ? 'same' : 'unclear';
}
