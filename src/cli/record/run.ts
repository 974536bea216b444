import { setFlagsFromString } from 'node:v8';
import { systemClock, type Clock } from '../../record/clock.ts';
import { checkNamespace } from '../../record/kubernetes/list.ts';
import { SourceFailure, type Source } from '../../record/source.ts';
import type { Resumption } from '../../record/recording/resume.ts';
import { runLimits } from '../../record/retry.ts';
import { checkWatch } from './alerts.ts';
import { checkCommand } from './child.ts';
import { printDryRun } from './dry-run.ts';
import { planRecording, type RecordFlags, type RecordPlan } from './flags.ts';
import { prometheusTarget } from './prometheus.ts';
import { checkSameOrigin, resumptionOf } from './resume.ts';
import { recordSession } from './session.ts';
import { clusterTarget } from './target.ts';

/**
 * How far the heap may grow over what is alive before it is collected, per cent. A recorder of
 * thousands of pods allocates much and keeps little; left alone, the heap grows to three times
 * that. Measured at 5,000 pods × 3 containers: 310 MiB at most, 500 without.
 */
const HEAP_GROWTH = 40;

async function dryRun(source: Source, plan: RecordPlan, flags: RecordFlags): Promise<void> {
  const timeoutMs = plan.requestTimeoutMs ?? 10_000;
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort(new SourceFailure('timeout', ''));
  }, timeoutMs);
  const scheduledMs = Date.now();
  try {
    const poll = await source.poll({ tick: 1, scheduledMs, timeoutMs, signal: over.signal });
    printDryRun(poll, flags);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * `podtape record`: checks the flags, opens the source and records (or shows one poll).
 *
 * Throws USAGE, STORAGE and CLUSTER before anything is written; QuietExit for a signal or the
 * command's own exit code.
 */
export async function runRecord(
  flags: RecordFlags,
  command: readonly string[],
  clock: Clock = systemClock(),
): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${String(HEAP_GROWTH)}`);
  const plan = planRecording(flags, clock.wallMs());
  if (command.length > 0) checkCommand(command);
  if (flags.detect || flags.live) checkWatch(flags);
  if (flags.namespace !== undefined) checkNamespace(flags.namespace);
  const resumption = resumptionOf(flags, plan);
  try {
    await recordFrom(flags, command, clock, plan, resumption);
  } finally {
    resumption?.release();
  }
}

async function recordFrom(
  flags: RecordFlags,
  command: readonly string[],
  clock: Clock,
  given: RecordPlan,
  resumption: Resumption | null,
): Promise<void> {
  const point = resumption?.point ?? null;
  const plan = point === null ? given : { ...given, intervalMs: point.intervalMs };
  const target =
    flags.source === 'prometheus'
      ? prometheusTarget(flags, plan.intervalMs, point?.lastSampleMs ?? null)
      : await clusterTarget(flags);
  const { source, origin, what, hints } = target;
  if (resumption !== null) checkSameOrigin(resumption, origin, plan.output);
  try {
    await target.prepare();
    if (flags.dryRun) await dryRun(source, plan, flags);
    else {
      const limits = runLimits(plan.intervalMs, plan.requestTimeoutMs);
      const session = { source, clock, flags, command, plan, resumption, limits };
      await recordSession({ ...session, origin, what, hints });
    }
  } catch (error) {
    throw error instanceof SourceFailure ? target.explain(error) : error;
  } finally {
    source.close();
  }
}
