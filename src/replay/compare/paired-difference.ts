import type { Difference, Verdict } from '../../core/comparison.ts';
import type { Rng } from '../../core/rng.ts';

/** What of a column is compared: its mean, or a quantile of it (0..1). */
export type Statistic = 'mean' | { readonly quantile: number };

/** Fewer steps of time than this allow no interval. */
const FEWEST_STEPS = 12;
const RESAMPLES = 1000;
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

/** A column's statistic for samples drawn `counts[i]` times each, `n` in all. */
type Weighted = (counts: Uint32Array) => number;

function weighted(values: Float64Array, statistic: Statistic): Weighted {
  const n = values.length;
  if (statistic === 'mean') {
    return (counts) => {
      let sum = 0;
      for (let i = 0; i < n; i += 1) sum += values[i]! * counts[i]!;
      return sum / n;
    };
  }
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const wanted = Math.min(n - 1, Math.floor(statistic.quantile * n));
  return (counts) => {
    let seen = 0;
    for (const i of order) {
      seen += counts[i]!;
      if (seen > wanted) return values[i]!;
    }
    return NaN;
  };
}

/**
 * How much wider an interval from `n` samples in blocks must be: blocks cut what samples owe to one
 * another, about memory ÷ length of it, resampling m blocks shows only 1 − 1/m of their variance, and
 * few blocks tell it badly, for which Student's t stands in (its 97.5th percentile by Cornish and
 * Fisher's expansion, over the normal 1.96).
 */
function widening(n: number, { length, memory }: { length: number; memory: number }): number {
  const df = Math.max(1, n / length - 1);
  const cut = 1 - Math.min(0.5, memory / length);
  const t = 1.96 + 2.372 / df + 2.823 / (df * df);
  return (t / 1.96) * Math.sqrt((1 + 1 / df) / cut);
}

function verdictOf(
  baseline: number,
  difference: number,
  interval: readonly [number, number] | null,
  tolerance: number,
): Verdict {
  if (interval === null) return 'unknown';
  const [low, high] = interval;
  const room = Math.abs(baseline) * tolerance;
  if (Math.abs(difference) >= room && low > 0) return 'higher';
  if (Math.abs(difference) >= room && high < 0) return 'lower';
  return low >= -room && high <= room ? 'same' : 'unclear';
}

/**
 * A statistic of two columns of one length, without NaN, and the interval of its difference.
 *
 * Circular block bootstrap (Politis and Romano 1992): blocks of neighbours keep what samples owe to
 * one another, and both columns are resampled at the same times, so that a load that both went
 * through cancels out. The interval tells how sure these two runs are, not how much two runs of the
 * same build differ. `tolerance` is the share of the baseline below which a change does not matter.
 */
export function pairedDifference(
  baseline: Float64Array,
  candidate: Float64Array,
  statistic: Statistic,
  tolerance: number,
  rng: Rng,
): Difference {
  const n = baseline.length;
  const [before, after] = [weighted(baseline, statistic), weighted(candidate, statistic)];
  const counts = new Uint32Array(n).fill(1);
  const told = { baseline: before(counts), candidate: after(counts) };
  const difference = told.candidate - told.baseline;
  const relative = told.baseline === 0 ? null : difference / told.baseline;
  if (n < FEWEST_STEPS) {
    return { ...told, difference, relative, interval: null, verdict: 'unknown' };
  }
  const blocks = blocksFor(baseline.map((v, i) => candidate[i]! - v));
  const { length } = blocks;
  const drawn = new Float64Array(RESAMPLES);
  for (let r = 0; r < RESAMPLES; r += 1) {
    counts.fill(0);
    for (let left = n; left > 0; left -= length) {
      const start = rng.below(n);
      for (let i = Math.min(length, left) - 1; i >= 0; i -= 1) {
        const place = (start + i) % n;
        counts[place] = counts[place]! + 1;
      }
    }
    drawn[r] = after(counts) - before(counts);
  }
  drawn.sort();
  const cut = Math.floor(RESAMPLES * TAIL);
  const wide = widening(n, blocks);
  const away = (v: number): number => difference + wide * (v - difference);
  // What cannot be negative cannot fall by more than all of it.
  const least = candidate.some((v) => v < 0) ? -Infinity : -told.baseline;
  const low = Math.max(least, away(drawn[cut]!));
  const interval = [low, away(drawn[RESAMPLES - 1 - cut]!)] as const;
  const verdict = verdictOf(told.baseline, difference, interval, tolerance);
  return { ...told, difference, relative, interval, verdict };
}
