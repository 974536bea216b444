import { type Counts, firstHeld, heldRanks, type HeldSamples, heldSamples } from './held.ts';
import { addNab, type NabSums } from './nab-steps.ts';
import { countBelow, rankParts } from './ranks.ts';
import type { LabelPlaces, RankedColumn, RankedPass } from './scored-run.ts';

/** When a label would be seen: at thresholds up to `ranks[i]`, `delays[i]` ms late. */
export interface LabelSteps {
  /** Ascending; a higher one is reached later. */
  readonly ranks: readonly number[];
  readonly delays: readonly number[];
}

/**
 * Everything that is counted at a threshold, as step functions of it, for one scoring pass and one
 * choice of counts.
 *
 * Column entry r is the count at every threshold in (levels[r − 2], levels[r − 1]], for r from 1 to
 * the number of levels; entry 1 goes for all thresholds down from there, and the last entry, for
 * thresholds above every level, is 0. Entry 0 means nothing.
 */
export interface Surface {
  readonly pass: RankedPass;
  /** The scores of the pass at which some alert ends, as a threshold goes up; ascending. */
  readonly levels: Float64Array;
  /** Alerts, as a replay opens them. */
  readonly alerts: Int32Array;
  /** How long they are open, ms. */
  readonly alertMs: Float64Array;
  /** Alarm episodes that touch no label, after the warm-up. */
  readonly falseEpisodes: Int32Array;
  /** Alerting samples outside labels, after the warm-up. */
  readonly unexplained: Int32Array;
  /** NAB's counts, where the pass was readied for them. */
  readonly nab: NabSums | null;
  /** Labels that can be detected, in the order of the pass. */
  readonly labels: readonly LabelSteps[];
}

/** The part of a surface that tells for how long alerts are false. */
export type UnexplainedTime = Pick<Surface, 'pass' | 'levels' | 'unexplained'>;

type Column = Int32Array | Float64Array;

/** Columns of differences while a surface is being built: entry r holds for ranks up to r. */
interface Differences {
  readonly alerts: Int32Array;
  readonly alertMs: Float64Array;
  readonly falseEpisodes: Int32Array;
  readonly unexplained: Int32Array;
}

/** Samples that alert outside labels, after the warm-up. */
function addUnexplained(
  { explained, from }: RankedColumn,
  held: HeldSamples,
  sums: Int32Array,
): void {
  const { places, ranks } = held;
  for (let j = firstHeld(held, from); j < places.length; j += 1) {
    if (explained?.[places[j]!] !== 1) sums[ranks[j]!]! += 1;
  }
}

/**
 * Alerts and their time.
 *
 * Held ranks stay the same for some samples, the longer the more flags are wanted: what these add
 * is added at once.
 */
function addAlerts(
  { times, starts }: RankedColumn,
  { places, ranks }: HeldSamples,
  { alerts, alertMs }: Differences,
): void {
  let before = 0;
  for (let j = 0; j < places.length;) {
    const first = places[j]!;
    const rank = ranks[j]!;
    if (starts[first] === 1 || (j > 0 && places[j - 1] !== first - 1)) before = 0;
    let next = first + 1;
    j += 1;
    while (places[j] === next && ranks[j] === rank && starts[next] !== 1) {
      next += 1;
      j += 1;
    }
    if (rank > before) {
      // An alert opens here for every threshold above those that were already alerting.
      alerts[rank]! += 1;
      alerts[before]! -= 1;
    }
    // At a gap an alert closes with the last sample before it.
    const end = next < times.length && starts[next] !== 1 ? next : next - 1;
    alertMs[rank]! += times[end]! - times[first]!;
    before = rank;
  }
}

/**
 * The highest of the entries of a column that are recent, as one goes along it: a queue of two
 * parts. Of the older the maxima from each entry to its end are known, of the newer its maximum.
 */
class RecentMaximum {
  readonly #times: Float64Array;
  readonly #column: Int32Array;
  readonly #spanMs: number;
  /** Entry j, from `from` to `middle`: the highest from j to the end of the older part. */
  readonly #older: Int32Array;
  #from: number;
  #middle: number;
  #to: number;
  #newer = 0;

  /** Entries before `first` count for nothing. */
  constructor(times: Float64Array, column: Int32Array, spanMs: number, first: number) {
    this.#times = times;
    this.#column = column;
    this.#spanMs = spanMs;
    this.#older = new Int32Array(column.length);
    this.#from = first;
    this.#middle = first;
    this.#to = first;
  }

  /** The highest entry before entry i that is at most the span older; 0 where there is none. */
  before(i: number): number {
    const column = this.#column;
    let newer = this.#newer;
    for (let to = this.#to; to < i; to += 1) newer = Math.max(newer, column[to]!);
    this.#to = i;
    const oldest = this.#times[i]! - this.#spanMs;
    let from = this.#from;
    while (from < i && this.#times[from]! < oldest) from += 1;
    this.#from = from;
    if (from < this.#middle) {
      this.#newer = newer;
      return Math.max(newer, this.#older[from]!);
    }
    let highest = 0;
    for (let j = i - 1; j >= from; j -= 1) {
      highest = Math.max(highest, column[j]!);
      this.#older[j] = highest;
    }
    this.#middle = i;
    this.#newer = 0;
    return highest;
  }
}

/**
 * Alarm episodes that touch no explained sample; alarm samples at most `mergeMs` apart are one.
 *
 * An episode starts at i for thresholds in (highest recent held, held[i]]. It touches a label's
 * span for the first time at an explained i for thresholds in (e, held[i]], where e is the highest
 * threshold at which an earlier explained sample is linked to i: along the chain, the smaller of
 * the sample's own rank and the best link among its recent samples.
 */
function addFalseEpisodes(
  { times: all, explained, from, mergeMs }: RankedColumn,
  held: HeldSamples,
  sums: Int32Array,
): void {
  const { places, ranks } = held;
  const times = new Float64Array(places.length);
  for (let j = 0; j < times.length; j += 1) times[j] = all[places[j]!]!;
  const first = firstHeld(held, from);
  const recentHeld = new RecentMaximum(times, ranks, mergeMs, first);
  const linked = explained === null ? null : new Int32Array(ranks.length);
  const recentLinked = linked === null ? null : new RecentMaximum(times, linked, mergeMs, first);
  for (let j = first; j < ranks.length; j += 1) {
    const rank = ranks[j]!;
    // Where the last sample was as high and is recent, nothing begins.
    const isOpen = j > first && ranks[j - 1]! >= rank && times[j]! - times[j - 1]! <= mergeMs;
    const recent = isOpen ? rank : recentHeld.before(j);
    if (recent < rank) {
      sums[rank]! += 1;
      sums[recent]! -= 1;
    }
    if (explained === null || linked === null || recentLinked === null) continue;
    const link = Math.min(rank, recentLinked.before(j));
    const isExplained = explained[places[j]!] === 1;
    if (isExplained) {
      sums[rank]! -= 1;
      sums[link]! += 1;
    }
    linked[j] = isExplained ? rank : link;
  }
}

/** When a label would be seen, by the ranks at which columns alert. */
function labelSteps(
  { startMs, places }: LabelPlaces,
  columns: readonly RankedColumn[],
  held: readonly HeldSamples[],
): LabelSteps {
  const reached: { rank: number; delay: number }[] = [];
  for (const { column, from, to } of places) {
    const { times, from: counted } = columns[column]!;
    const own = held[column]!;
    let highest = 0;
    for (let j = firstHeld(own, Math.max(from, counted)); own.places[j]! < to; j += 1) {
      const rank = own.ranks[j]!;
      if (rank <= highest) continue;
      highest = rank;
      reached.push({ rank, delay: times[own.places[j]!]! - startMs });
    }
  }
  reached.sort((a, b) => a.delay - b.delay || b.rank - a.rank);
  const steps: { ranks: number[]; delays: number[] } = { ranks: [], delays: [] };
  for (const { rank, delay } of reached) {
    if (rank <= highestRank(steps)) continue;
    steps.ranks.push(rank);
    steps.delays.push(delay);
  }
  return steps;
}

const columnsOf = (sums: object): Column[] => Object.values(sums) as Column[];

/** From differences to counts: the sum of all entries from the last down to each. */
function addUp(column: Column): void {
  let sum = 0;
  for (let r = column.length - 1; r >= 0; r -= 1) column[r] = sum += column[r]!;
}

/** For each column of a pass where alerts are, by its ranks. */
function heldColumns({ columns }: RankedPass, counts: Counts): HeldSamples[] {
  return columns.map((column) => heldSamples(heldRanks(column, counts)));
}

/**
 * All thresholds of one scoring pass at once, for one choice of counts: a few walks over the
 * samples, whatever the number of thresholds.
 */
export function buildSurface(pass: RankedPass, counts: Counts): Surface {
  const all = heldColumns(pass, counts);
  const { levels, columns } = rankParts(
    pass.levels,
    all.map(({ ranks }) => ranks),
  );
  const held = all.map(({ places }, c): HeldSamples => ({ places, ranks: columns[c]! }));
  const entries = levels.length + 2;
  const sums: Differences = {
    alerts: new Int32Array(entries),
    alertMs: new Float64Array(entries),
    falseEpisodes: new Int32Array(entries),
    unexplained: new Int32Array(entries),
  };
  const nab =
    pass.nabWindows === 0
      ? null
      : {
          gains: new Float64Array(entries),
          hits: new Int32Array(entries),
          costs: new Float64Array(entries),
        };
  pass.columns.forEach((column, c) => {
    const own = held[c]!;
    addAlerts(column, own, sums);
    addUnexplained(column, own, sums.unexplained);
    addFalseEpisodes(column, own, sums.falseEpisodes);
    if (nab !== null && column.nab !== null) addNab(column.nab, own, nab);
  });
  for (const one of [...columnsOf(sums), ...columnsOf(nab ?? {})]) addUp(one);
  return {
    ...{ pass, levels, ...sums, nab },
    labels: pass.labels.map((label) => labelSteps(label, pass.columns, held)),
  };
}

/** Of the surface of a pass the samples that alert outside labels. */
export function buildUnexplained(pass: RankedPass, counts: Counts): UnexplainedTime {
  const { levels, columns } = pass;
  const unexplained = new Int32Array(levels.length + 2);
  heldColumns(pass, counts).forEach((held, c) => {
    addUnexplained(columns[c]!, held, unexplained);
  });
  addUp(unexplained);
  return { pass, levels, unexplained };
}

/** Of the surface of a pass the labels alone. */
export function buildLabels(pass: RankedPass, counts: Counts): Pick<Surface, 'levels' | 'labels'> {
  const { levels, columns, labels } = pass;
  const held = heldColumns(pass, counts);
  return { levels, labels: labels.map((label) => labelSteps(label, columns, held)) };
}

/** The entry of a surface's columns for a threshold. */
export function entryOf({ levels }: Pick<Surface, 'levels'>, threshold: number): number {
  return countBelow(levels, threshold) + 1;
}

/** Rank of the highest threshold that still detects a label; 0: none does. */
export function highestRank({ ranks }: LabelSteps): number {
  return ranks[ranks.length - 1] ?? 0;
}

/** Full hours of alerting outside labels. */
export function hoursOfFalseAlerts({ unexplained, pass }: UnexplainedTime, entry: number): number {
  return Math.floor((unexplained[entry] ?? 0) / pass.exposure.samplesPerHour);
}

/**
 * False alerts: episodes that touch no label, and one more for every full hour of alerting outside
 * labels, so that an alert that never closes cannot pass for a single one.
 */
export function falseAlertsAt(surface: Surface, entry: number): number {
  return (surface.falseEpisodes[entry] ?? 0) + hoursOfFalseAlerts(surface, entry);
}

/** Decisions counted at one threshold. */
export interface SurfaceCounts {
  /** Samples at or over the threshold, and what a replay of the whole run makes of them. */
  readonly flags: number;
  readonly alerts: number;
  readonly alertMinutes: number;
  /** Held against labels, after the warm-up. */
  readonly falseAlerts: number;
  readonly detected: number;
  readonly medianDelaySeconds: number | null;
}

/** What would be counted at this threshold. */
export function countsAt(surface: Surface, threshold: number): SurfaceCounts {
  const entry = entryOf(surface, threshold);
  const { pass } = surface;
  const delays: number[] = [];
  for (const { ranks, delays: own } of surface.labels) {
    const i = ranks.findIndex((rank) => rank >= entry);
    if (i !== -1) delays.push(own[i]!);
  }
  delays.sort((a, b) => a - b);
  const median = delays[delays.length >> 1];
  return {
    flags: pass.flags[entryOf(pass, threshold)] ?? 0,
    alerts: surface.alerts[entry] ?? 0,
    alertMinutes: (surface.alertMs[entry] ?? 0) / 60_000,
    falseAlerts: falseAlertsAt(surface, entry),
    detected: delays.length,
    medianDelaySeconds: median === undefined ? null : median / 1000,
  };
}
