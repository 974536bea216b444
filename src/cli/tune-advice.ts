import type { RecordingData } from '../core/recording.ts';
import type { TuneResult } from '../core/results.ts';
import type { Settings } from '../core/settings.ts';
import { scoreMembers } from '../replay/score.ts';
import { closerPasses } from '../replay/tune/confidence/shortlist.ts';
import type { TunePass } from '../replay/tune/grid.ts';
import type { FaultId } from '../replay/tune/inject/faults.ts';
import { planFaults } from '../replay/tune/inject/plan.ts';
import type { Objective } from '../replay/tune/objective.ts';
import { withSecondLook } from '../replay/tune/second-look.ts';
import type { PassResult } from '../replay/tune/tune.ts';
import { rulesFor } from './judge-run.ts';

/** What a second look at a sweep's best settings takes in. */
export interface AdviceOptions {
  /** Kinds of faults to inject; empty: none. */
  readonly inject: readonly FaultId[];
  /** Seed of the places of faults, of resamples and of samples lost. */
  readonly seed: number;
}

export const DEFAULT_ADVICE: AdviceOptions = { inject: [], seed: 1 };

/** A sweep that has run. */
export interface Swept {
  readonly recordings: readonly RecordingData[];
  readonly settings: Settings;
  readonly objective: Objective;
  readonly passes: readonly TunePass[];
  readonly results: readonly PassResult[];
  readonly result: TuneResult;
}

/**
 * Looks again at the best settings of a sweep: how sure the recommendation is, and which injected
 * faults they catch. `run` runs passes as those of the sweep were run.
 */
export async function secondLook(
  { recordings, settings, objective, passes, results, result }: Swept,
  { inject, seed }: AdviceOptions,
  run: (passes: readonly TunePass[]) => Promise<readonly PassResult[]>,
): Promise<TuneResult> {
  const rules = recordings.map(rulesFor);
  const runs = recordings.map((data, r) => ({ data, rules: rules[r] ?? rulesFor(data) }));
  const plan = inject.length === 0 ? null : planFaults(runs, settings, inject, seed);
  const closer = closerPasses(passes, results, result, {
    ...{ inject: plan, thresholds: result.grid.thresholds },
  });
  const trials = (await run(closer)).flatMap((one) => one.trials);
  return withSecondLook(result, trials, plan, {
    ...{ recordings, rules, objective, seed, score: scoreMembers },
  });
}
