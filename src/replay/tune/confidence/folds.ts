import type { Exposure } from '../exposure.ts';
import type { Counts } from '../held.ts';
import type { Objective } from '../objective.ts';
import { middleOf } from '../plateau.ts';
import { type RankedPass, rankRuns, type ScoredRun } from '../scored-run.ts';
import { buildSurface } from '../surface.ts';
import { judged } from '../judged.ts';
import { cellsOf, partOf } from './cells.ts';
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

/** Readies the folds of some runs: both halves of their time, and each of up to five groups of runs. */
export function foldsOf(runs: readonly ScoredRun[], withNab: boolean): readonly Fold[] {
  const middles = runs.map(({ extent, rules }) => {
    const from = extent.startMs + rules.warmupMs;
    return from + (extent.endMs - from) / 2;
  });
  const halves = [
    runs.map((run, r) => partOf(run, -Infinity, middles[r]!)),
    runs.map((run, r) => partOf(run, middles[r]!, Infinity)),
  ] as const;
  const fold = (
    by: HeldOutBy,
    chosenRuns: readonly ScoredRun[],
    heldOutRuns: readonly ScoredRun[],
  ) => ({
    ...{ by, chosenRuns, heldOutRuns },
    chosenOn: rankRuns(chosenRuns, withNab),
    heldOut: rankRuns(heldOutRuns, withNab),
  });
  const byTime = [fold('time', halves[0], halves[1]), fold('time', halves[1], halves[0])];
  if (runs.length < 2) return byTime;
  const groups = Math.min(MOST_GROUPS, runs.length);
  const byRun = Array.from({ length: groups }, (_, g) =>
    fold(
      'run',
      runs.filter((_run, r) => r % groups !== g),
      runs.filter((_run, r) => r % groups === g),
    ),
  );
  return [...byTime, ...byRun];
}

/** Chooses a threshold on one part of a fold and counts what it comes to on both. */
export function foldResult(fold: Fold, counts: Counts, objective: Objective): FoldResult {
  const { by, chosenOn, chosenRuns, heldOut, heldOutRuns } = fold;
  const surface = buildSurface(chosenOn, counts);
  const canBeTold = objective.kind === 'budget' || chosenOn.labels.length > 0;
  const plateau = canBeTold ? judged(surface, objective).plateau : null;
  const threshold = plateau === null ? Infinity : middleOf(plateau);
  return {
    by,
    chosen:
      plateau === null
        ? null
        : {
            score: objective.kind === 'budget' ? plateau.width : plateau.score,
            width: plateau.width,
            totals: totalOf(cellsOf(chosenRuns, chosenOn, counts, threshold)),
          },
    heldOut: totalOf(cellsOf(heldOutRuns, heldOut, counts, threshold)),
    chosenExposure: chosenOn.exposure,
    heldOutExposure: heldOut.exposure,
  };
}
