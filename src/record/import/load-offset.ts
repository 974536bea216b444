import type { SeriesColumns } from '../../core/series.ts';

/** How far a load's times seem to be from those of the CPU that it caused. */
export interface OffsetEstimate {
  /** To be added to the load's times, ms; whole seconds. */
  readonly offsetMs: number;
  /** Half the width of the offsets that fit nearly as well, ms. */
  readonly plusMinusMs: number;
  /** Of requests with CPU at that offset, −1 to 1. */
  readonly correlation: number;
  /** Whether it can be relied on: a close fit, and no other offset that fits as well. */
  readonly isClear: boolean;
}

/** Offsets are looked for as far as this to either side. */
const FARTHEST_MS = 900_000;
const STEP_MS = 1000;
/** Intervals before the load and after it in which there were no requests. */
const QUIET_INTERVALS = 12;
const LEAST_INTERVALS = 8;
/** We chose these on made-up loads with noise: less is found by chance, too. */
const CLEAR_CORRELATION = 0.7;
const CLEAR_MARGIN = 0.05;
/** Offsets this much worse than the best fit nearly as well. */
const NEARLY = 0.02;
/** The grid of CPU has at most so many cells. */
const MOST_CELLS = 200_000;

/** The CPU of all containers as a function of time: a running sum of cores × cells. */
interface TotalCpu {
  readonly startMs: number;
  readonly cellMs: number;
  readonly sums: Float64Array;
}

function extent(all: readonly SeriesColumns[]): readonly [number, number] {
  let [from, to] = [Infinity, -Infinity];
  for (const { times } of all) {
    if (times.length === 0) continue;
    from = Math.min(from, times[0]!);
    to = Math.max(to, times[times.length - 1]!);
  }
  return [from, to];
}

/** A value is the mean up to its time: it stands for the time since the one before, up to 2 min. */
function totalCpu(cpu: readonly SeriesColumns[]): TotalCpu | null {
  const [startMs, endMs] = extent(cpu);
  if (!(endMs > startMs)) return null;
  const cellMs = Math.max(STEP_MS, Math.ceil((endMs - startMs) / MOST_CELLS));
  const cells = Math.ceil((endMs - startMs) / cellMs) + 1;
  const changes = new Float64Array(cells + 1);
  const cellOf = (t: number): number => Math.floor((t - startMs) / cellMs);
  for (const { times, values } of cpu) {
    for (let i = 1; i < times.length; i += 1) {
      const from = cellOf(Math.max(times[i - 1]!, times[i]! - 120_000));
      changes[from]! += values[i]!;
      changes[cellOf(times[i]!)]! -= values[i]!;
    }
  }
  const sums = new Float64Array(cells + 1);
  let level = 0;
  for (let i = 0; i < cells; i += 1) {
    level += changes[i]!;
    sums[i + 1] = sums[i]! + level;
  }
  return { startMs, cellMs, sums };
}

/** The mean over [from, to); NaN where CPU was not recorded for all of it. */
function meanCpu({ startMs, cellMs, sums }: TotalCpu, from: number, to: number): number {
  const [a, b] = [Math.round((from - startMs) / cellMs), Math.round((to - startMs) / cellMs)];
  if (a < 0 || b >= sums.length || b <= a) return NaN;
  return (sums[b]! - sums[a]!) / (b - a);
}

/** Pearson's correlation over the pairs where both are numbers; NaN: too few, or one is flat. */
function correlation(a: Float64Array, b: Float64Array, least: number): number {
  let [n, sumA, sumB] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    if (Number.isNaN(b[i]!)) continue;
    n += 1;
    sumA += a[i]!;
    sumB += b[i]!;
  }
  if (n < least) return NaN;
  const [meanA, meanB] = [sumA / n, sumB / n];
  let [both, varA, varB] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    if (Number.isNaN(b[i]!)) continue;
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    both += x * y;
    varA += x * x;
    varB += y * y;
  }
  return varA > 0 && varB > 0 ? both / Math.sqrt(varA * varB) : NaN;
}

/** Rates with the silence before and after them, one an interval. */
function withSilence({ times, values }: SeriesColumns): {
  readonly endsMs: Float64Array;
  readonly rates: Float64Array;
  readonly intervalMs: number;
} | null {
  const n = times.length;
  if (n < 2) return null;
  const steps = Array.from(times.subarray(1), (t, i) => t - times[i]!).sort((a, b) => a - b);
  const intervalMs = steps[steps.length >> 1]!;
  const length = n + 2 * QUIET_INTERVALS;
  const endsMs = new Float64Array(length);
  const rates = new Float64Array(length);
  for (let k = 0; k < QUIET_INTERVALS; k += 1) {
    endsMs[k] = times[0]! - (QUIET_INTERVALS - k) * intervalMs;
    endsMs[QUIET_INTERVALS + n + k] = times[n - 1]! + (k + 1) * intervalMs;
  }
  endsMs.set(times, QUIET_INTERVALS);
  rates.set(values, QUIET_INTERVALS);
  return { endsMs, rates, intervalMs };
}

/**
 * The offset at which a load's requests go best with the CPU of all containers together: the
 * correlation of the two for every second up to a quarter of an hour either way. Each rate is
 * compared with the mean CPU over the same interval; before and after the load there were none.
 *
 * Null where there is too little of either, or one of them never changes. `requests` and `cpu` are
 * rates that stand at the end of their interval.
 */
export function estimateOffset(
  requests: SeriesColumns,
  cpu: readonly SeriesColumns[],
): OffsetEstimate | null {
  const load = withSilence(requests);
  const total = totalCpu(cpu);
  if (load === null || total === null) return null;
  const { endsMs, rates, intervalMs } = load;
  const least = Math.max(LEAST_INTERVALS, requests.times.length / 2);
  const steps = FARTHEST_MS / STEP_MS;
  const fits = new Float64Array(2 * steps + 1);
  const means = new Float64Array(endsMs.length);
  let best = -1;
  for (let s = 0; s < fits.length; s += 1) {
    const offset = (s - steps) * STEP_MS;
    for (let i = 0; i < endsMs.length; i += 1) {
      const end = endsMs[i]! + offset;
      means[i] = meanCpu(total, end - intervalMs, end);
    }
    fits[s] = correlation(rates, means, least);
    const isBetter = best === -1 || fits[s]! > fits[best]!;
    if (!Number.isNaN(fits[s]!) && isBetter) best = s;
  }
  if (best === -1) return null;
  const fit = fits[best]!;
  let [first, last] = [best, best];
  while (fits[first - 1]! >= fit - NEARLY) first -= 1;
  while (fits[last + 1]! >= fit - NEARLY) last += 1;
  const near = Math.max(2 * intervalMs, 30_000) / STEP_MS;
  let other = -1;
  fits.forEach((value, s) => {
    // On its way down from the best one it is no other peak.
    const isPeak = value >= (fits[s - 1] ?? -1) && value >= (fits[s + 1] ?? -1);
    if (isPeak && (s < first - near || s > last + near) && value > other) other = value;
  });
  return {
    // The middle of what fits nearly as well: the top is flat, and noise chooses a place on it.
    offsetMs: (Math.round((first + last) / 2) - steps) * STEP_MS,
    plusMinusMs: Math.max((last - first) / 2, intervalMs / STEP_MS / 2) * STEP_MS,
    correlation: fit,
    isClear: fit >= CLEAR_CORRELATION && fit - other >= CLEAR_MARGIN,
  };
}
