import { flagSpan } from '../detect/decider.ts';
import type { Counts } from './held.ts';
import { type AlertBudget, hopelessUpTo, type Objective } from './objective.ts';
import { translated } from './ranks.ts';
import type { RankedPass } from './scored-run.ts';
import {
  buildSurface,
  buildUnexplained,
  entryOf,
  type Surface,
  type UnexplainedTime,
} from './surface.ts';

/**
 * A pass in which scores of ranks up to one are told apart at some thresholds only, and those that
 * reach none of these count for nothing. The highest of them stays a level: where thresholds that
 * can be chosen begin.
 */
function merged(pass: RankedPass, upTo: number, thresholds: readonly number[]): RankedPass {
  const { levels, flags, columns } = pass;
  const asked = thresholds.map((t) => entryOf(pass, t)).filter((rank) => rank <= upTo);
  const firsts = [...new Set(asked.length === 0 ? [upTo] : asked)].sort((a, b) => a - b);
  const gone = upTo - firsts.length;
  const own = { levels: new Float64Array(levels.length - gone), flags: flags.slice(gone) };
  firsts.forEach((first, k) => {
    const last = (firsts[k + 1] ?? upTo + 1) - 1;
    own.levels[k] = levels[last - 1]!;
    own.flags[k + 1] = flags[first]!;
  });
  own.levels.set(levels.subarray(upTo), firsts.length);
  const table = new Int32Array(levels.length + 1);
  const isTold = asked.length > 0;
  for (let r = 1, k = 0; r < table.length; r += 1) {
    if (r > upTo || r === firsts[k]) k += 1;
    table[r] = r > upTo || isTold ? k : 0;
  }
  return {
    ...{ ...pass, ...own },
    columns: columns.map((column) => ({ ...column, ranks: translated(column.ranks, table) })),
  };
}

/** Fewer samples than this share are not worth a walk over all. */
const LEAST_SHARE = 0.25;

/**
 * A pass with fewer ranks, for counts that alert whenever others do of which the false time is
 * known: where that time breaks the budget by itself, it does so under those counts too, and which
 * of two scores there is higher decides nothing. Everything is counted as before at thresholds
 * above those, and at the `listed` ones.
 */
function narrowed(
  time: UnexplainedTime,
  budget: AlertBudget,
  listed: readonly number[],
): RankedPass {
  const { pass } = time;
  const entry = hopelessUpTo(time, budget);
  if (entry === 0) return pass;
  const upTo = entryOf(pass, time.levels[entry - 1]!);
  const all = pass.flags[1]!;
  return all - pass.flags[upTo + 1]! > LEAST_SHARE * all ? merged(pass, upTo, listed) : pass;
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
  const budget = 'budget' in objective ? objective.budget : null;
  const [first] = order;
  let pass = scored;
  // Of counts that alert least, and not yet made use of.
  let time: UnexplainedTime | null =
    budget !== null && first !== undefined && isLeast(first)
      ? buildUnexplained(scored, first)
      : null;
  for (const count of order) {
    if (budget !== null && time !== null) pass = narrowed(time, budget, listed);
    const surface = buildSurface(pass, count);
    made.set(count, make(surface, count));
    time = isLeast(count) ? surface : null;
  }
  return counts.map((count) => made.get(count)!);
}
