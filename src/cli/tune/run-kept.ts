import { ToolError } from '../../core/errors.ts';
import type { TuneResult } from '../../core/results.ts';
import type { PassResult } from '../../replay/tune/tune.ts';
import { QuietExit } from '../failure.ts';
import { say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { signalExitCode } from '../record/child.ts';
import type { AdviceOptions } from '../tune-advice.ts';
import { runSweep, type SweepPlace, type SweepPlan } from '../tune-run.ts';
import { appendState, inputsDigest, readState, writeState } from './state.ts';

/** Where a sweep runs and where its finished passes are kept. */
export interface KeptOptions {
  readonly place: SweepPlace;
  readonly advice: AdviceOptions;
  /** A state file to go on from and to add to; left out: one is written only when stopped. */
  readonly resume?: string | undefined;
  readonly quiet: boolean;
}

/** The signal that ended a sweep. */
class Stopped extends Error {
  readonly by: NodeJS.Signals;
  constructor(by: NodeJS.Signals) {
    super(`Stopped by ${by}`);
    this.by = by;
  }
}

/** Aborts at the first Ctrl-C or wish to end; the second ends the program as it always does. */
function stopOnSignals(): { readonly signal: AbortSignal; release(): void } {
  const stopping = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const handle = (by: NodeJS.Signals): void => {
    release();
    stopping.abort(new Stopped(by));
  };
  const release = (): void => {
    for (const signal of signals) process.off(signal, handle);
  };
  for (const signal of signals) process.on(signal, handle);
  return { signal: stopping.signal, release };
}

/** Opens a state file for adding: one that is damaged is written anew without what is. */
function openState(path: string, quiet: boolean): Map<string, PassResult> {
  const { finished, damaged, isWhole } = readState(path);
  if (damaged > 0) {
    say(`${path}: ${String(damaged)} damaged lines were left out; their passes run again.`, {
      quiet,
    });
  }
  if (!isWhole) writeState(path, finished);
  return finished;
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
 * Runs a sweep with progress on a terminal, keeping every pass as it finishes. Ctrl-C keeps what is
 * done, says how to go on and ends the command with 130 (143 for a termination).
 */
export async function runKept(plan: SweepPlan, options: KeptOptions): Promise<TuneResult> {
  const { place, advice, resume, quiet } = options;
  const finished = resume === undefined ? new Map() : openState(resume, quiet);
  const stops = stopOnSignals();
  const progress = startProgress('Tuning', { quiet, keepSignals: true });
  try {
    return await runSweep(plan, {
      ...{ place, advice, finished, signal: stops.signal },
      onPass: (key, result) => {
        if (resume === undefined) finished.set(key, result);
        else appendState(resume, key, result);
      },
      onDone: (done, total, before) => {
        progress.portion(done - before, total - before);
      },
    });
  } catch (error) {
    progress.stop();
    if (!(error instanceof Stopped)) throw error;
    sayStopped(plan, finished, options);
    throw new QuietExit(signalExitCode(error.by));
  } finally {
    progress.stop();
    stops.release();
  }
}
