import type { RecordingData } from '../../core/recording.ts';
import type { FaultPower } from '../../core/tune-advice.ts';
import type { CloserPlan } from './closer-plan.ts';
import { alertingSamples } from './confidence/alerting.ts';
import { cellsOf, type RunCells } from './confidence/cells.ts';
import { type FoldResult, foldResults, foldsOf } from './confidence/folds.ts';
import type { Exposure } from './exposure.ts';
import type { TunePass } from './grid.ts';
import type { Counts } from './held.ts';
import { powersOf } from './inject/power.ts';
import type { RankedPass, ScoredRun, ScoreRecording } from './scored-run.ts';

/** What a second look found out of one setting at its best threshold. */
export interface CloserLook {
  /** Its counts over time, for resampling. */
  readonly cells: readonly RunCells[];
  readonly exposure: Exposure;
  readonly folds: readonly FoldResult[];
  /** What it catches of injected faults; empty where none were. */
  readonly power: readonly FaultPower[];
}

/** A scoring pass that has run. */
interface Looked {
  readonly runs: readonly ScoredRun[];
  readonly pass: RankedPass;
  /** For each of the counts the row at its best threshold. */
  readonly trials: readonly { readonly best: { readonly threshold: number } | null }[];
}

/** Takes a second look at every setting of a pass; nothing for those without a best row. */
export function lookCloser(
  recordings: readonly RecordingData[],
  { settings, counts, objective }: Omit<TunePass, 'closer'>,
  { inject, thresholds }: CloserPlan,
  { runs, pass, trials }: Looked,
  score: ScoreRecording,
): readonly { readonly closer?: CloserLook }[] {
  const folds = foldsOf(runs, pass, objective.kind === 'nab');
  const decided = counts.flatMap((count: Counts, c) => {
    const best = trials[c]?.best ?? null;
    return best === null ? [] : [{ counts: count, threshold: best.threshold, c }];
  });
  const asked = decided.map((one) => ({ ...one, others: thresholds }));
  const own = decided.map((one) => one.counts);
  const results = folds.map((fold) => foldResults(fold, own, objective));
  const powers = powersOf(recordings, settings, inject?.faults ?? [], asked, score);
  const looks = decided.map(({ counts: count, threshold }, d): CloserLook => ({
    cells: cellsOf(runs, pass, alertingSamples(pass, count, threshold)),
    exposure: pass.exposure,
    folds: results.map((each) => each[d]!),
    power: powers[d]!,
  }));
  return counts.map((_, c) => {
    const look = looks[decided.findIndex((one) => one.c === c)];
    return look === undefined ? {} : { closer: look };
  });
}
