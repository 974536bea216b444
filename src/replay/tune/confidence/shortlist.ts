import type { TuneResult } from '../../../core/results.ts';
import type { CloserPlan } from '../closer-plan.ts';
import type { TunePass } from '../grid.ts';
import { compareRows } from '../tabulate.ts';
import type { PassResult } from '../tune.ts';

/** Settings that get a second look: all of the default grid. */
export const LOOKED_AT = 60;

/**
 * The passes of a second look: the best settings of a sweep, the recommended one among them, each
 * with the counts that it had; no listed thresholds.
 */
export function closerPasses(
  passes: readonly TunePass[],
  results: readonly PassResult[],
  { recommended }: TuneResult,
  closer: CloserPlan,
  most: number = LOOKED_AT,
): TunePass[] {
  const chosen = recommended?.settings;
  const good = results
    .flatMap(({ trials }, p) =>
      trials.flatMap(({ best }, c) => (best === null ? [] : [{ p, c, best }])),
    )
    .sort(
      (a, b) =>
        Number(b.best.settings === chosen) - Number(a.best.settings === chosen) ||
        compareRows(a.best, b.best),
    )
    .slice(0, most);
  return passes.flatMap((pass, p) => {
    const counts = pass.counts.filter((_, c) => good.some((one) => one.p === p && one.c === c));
    return counts.length === 0 ? [] : [{ ...pass, counts, thresholds: [], closer }];
  });
}
