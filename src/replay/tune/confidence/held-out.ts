import type { HeldOut } from '../../../core/tune-advice.ts';
import type { Exposure } from '../exposure.ts';
import { type Objective, toleranceOf } from '../objective.ts';
import type { FoldResult, HeldOutBy } from './folds.ts';
import { addTotals, noTotals, type Totals, valueOf } from './totals.ts';

interface Counted {
  readonly totals: Totals;
  readonly exposure: Exposure;
}

/** Counts of several parts as one. */
function together(parts: readonly Counted[]): Counted {
  const totals = noTotals();
  const days = { series: 0, pod: 0, workload: 0, run: 0 };
  let samples = 0;
  for (const { totals: more, exposure } of parts) {
    addTotals(totals, more);
    for (const unit of ['series', 'pod', 'workload', 'run'] as const) {
      days[unit] += exposure.days[unit];
    }
    if (exposure.days.series > 0) samples += exposure.samplesPerHour * exposure.days.series;
  }
  const samplesPerHour = days.series > 0 ? samples / days.series : Infinity;
  return { totals, exposure: { days, samplesPerHour } };
}

/** The setting that a sweep of one part would choose: the widest plateau among the best. */
function choice(folds: readonly FoldResult[], objective: Objective): FoldResult | null {
  const best = folds.reduce(
    (top, { chosen }) => Math.max(top, chosen?.score ?? -Infinity),
    -Infinity,
  );
  const least = best - toleranceOf(objective, best);
  return folds.reduce<FoldResult | null>((widest, one) => {
    if (one.chosen === null || one.chosen.score < least) return widest;
    return one.chosen.width > (widest?.chosen?.width ?? -Infinity) ? one : widest;
  }, null);
}

/**
 * Chooses among settings on one part and scores that choice on the other, for every fold; counts
 * of all folds are added up before they are judged. `settings` has the folds of each setting.
 */
export function heldOutChecks(
  settings: readonly (readonly FoldResult[])[],
  objective: Objective,
): readonly HeldOut[] {
  const [first = []] = settings;
  return (['time', 'run'] as const satisfies readonly HeldOutBy[]).flatMap((by) => {
    const nths = first.flatMap((fold, nth) => (fold.by === by ? [nth] : []));
    if (nths.length === 0) return [];
    const choices = nths.flatMap((nth) => {
      const chosen = choice(
        settings.flatMap((folds) => folds[nth] ?? []),
        objective,
      );
      return chosen === null ? [] : [chosen];
    });
    const chosen = together(
      choices.flatMap(({ chosen: one, chosenExposure: exposure }) =>
        one === null ? [] : [{ totals: one.totals, exposure }],
      ),
    );
    const rest = together(
      choices.map(({ heldOut, heldOutExposure: exposure }) => ({ totals: heldOut, exposure })),
    );
    const valued = ({ totals, exposure }: Counted): number | null =>
      choices.length === 0 ? null : valueOf(totals, exposure, objective);
    return [{ by, folds: choices.length, chosen: valued(chosen), heldOut: valued(rest) }];
  });
}
