import type { ComparedWorkload, RunComparison } from '../../core/comparison.ts';
import type { Measure } from '../../core/run-diff.ts';
import { verdictOf } from './block-bootstrap.ts';
import type { LoadSpan } from './load-span.ts';

/** Replicas by step, and the time from the start of the load to each count that was new then. */
function arrivals(
  column: Float64Array,
  { fromMs: loadMs }: LoadSpan,
  { fromMs, stepMs }: RunComparison,
): Map<number, number> {
  const start = Math.max(0, Math.round((loadMs - fromMs) / stepMs));
  let most = 0;
  for (let s = Math.min(start, column.length - 1); s >= 0 && most === 0; s -= 1) {
    if (column[s]! > 0) most = column[s]!;
  }
  const found = new Map<number, number>();
  for (let s = start; s < column.length; s += 1) {
    for (; most < column[s]!; most += 1) found.set(Math.floor(most) + 1, (s - start) * stepMs);
  }
  return found;
}

/**
 * From the start of the load to each replica that was added, in two runs, ms.
 *
 * An addition happens once, so there is nothing to resample: each is known to within one step, and
 * the interval says so.
 */
export function scaleOut(
  comparison: RunComparison,
  replicas: ComparedWorkload,
  spans: readonly LoadSpan[],
  tolerance: number,
): Measure[] {
  const [before, after] = replicas.columns.map((one, r) =>
    one === null || spans[r] === undefined
      ? new Map<number, number>()
      : arrivals(one.mean, spans[r], comparison),
  );
  const counts = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
  const { stepMs } = comparison;
  return counts
    .sort((a, b) => a - b)
    .map((count): Measure => {
      const [baseline, candidate] = [before?.get(count), after?.get(count)];
      const common = { name: 'replicas', count, isCut: [false, false] } as const;
      if (baseline === undefined || candidate === undefined) {
        const which = baseline === undefined ? 'the baseline' : 'the later run';
        return { ...common, difference: null, why: `${which} does not scale so far` };
      }
      const difference = candidate - baseline;
      const interval = [difference - stepMs, difference + stepMs] as const;
      const verdict = verdictOf(difference, interval, Math.max(stepMs, tolerance * baseline));
      const relative = baseline === 0 ? null : difference / baseline;
      return {
        ...common,
        difference: { baseline, candidate, difference, relative, interval, verdict },
        why: '',
      };
    });
}
