import type { TuneResult } from '../../core/results.ts';
import { settingsDigest } from '../../core/settings-digest.ts';
import type { InjectedFault, Injection } from '../../core/tune-advice.ts';
import { confidenceIn, type Judging } from './confidence/advise.ts';
import { faultKind } from './inject/faults.ts';
import type { FaultPlan, InjectPlan } from './inject/plan.ts';
import { meanPower } from './inject/power.ts';
import { compareRows, orNo, withDigest } from './tabulate.ts';
import type { Trial } from './tune.ts';

function injectedFault({ kind: id, lastsMs, places }: FaultPlan): InjectedFault {
  const { unit, describe } = faultKind(id);
  return { kind: id, unit, describe, lastsSeconds: lastsMs / 1000, places: places.length };
}

/** What the settings of a second look catch, best settings first. */
function injectionOf({ seed, faults }: InjectPlan, trials: readonly Trial[]): Injection {
  const looked = trials.flatMap(({ best, closer }) =>
    best === null || closer === undefined ? [] : [{ best, closer }],
  );
  return {
    seed,
    faults: faults.map(injectedFault),
    settings: looked
      .sort((a, b) => compareRows(a.best, b.best))
      .map(({ best, closer }) => ({ settings: best.settings, power: closer.power })),
  };
}

/** Settings whose mean share found is this close to the best find as much. */
const SAME_POWER = 0.02;
/** A setting that watched less than this share of what another did catches less elsewhere. */
const LEAST_WATCHED = 0.8;

/**
 * Without labels, what is caught of injected faults tells settings apart that all keep the budget:
 * of those that catch about as much as the best, the one with the widest plateau.
 */
function chosenByPower(result: TuneResult, trials: readonly Trial[]): TuneResult['recommended'] {
  const most = trials.reduce((days, { watchedDays }) => Math.max(days, watchedDays), 0);
  const able = trials.flatMap(({ best, closer, plateau, watchedDays }) =>
    best === null || closer === undefined || plateau === null || watchedDays < LEAST_WATCHED * most
      ? []
      : [{ best, plateau, power: meanPower(closer.power) }],
  );
  const top = able.reduce((high, { power }) => Math.max(high, power), 0);
  if (top === 0) return result.recommended;
  const good = able
    .filter(({ power }) => power >= top - SAME_POWER)
    .sort((a, b) => compareRows(a.best, b.best));
  const [chosen] = good;
  if (chosen === undefined) return result.recommended;
  const { best, plateau } = chosen;
  const range = `${plateau.low.toPrecision(3)} to ${plateau.high.toPrecision(3)}`;
  const alike =
    good.length === 1
      ? 'No other setting within the budget catches as much of the injected faults.'
      : `Of ${String(good.length)} settings within the budget that catch as much of the injected ` +
        'faults it has the widest such range.';
  return {
    settings: best.settings,
    why: `It has ${orNo(best.falseAlerts, 'alert')} there, like every threshold from ${range}. ${alike}`,
    interval: null,
    plateau: { thresholds: [plateau.low, plateau.high], rows: good.length },
  };
}

/** A result with what a second look at its best settings (`trials`) found out. */
export function withSecondLook(
  result: TuneResult,
  trials: readonly Trial[],
  inject: InjectPlan | null,
  judging: Judging,
): TuneResult {
  const recommended =
    inject === null || judging.objective.kind !== 'budget'
      ? result.recommended
      : chosenByPower(result, trials);
  const chosen = { ...result, recommended };
  const confidence = confidenceIn(chosen, trials, judging);
  const own = recommended === null ? '' : settingsDigest(recommended.settings);
  const injected = inject === null ? null : injectionOf(inject, trials);
  return withDigest({
    ...chosen,
    recommended:
      recommended === null ? null : { ...recommended, interval: confidence?.interval ?? null },
    confidence,
    injected:
      injected === null
        ? null
        : {
            ...injected,
            // The recommended setting comes first, as in the table.
            settings: [...injected.settings].sort(
              (a, b) =>
                Number(settingsDigest(b.settings) === own) -
                Number(settingsDigest(a.settings) === own),
            ),
          },
  });
}
