import { systemClock, type Clock } from '../../record/clock.ts';
import { openCluster, type ClusterAccess } from '../../record/kubernetes/access.ts';
import { explainFailure } from '../../record/kubernetes/explain.ts';
import { checkNamespace, type Scope } from '../../record/kubernetes/list.ts';
import { kubernetesSource } from '../../record/kubernetes/source.ts';
import { SourceFailure, type Source } from '../../record/source.ts';
import type { Resumption } from '../../record/recording/resume.ts';
import { runLimits } from '../../record/retry.ts';
import { checkWatch } from './alerts.ts';
import { checkCommand } from './child.ts';
import { printDryRun } from './dry-run.ts';
import { planRecording, type RecordFlags, type RecordPlan } from './flags.ts';
import { checkSameOrigin, resumptionOf } from './resume.ts';
import { recordSession } from './session.ts';

/** How long credentials may take at the start: a login plugin may be slow the first time. */
const FIRST_CREDENTIALS_MS = 20_000;

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

/** Where the recording comes from, without the server's address. */
function origin({ contextName, hostHash }: ClusterAccess, { namespace, selector }: Scope): string {
  const context = contextName === '' ? 'in-cluster access' : `context ${contextName}`;
  const where = namespace === null ? 'all namespaces' : `namespace ${namespace}`;
  const which = selector === '' ? '' : `, selector ${selector}`;
  return `Kubernetes, ${context} (server ${hostHash}), ${where}${which}`;
}

/**
 * `podtape record`: checks the flags, opens the cluster and records (or shows one poll).
 *
 * Throws USAGE, STORAGE and CLUSTER before anything is written; QuietExit for a signal or the
 * command's own exit code.
 */
export async function runRecord(
  flags: RecordFlags,
  command: readonly string[],
  clock: Clock = systemClock(),
): Promise<void> {
  const plan = planRecording(flags, clock.wallMs());
  if (command.length > 0) checkCommand(command);
  if (flags.detect || flags.live) checkWatch(flags);
  if (flags.namespace !== undefined) checkNamespace(flags.namespace);
  const resumption = resumptionOf(flags, plan);
  try {
    await recordCluster(flags, command, clock, plan, resumption);
  } finally {
    resumption?.release();
  }
}

async function recordCluster(
  flags: RecordFlags,
  command: readonly string[],
  clock: Clock,
  given: RecordPlan,
  resumption: Resumption | null,
): Promise<void> {
  const plan = resumption === null ? given : { ...given, intervalMs: resumption.point.intervalMs };
  const access = await openCluster({ kubeconfig: flags.kubeconfig, context: flags.context });
  const scope: Scope = {
    namespace: flags.allNamespaces ? null : checkNamespace(flags.namespace ?? access.namespace),
    selector: flags.selector ?? '',
  };
  const from = origin(access, scope);
  if (resumption !== null) checkSameOrigin(resumption, from, plan.output);
  const source = kubernetesSource(access, scope);
  try {
    await access.requestOptions(AbortSignal.timeout(FIRST_CREDENTIALS_MS));
    if (flags.dryRun) await dryRun(source, plan, flags);
    else {
      await recordSession({
        ...{ source, clock, flags, command, plan, resumption },
        limits: runLimits(plan.intervalMs, plan.requestTimeoutMs),
        origin: from,
        what: scope.namespace === null ? 'all namespaces' : `namespace ${scope.namespace}`,
      });
    }
  } catch (error) {
    throw error instanceof SourceFailure ? explainFailure(error, access, scope) : error;
  } finally {
    source.close();
  }
}
