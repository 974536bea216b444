import type { Exposure } from '../exposure.ts';
import type { Counts } from '../held.ts';
import type { Objective } from '../objective.ts';
import { middleOf, type Plateau } from '../plateau.ts';
import type { RankedPass, ScoredRun } from '../scored-run.ts';
import { judged } from '../judged.ts';
import { mapSurfaces } from '../narrow.ts';
import { alertingSamples } from './alerting.ts';
import { cellsOf } from './cells.ts';
import { partOf, rankedParts, type RunPart, wholeRuns } from './parts.ts';
import { type Totals, totalOf } from './totals.ts';

/** What is held out: a half of the time of every run, or whole runs. */
export type HeldOutBy = 'time' | 'run';

/** Runs to choose on and runs to score on. */
interface Fold {
  readonly by: HeldOutBy;
  readonly chosenOn: RankedPass;
  readonly chosenRuns: readonly ScoredRun[];
  readonly heldOut: RankedPass;
  readonly heldOutRuns: readonly ScoredRun[];
}

/** How a setting does on the part it was chosen on, at its best threshold there, and on the rest. */
export interface FoldResult {
  readonly by: HeldOutBy;
  /** Best worth on the first part, and how wide its plateau is there; null: it has none. */
  readonly chosen: {
    readonly score: number;
    readonly width: number;
    readonly totals: Totals;
  } | null;
  readonly heldOut: Totals;
  readonly chosenExposure: Exposure;
  readonly heldOutExposure: Exposure;
}

const MOST_GROUPS = 5;

/**
 * Readies the folds of a pass over some runs: both halves of their time, and each of up to five
 * groups of runs.
 */
export function foldsOf(
  runs: readonly ScoredRun[],
  pass: RankedPass,
  withNab: boolean,
): readonly Fold[] {
  const whole = wholeRuns(runs, pass);
  const middles = runs.map(({ extent, rules }) => {
    const from = extent.startMs + rules.warmupMs;
    return from + (extent.endMs - from) / 2;
  });
  const halves = [
    whole.map((run, r) => partOf(run, -Infinity, middles[r]!)),
    whole.map((run, r) => partOf(run, middles[r]!, Infinity)),
  ] as const;
  const fold = (by: HeldOutBy, chosen: readonly RunPart[], rest: readonly RunPart[]): Fold => ({
    by,
    chosenRuns: chosen.map(({ run }) => run),
    heldOutRuns: rest.map(({ run }) => run),
    chosenOn: rankedParts(chosen, pass.levels, withNab),
    heldOut: rankedParts(rest, pass.levels, withNab),
  });
  const byTime = [fold('time', halves[0], halves[1]), fold('time', halves[1], halves[0])];
  if (runs.length < 2) return byTime;
  const groups = Math.min(MOST_GROUPS, runs.length);
  const byRun = Array.from({ length: groups }, (_, g) =>
    fold(
      'run',
      whole.filter((_run, r) => r % groups !== g),
      whole.filter((_run, r) => r % groups === g),
    ),
  );
  return [...byTime, ...byRun];
}

/** For each of some counts: chooses a threshold on one part and counts what it comes to on both. */
export function foldResults(
  fold: Fold,
  counts: readonly Counts[],
  objective: Objective,
): readonly FoldResult[] {
  const { by, chosenOn, chosenRuns, heldOut, heldOutRuns } = fold;
  const canBeTold = objective.kind === 'budget' || chosenOn.labels.length > 0;
  const plateaus: readonly (Plateau | null)[] = canBeTold
    ? mapSurfaces(chosenOn, counts, objective, [], (one) => judged(one, objective).plateau)
    : counts.map(() => null);
  return counts.map((count, c): FoldResult => {
    const plateau = plateaus[c] ?? null;
    const threshold = plateau === null ? Infinity : middleOf(plateau);
    const totalsOf = (runs: readonly ScoredRun[], pass: RankedPass): Totals =>
      totalOf(cellsOf(runs, pass, alertingSamples(pass, count, threshold)));
    return {
      by,
      chosen:
        plateau === null
          ? null
          : {
              score: objective.kind === 'budget' ? plateau.width : plateau.score,
              width: plateau.width,
              totals: totalsOf(chosenRuns, chosenOn),
            },
      heldOut: totalsOf(heldOutRuns, heldOut),
      chosenExposure: chosenOn.exposure,
      heldOutExposure: heldOut.exposure,
    };
  });
}
