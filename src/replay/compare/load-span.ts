import type { ComparedWorkload, RunComparison } from '../../core/comparison.ts';
import { loadRank } from '../cause/load-rank.ts';

/** When a run was under load, ms from its origin; `toMs` null: until its end. */
export interface LoadSpan {
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** How close a load signal is to a workload: its own, its namespace's, the run's; -1: another's. */
function distance(signal: ComparedWorkload, own: ComparedWorkload): number {
  if (signal.namespace === '' && signal.workload === '') return 2;
  if (signal.namespace !== own.namespace) return -1;
  if (signal.workload === own.workload) return 0;
  return signal.workload === '' ? 1 : -1;
}

/** The signal of both runs that tells best how much was asked of a workload; null: there is none. */
export function loadOf(
  { workloads }: RunComparison,
  own: ComparedWorkload,
): ComparedWorkload | null {
  let best: { readonly signal: ComparedWorkload; readonly rank: number } | null = null;
  for (const signal of workloads) {
    const near = distance(signal, own);
    const kind = loadRank(signal);
    if (near < 0 || kind < 0 || signal.columns.some((one) => one === null)) continue;
    const rank = near * 10 + kind;
    if (best === null || rank < best.rank) best = { signal, rank };
  }
  return best === null ? null : best.signal;
}

/** A load that does not at least grow by so much has no beginning and no end. */
const LEAST_RISE = 1.5;
/** Load counts as begun, and as over, a quarter of the way from its least to its most. */
const EDGE = 0.25;
/** Half of the steps that a load is averaged over. */
const REACH = 2;

/** The mean of each value and its neighbours, up to `reach` on either side; NaN where there is none. */
export function smoothed(column: ArrayLike<number>, reach: number): Float64Array {
  const n = column.length;
  const sums = new Float64Array(n + 1);
  const counts = new Uint32Array(n + 1);
  for (let i = 0; i < n; i += 1) {
    const v = column[i]!;
    sums[i + 1] = sums[i]! + (Number.isNaN(v) ? 0 : v);
    counts[i + 1] = counts[i]! + (Number.isNaN(v) ? 0 : 1);
  }
  return Float64Array.from(column, (_, i) => {
    const [from, to] = [Math.max(0, i - reach), Math.min(n, i + reach + 1)];
    const count = counts[to]! - counts[from]!;
    return count === 0 ? NaN : (sums[to]! - sums[from]!) / count;
  });
}

/** The longest stretch of high load in a column, by a rule that is the same for every run. */
function spanIn(column: Float64Array, fromMs: number, stepMs: number): LoadSpan | null {
  const smooth = smoothed(column, REACH);
  let low = Infinity;
  let high = -Infinity;
  let last = 0;
  smooth.forEach((v, s) => {
    if (Number.isNaN(v)) return;
    low = Math.min(low, v);
    high = Math.max(high, v);
    last = s;
  });
  if (!(high > low * LEAST_RISE)) return null;
  const edge = low + (high - low) * EDGE;
  let best: readonly [from: number, to: number] = [0, 0];
  let from = -1;
  for (let s = 0; s <= last + 1; s += 1) {
    const isHigh = s <= last && smooth[s]! >= edge;
    if (isHigh && from < 0) from = s;
    if (isHigh || from < 0) continue;
    if (s - from > best[1] - best[0]) best = [from, s];
    from = -1;
  }
  const ms = (step: number): number => fromMs + step * stepMs;
  return { fromMs: ms(best[0]), toMs: best[1] > last ? null : ms(best[1]) };
}

/**
 * When each run was under load: from its marks where all runs have them, else from the signal of a
 * workload's load (`loadOf`), or of any. Null: neither tells.
 */
export function loadSpans(
  { phases, fromMs, stepMs, runs, workloads }: RunComparison,
  own: ComparedWorkload | null,
): readonly LoadSpan[] | null {
  const marked = phases.slice(1).find(({ name }) => name === 'load');
  if (marked !== undefined) {
    return marked.spans.map(([from, to], r) => {
      const { endMs = 0, originMs = 0 } = runs[r] ?? {};
      return { fromMs: from, toMs: to >= endMs - originMs ? null : to };
    });
  }
  const load = own ?? workloads.find((one) => loadRank(one) >= 0 && !one.columns.includes(null));
  const spans = (load?.columns ?? []).flatMap((one) =>
    one === null ? [] : (spanIn(one.mean, fromMs, stepMs) ?? []),
  );
  return spans.length === runs.length ? spans : null;
}
