import type { EventRules, RunExtent } from '../../evaluate/events.ts';
import { heldRanks, type Counts } from '../held.ts';
import type { RankedColumn, RankedPass, ScoredRun } from '../scored-run.ts';
import { countBelow } from '../ranks.ts';
import { noTotals, type Totals } from './totals.ts';

/** Counts of one run, cut into cells of equal time. */
export type RunCells = readonly Totals[];

/** A run is cut into at most so many cells, and these are at least an episode's merge time long. */
const MOST_CELLS = 300;

/** When a run begins and ends, and how it is judged. */
interface TimedRun {
  readonly extent: Pick<RunExtent, 'startMs' | 'endMs'>;
  readonly rules: EventRules;
}

/** Length of a run's cells, ms: alarms closer than the merge time are one alert. */
export function cellMs({ extent, rules }: TimedRun): number {
  const watched = extent.endMs - extent.startMs - rules.warmupMs;
  return Math.max(rules.mergeMs, Math.ceil(watched / MOST_CELLS), 1);
}

/** Counts of a setting at one threshold, each put at the time at which it begins. */
class Tally {
  readonly #fromMs: number;
  readonly #cellMs: number;
  readonly cells: readonly Totals[];

  constructor(run: ScoredRun, lengthMs: number) {
    this.#fromMs = run.extent.startMs + run.rules.warmupMs;
    this.#cellMs = lengthMs;
    const count = Math.floor((run.extent.endMs - this.#fromMs) / lengthMs) + 1;
    this.cells = Array.from({ length: Math.max(1, count) }, noTotals);
  }

  at(t: number): Totals {
    const cell = Math.floor((t - this.#fromMs) / this.#cellMs);
    return this.cells[Math.min(this.cells.length - 1, Math.max(0, cell))]!;
  }
}

function addColumn(column: RankedColumn, isAlerting: (i: number) => boolean, tally: Tally): void {
  const { times, starts, explained, from, mergeMs, nab } = column;
  let episode: Totals | null = null;
  let isExplained = true;
  let lastAlarm = -Infinity;
  const close = (): void => {
    if (episode !== null && !isExplained) episode.falseEpisodes += 1;
  };
  for (let i = 0; i < times.length; i += 1) {
    if (!isAlerting(i)) continue;
    const t = times[i]!;
    if (i + 1 < times.length && starts[i + 1] !== 1) tally.at(t).alertMs += times[i + 1]! - t;
    if (i < from) continue;
    if (t - lastAlarm > mergeMs) {
      close();
      episode = tally.at(t);
      isExplained = false;
    }
    lastAlarm = t;
    if (explained?.[i] === 1) isExplained = true;
    else tally.at(t).unexplained += 1;
  }
  close();
  if (nab === null) return;
  let window = -1;
  let isHit = false;
  nab.windows.forEach((own, row) => {
    const i = nab.from + row;
    const cell = tally.at(times[i]!);
    if (own !== window) {
      window = own;
      isHit = false;
      if (own !== -1) cell.windows += 1;
    }
    if (!isAlerting(i)) return;
    if (own === -1) cell.costs += nab.units[row]!;
    else if (!isHit) {
      isHit = true;
      cell.hits += 1;
      cell.gains += nab.units[row]!;
    }
  });
}

/**
 * What one setting comes to at one threshold, run by run and cell by cell. The sums over all cells
 * are the counts of the exact surface at that threshold.
 */
export function cellsOf(
  runs: readonly ScoredRun[],
  pass: RankedPass,
  counts: Counts,
  threshold: number,
): RunCells[] {
  const entry = countBelow(pass.levels, threshold) + 1;
  const tallies = runs.map((run) => new Tally(run, cellMs(run)));
  const runOf = runs.flatMap(({ columns }, r) => columns.map(() => r));
  const held = pass.columns.map((column, c) => {
    const own = heldRanks(column.ranks, column.runs, counts);
    addColumn(column, (i) => own[i]! >= entry, tallies[runOf[c]!]!);
    return own;
  });
  for (const { startMs, places } of pass.labels) {
    let run = 0;
    let delay = Infinity;
    for (const { column, from, to } of places) {
      run = runOf[column]!;
      const { times, from: counted } = pass.columns[column]!;
      for (let i = Math.max(from, counted); i < to; i += 1) {
        if (held[column]![i]! < entry) continue;
        delay = Math.min(delay, times[i]! - startMs);
        break;
      }
    }
    const cell = tallies[run]!.at(startMs);
    cell.labels += 1;
    if (delay === Infinity) continue;
    cell.detected += 1;
    cell.delayMs += delay;
  }
  const cells = tallies.map((tally) => tally.cells);
  const seen = cells.flat().reduce((sum, { windows }) => sum + windows, 0);
  // Windows that lie before a benchmark counts are missed by every setting.
  const early = cells[0]?.[0];
  if (early !== undefined) early.windows += pass.nabWindows - seen;
  return cells;
}

/** The part of a run from one time to another; its second part is warmed up by its first. */
export function partOf(run: ScoredRun, fromMs: number, toMs: number): ScoredRun {
  const startMs = Math.max(run.extent.startMs, fromMs);
  const warmupMs = Math.max(0, run.extent.startMs + run.rules.warmupMs - startMs);
  return {
    columns: run.columns.map((columns) => {
      const { times, scores, starts } = columns;
      let from = 0;
      while (from < times.length && times[from]! < fromMs) from += 1;
      let to = from;
      while (to < times.length && times[to]! < toMs) to += 1;
      return {
        ...columns,
        times: times.subarray(from, to),
        scores: scores.subarray(from, to),
        starts: starts.subarray(from, to),
      };
    }),
    // One that began before still explains alerts, but is not found again.
    labels: run.labels.filter((one) => one.startMs < toMs && one.graceEndMs >= fromMs),
    extent: { ...run.extent, startMs, endMs: Math.min(run.extent.endMs, toMs) },
    rules: { ...run.rules, warmupMs },
  };
}
