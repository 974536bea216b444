import { flagSpan } from '../detect/decider.ts';
import type { Counts } from './held.ts';
import { keepsBudget, type Objective } from './objective.ts';
import { countBelow, translated } from './ranks.ts';
import type { RankedPass } from './scored-run.ts';
import { buildSurface, hoursOfFalseAlerts, type Surface } from './surface.ts';

/** A pass in which scores of ranks up to one are told apart at some thresholds only. */
function merged(pass: RankedPass, upTo: number, thresholds: readonly number[]): RankedPass {
  const { levels, flags, columns } = pass;
  const asked = thresholds.map((t) => countBelow(levels, t) + 1).filter((rank) => rank <= upTo);
  const firsts = [...new Set([1, ...asked])].sort((a, b) => a - b);
  const gone = upTo - firsts.length;
  const own = { levels: new Float64Array(levels.length - gone), flags: flags.slice(gone) };
  firsts.forEach((first, k) => {
    const last = (firsts[k + 1] ?? upTo + 1) - 1;
    own.levels[k] = levels[last - 1]!;
    own.flags[k + 1] = flags[first]!;
  });
  own.levels.set(levels.subarray(upTo), firsts.length);
  const table = new Int32Array(levels.length + 1);
  for (let r = 1, k = 0; r < table.length; r += 1) {
    if (r > upTo || r === firsts[k]) k += 1;
    table[r] = k;
  }
  return {
    ...{ ...pass, ...own },
    columns: columns.map((column) => ({ ...column, ranks: translated(column.ranks, table) })),
  };
}

/** Less than this share of the ranks is not worth a walk over all samples. */
const LEAST_SHARE = 0.5;

/**
 * The pass of a surface with fewer ranks, for counts that alert whenever the surface's do: where
 * time that alerts outside labels breaks the budget by itself, it does so under those counts too,
 * and which of two scores there is higher decides nothing. Everything is counted as before at
 * thresholds above those, and at the `listed` ones.
 */
function narrowed(surface: Surface, objective: Objective, listed: readonly number[]): RankedPass {
  const { pass } = surface;
  if (!('budget' in objective)) return pass;
  let entry = pass.levels.length;
  const isKept = () =>
    keepsBudget(pass.exposure, hoursOfFalseAlerts(surface, entry), objective.budget);
  while (entry > 0 && isKept()) entry -= 1;
  return entry > LEAST_SHARE * pass.levels.length ? merged(pass, entry, listed) : pass;
}

/**
 * What is made of the surface of each of some counts, in their order. The surfaces are exact at
 * every threshold that an objective can choose, and at the `listed` ones.
 *
 * Fewer flags, flags that are spread, and alerts that stay open only alert for longer. So surfaces
 * are built from the counts that alert least on, and what is hopeless there is left out of others.
 */
export function mapSurfaces<T>(
  scored: RankedPass,
  counts: readonly Counts[],
  objective: Objective,
  listed: readonly number[],
  make: (surface: Surface, count: Counts) => T,
): T[] {
  const recover = counts.reduce((least, one) => Math.min(least, one.recover), Infinity);
  const isLeast = (one: Counts): boolean =>
    flagSpan(one) === one.consecutive && one.recover === recover;
  const order = [...counts].sort(
    (a, b) => b.consecutive - a.consecutive || Number(isLeast(b)) - Number(isLeast(a)),
  );
  const made = new Map<Counts, T>();
  let pass = scored;
  for (const count of order) {
    const surface = buildSurface(pass, count);
    made.set(count, make(surface, count));
    if (isLeast(count)) pass = narrowed(surface, objective, listed);
  }
  return counts.map((count) => made.get(count)!);
}
