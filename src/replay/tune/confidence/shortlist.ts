import type { TuneResult } from '../../../core/results.ts';
import type { CloserPlan } from '../closer-plan.ts';
import type { TunePass } from '../grid.ts';
import { compareRows } from '../tabulate.ts';
import type { PassResult } from '../tune.ts';

/** Settings that get a second look, and scoring passes that these take: all of the default grid. */
export const LOOKED_AT = 60;
export const PASSES_LOOKED_AT = 15;

/**
 * The passes of a second look: the best settings of a sweep, the recommended one among them, each
 * with the counts that it had; no listed thresholds. A setting whose pass would be one too many is
 * left out.
 */
export function closerPasses(
  passes: readonly TunePass[],
  results: readonly PassResult[],
  { recommended }: TuneResult,
  closer: CloserPlan,
): TunePass[] {
  const chosen = recommended?.settings;
  const best = results
    .flatMap(({ trials }, p) =>
      trials.flatMap(({ best }, c) => (best === null ? [] : [{ p, c, best }])),
    )
    .sort(
      (a, b) =>
        Number(b.best.settings === chosen) - Number(a.best.settings === chosen) ||
        compareRows(a.best, b.best),
    );
  const taken = [...new Set(best.map(({ p }) => p))].slice(0, PASSES_LOOKED_AT);
  const good = best.filter(({ p }) => taken.includes(p)).slice(0, LOOKED_AT);
  return passes.flatMap((pass, p) => {
    const counts = pass.counts.filter((_, c) => good.some((one) => one.p === p && one.c === c));
    return counts.length === 0 ? [] : [{ ...pass, counts, thresholds: [], closer }];
  });
}
