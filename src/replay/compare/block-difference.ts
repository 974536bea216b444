import type { Difference } from '../../core/comparison.ts';
import type { Rng } from '../../core/rng.ts';

/** What of a column is compared: its mean, or a quantile of it (0..1). */
export type Statistic = 'mean' | { readonly quantile: number };

/** Fewer steps of time than this on either side allow no interval. */
export const FEWEST_STEPS = 12;
const RESAMPLES = 1000;
/** Of resampled differences, what lies below and above the interval. */
const TAIL = 0.025;

/** Autocorrelation below this counts as gone: 1/e. */
const FADED = 0.368;

/**
 * How long blocks must be to keep a column's own rhythm: three times the lag at which its
 * autocorrelation has faded, at least the cube root of its length (Künsch 1989 has that rate), at
 * most a quarter of it.
 */
export function blockLength(values: Float64Array): number {
  const n = values.length;
  let mean = 0;
  for (const v of values) mean += v / n;
  let variance = 0;
  for (const v of values) variance += (v - mean) * (v - mean);
  const most = Math.max(1, Math.floor(n / 4));
  let least = 1;
  while (least * least * least < n) least += 1;
  let lag = 1;
  if (variance > 0) {
    for (; lag * 2 < most; lag += 1) {
      let shared = 0;
      for (let i = lag; i < n; i += 1) shared += (values[i]! - mean) * (values[i - lag]! - mean);
      if (shared < FADED * variance) break;
    }
  }
  return Math.min(most, Math.max(least, lag * 3));
}

/** A column whose statistic can be had quickly for many resamples. */
interface Resampled {
  readonly value: number;
  readonly draw: (rng: Rng) => number;
}

/** The quantile of a column from how often each of its ascending values was drawn. */
function quantileOf(sorted: Float64Array, counts: Uint32Array, n: number, share: number): number {
  const wanted = Math.min(n - 1, Math.floor(share * n));
  let seen = 0;
  for (let rank = 0; rank < sorted.length; rank += 1) {
    seen += counts[rank]!;
    if (seen > wanted) return sorted[rank]!;
  }
  return sorted[sorted.length - 1] ?? NaN;
}

function resampled(values: Float64Array, statistic: Statistic, length: number): Resampled {
  const n = values.length;
  const blocks = Math.ceil(n / length);
  // Circular blocks, so that every sample is drawn as often as any other.
  const each = (rng: Rng, visit: (i: number) => void): void => {
    let left = n;
    for (let b = 0; b < blocks; b += 1) {
      const start = rng.below(n);
      for (let i = 0; i < length && left > 0; i += 1, left -= 1) visit((start + i) % n);
    }
  };
  if (statistic === 'mean') {
    let sum = 0;
    for (const v of values) sum += v;
    const draw = (rng: Rng): number => {
      let drawn = 0;
      each(rng, (i) => (drawn += values[i]!));
      return drawn / n;
    };
    return { value: sum / n, draw };
  }
  const { quantile } = statistic;
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const sorted = Float64Array.from(order, (i) => values[i]!);
  const ranks = new Uint32Array(n);
  order.forEach((i, rank) => (ranks[i] = rank));
  const counts = new Uint32Array(n);
  const draw = (rng: Rng): number => {
    counts.fill(0);
    each(rng, (i) => {
      const rank = ranks[i]!;
      counts[rank] = counts[rank]! + 1;
    });
    return quantileOf(sorted, counts, n, quantile);
  };
  return { value: quantileOf(sorted, counts.fill(1), n, quantile), draw };
}

/**
 * How much wider an interval from a few blocks must be: resampling m blocks shows only 1 − 1/m of
 * their variance, and few blocks tell it badly, for which Student's t stands in (its 97.5th
 * percentile by Cornish and Fisher's expansion, over the normal 1.96).
 */
function widening(blocks: number): number {
  const df = Math.max(1, blocks - 1);
  return ((1.96 + 2.372 / df + 2.823 / (df * df)) / 1.96) * Math.sqrt(1 + 1 / df);
}

/**
 * A statistic of two columns without NaN, and the interval of its difference by circular block
 * bootstrap (Politis and Romano 1992): blocks of neighbours keep what samples owe to one another.
 * The interval tells how sure these two runs are, not how much two runs of the same build differ.
 */
export function blockDifference(
  baseline: Float64Array,
  candidate: Float64Array,
  statistic: Statistic,
  rng: Rng,
): Difference {
  const lengths = [blockLength(baseline), blockLength(candidate)] as const;
  const a = resampled(baseline, statistic, lengths[0]);
  const b = resampled(candidate, statistic, lengths[1]);
  const difference = b.value - a.value;
  const relative = a.value === 0 ? null : difference / a.value;
  const told = { baseline: a.value, candidate: b.value, difference, relative };
  if (Math.min(baseline.length, candidate.length) < FEWEST_STEPS) {
    return { ...told, interval: null };
  }
  const drawn = new Float64Array(RESAMPLES);
  for (let r = 0; r < RESAMPLES; r += 1) drawn[r] = b.draw(rng) - a.draw(rng);
  drawn.sort();
  const cut = Math.floor(RESAMPLES * TAIL);
  const blocks = Math.min(baseline.length / lengths[0], candidate.length / lengths[1]);
  const wide = widening(blocks);
  const away = (v: number): number => difference + wide * (v - difference);
  return { ...told, interval: [away(drawn[cut]!), away(drawn[RESAMPLES - 1 - cut]!)] };
}
