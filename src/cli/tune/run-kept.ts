import { ToolError } from '../../core/errors.ts';
import type { TuneResult } from '../../core/results.ts';
import type { PassResult } from '../../replay/tune/tune.ts';
import { QuietExit } from '../failure.ts';
import { say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { signalExitCode } from '../record/child.ts';
import type { AdviceOptions } from '../tune-advice.ts';
import { runSweep, type Shard, ShardDone, type SweepPlace, type SweepPlan } from '../tune-run.ts';
import { openKept } from './kept.ts';
import { inputsDigest, writeState } from './state.ts';
import { Stopped, stopOnSignals } from './stop-on-signals.ts';

/** Where a sweep runs and where its finished passes are kept. */
export interface KeptOptions {
  readonly place: SweepPlace;
  readonly advice: AdviceOptions;
  /** A state file or folder to go on from and to add to; left out: only when stopped. */
  readonly resume?: string | undefined;
  /** Which part of the passes is run here; left out: all. */
  readonly shard?: Shard | undefined;
  readonly quiet: boolean;
}

/** Says what was kept of a stopped sweep, and how to go on. */
function sayStopped(
  plan: SweepPlan,
  finished: ReadonlyMap<string, PassResult>,
  { resume, quiet }: KeptOptions,
): void {
  const done = `${String(finished.size)} of ${String(plan.passes.length)} scoring passes`;
  if (resume !== undefined) {
    say(`Stopped. ${resume} keeps what is finished; the same command goes on from it.`, { quiet });
    return;
  }
  if (finished.size === 0) {
    say('Stopped before a scoring pass was finished; nothing is kept.', { quiet });
    return;
  }
  const path = `tune-${inputsDigest(plan.recordings).slice(0, 8)}.state`;
  try {
    writeState(path, finished);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    say(`Stopped after ${done}; they could not be kept. ${error.message}`, { quiet });
    return;
  }
  say(`Stopped after ${done}. To go on, add --resume ${path} to the same command.`, { quiet });
}

/**
 * Runs a sweep with progress on a terminal, keeping every pass as it finishes; null: a shard has run
 * its part, and there is no result yet. Ctrl-C keeps what is done, says how to go on and ends the
 * command with 130 (143 for a termination).
 */
export async function runKept(plan: SweepPlan, options: KeptOptions): Promise<TuneResult | null> {
  const { place, advice, resume, shard, quiet } = options;
  const kept = resume === undefined ? null : openKept(resume);
  for (const note of kept?.notes ?? []) say(note, { quiet });
  const finished = kept?.finished ?? new Map<string, PassResult>();
  const stops = stopOnSignals();
  const progress = startProgress('Tuning', { quiet, keepSignals: true });
  try {
    return await runSweep(plan, {
      ...{ place, advice, finished, shard, signal: stops.signal },
      onPass: (key, result) => {
        if (kept === null) finished.set(key, result);
        else kept.add(key, result);
      },
      onDone: (done, total, before) => {
        progress.portion(done - before, total - before);
      },
    });
  } catch (error) {
    progress.stop();
    if (error instanceof ShardDone) {
      say(
        error.missing > 0
          ? `This shard has done its part; ${String(error.missing)} passes of others are missing.`
          : 'All passes are finished; the same command without --shard tells the result.',
        { quiet },
      );
      return null;
    }
    if (!(error instanceof Stopped)) throw error;
    sayStopped(plan, finished, options);
    throw new QuietExit(signalExitCode(error.by));
  } finally {
    progress.stop();
    stops.release();
  }
}
