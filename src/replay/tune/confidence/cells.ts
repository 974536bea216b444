import type { EventRules, RunExtent } from '../../evaluate/events.ts';
import type { RankedColumn, RankedPass, ScoredRun } from '../scored-run.ts';
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

/** Alerts and their time, and false alarms. */
function addAlerts(column: RankedColumn, alerting: Int32Array, tally: Tally): void {
  const { times, starts, explained, from, mergeMs } = column;
  let episode: Totals | null = null;
  let isExplained = true;
  let lastAlarm = -Infinity;
  const close = (): void => {
    if (episode !== null && !isExplained) episode.falseEpisodes += 1;
  };
  for (const i of alerting) {
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
}

/** What counts by NAB's rules. */
function addNab({ times, nab }: RankedColumn, alerting: Int32Array, tally: Tally): void {
  if (nab === null) return;
  let window = -1;
  let isHit = false;
  let next = 0;
  nab.windows.forEach((own, row) => {
    const i = nab.from + row;
    const cell = tally.at(times[i]!);
    if (own !== window) {
      window = own;
      isHit = false;
      if (own !== -1) cell.windows += 1;
    }
    while (alerting[next]! < i) next += 1;
    if (alerting[next] !== i) return;
    if (own === -1) cell.costs += nab.units[row]!;
    else if (!isHit) {
      isHit = true;
      cell.hits += 1;
      cell.gains += nab.units[row]!;
    }
  });
}

/**
 * What decisions come to, run by run and cell by cell; `alerting` has the alerting samples of each
 * column. The sums over all cells are the counts of the exact surface at the same threshold.
 */
export function cellsOf(
  runs: readonly ScoredRun[],
  pass: RankedPass,
  alerting: readonly Int32Array[],
): RunCells[] {
  const tallies = runs.map((run) => new Tally(run, cellMs(run)));
  const runOf = runs.flatMap(({ columns }, r) => columns.map(() => r));
  pass.columns.forEach((column, c) => {
    addAlerts(column, alerting[c]!, tallies[runOf[c]!]!);
    addNab(column, alerting[c]!, tallies[runOf[c]!]!);
  });
  for (const { startMs, places } of pass.labels) {
    let run = 0;
    let delay = Infinity;
    for (const { column, from, to } of places) {
      run = runOf[column]!;
      const { times, from: counted } = pass.columns[column]!;
      const first = alerting[column]!.find((i) => i >= from && i >= counted) ?? Infinity;
      if (first < to) delay = Math.min(delay, times[first]! - startMs);
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
