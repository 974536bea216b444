import { countBelow } from '../../core/count-below.ts';
import { addFalseEpisodes } from './false-episodes.ts';
import type { Counts } from './held.ts';
import { addNab, type NabSums } from './nab-steps.ts';
import { rankParts } from './ranks.ts';
import type { LabelPlaces, RankedColumn, RankedPass } from './scored-run.ts';
import { firstAfter, type Stretches, stretchesOf } from './stretches.ts';

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
  { firsts, ends, ranks }: Stretches,
  sums: Int32Array,
): void {
  for (let s = 0; s < ranks.length; s += 1) {
    const first = firsts[s]!;
    if (first >= from && explained?.[first] !== 1) sums[ranks[s]!]! += ends[s]! - first;
  }
}

/** Alerts and their time. */
function addAlerts(
  { times, starts }: RankedColumn,
  { firsts, ends, ranks }: Stretches,
  { alerts, alertMs }: Differences,
): void {
  for (let s = 0; s < ranks.length; s += 1) {
    const [first, next, rank] = [firsts[s]!, ends[s]!, ranks[s]!];
    const goesOn = s > 0 && ends[s - 1] === first && starts[first] !== 1;
    const before = goesOn ? ranks[s - 1]! : 0;
    if (rank > before) {
      // An alert opens here for every threshold above those that were already alerting.
      alerts[rank]! += 1;
      alerts[before]! -= 1;
    }
    // At a gap an alert closes with the last sample before it.
    const end = next < times.length && starts[next] !== 1 ? next : next - 1;
    alertMs[rank]! += times[end]! - times[first]!;
  }
}

/** When a label would be seen, by the ranks at which columns alert. */
function labelSteps(
  { startMs, places }: LabelPlaces,
  columns: readonly RankedColumn[],
  alerting: readonly Stretches[],
): LabelSteps {
  const reached: { rank: number; delay: number }[] = [];
  for (const { column, from, to } of places) {
    const { times, from: counted } = columns[column]!;
    const stretches = alerting[column]!;
    const { firsts, ranks } = stretches;
    const earliest = Math.max(from, counted);
    let highest = 0;
    for (let s = firstAfter(stretches, earliest); firsts[s]! < to && earliest < to; s += 1) {
      const rank = ranks[s]!;
      if (rank <= highest) continue;
      highest = rank;
      reached.push({ rank, delay: times[Math.max(earliest, firsts[s]!)]! - startMs });
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

/**
 * All thresholds of one scoring pass at once, for one choice of counts: a few walks over the
 * samples, whatever the number of thresholds.
 */
export function buildSurface(pass: RankedPass, counts: Counts): Surface {
  const all = stretchesOf(pass.columns, counts);
  const { levels, columns } = rankParts(
    pass.levels,
    all.map(({ ranks }) => ranks),
  );
  const alerting = all.map((one, c): Stretches => ({ ...one, ranks: columns[c]! }));
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
    const own = alerting[c]!;
    addAlerts(column, own, sums);
    addUnexplained(column, own, sums.unexplained);
    addFalseEpisodes(column, own, sums.falseEpisodes);
    if (nab !== null && column.nab !== null) addNab(column.nab, own, nab);
  });
  for (const one of [...columnsOf(sums), ...columnsOf(nab ?? {})]) addUp(one);
  return {
    ...{ pass, levels, ...sums, nab },
    labels: pass.labels.map((label) => labelSteps(label, pass.columns, alerting)),
  };
}

/** Of the surface of a pass the samples that alert outside labels. */
export function buildUnexplained(pass: RankedPass, counts: Counts): UnexplainedTime {
  const { levels, columns } = pass;
  const unexplained = new Int32Array(levels.length + 2);
  stretchesOf(pass.columns, counts).forEach((stretches, c) => {
    addUnexplained(columns[c]!, stretches, unexplained);
  });
  addUp(unexplained);
  return { pass, levels, unexplained };
}

/** Of the surface of a pass the labels alone. */
export function buildLabels(pass: RankedPass, counts: Counts): Pick<Surface, 'levels' | 'labels'> {
  const { levels, columns, labels } = pass;
  const alerting = stretchesOf(pass.columns, counts);
  return { levels, labels: labels.map((label) => labelSteps(label, columns, alerting)) };
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
