import { ToolError } from '../../../core/errors.ts';
import type { Settings } from '../../../core/settings.ts';
import { openCluster } from '../../../record/kubernetes/access.ts';
import { gridSize, type TuneGrid } from '../../../replay/tune/grid.ts';
import { QuietExit } from '../../failure.ts';
import { print, say } from '../../output.ts';
import { startProgress } from '../../progress.ts';
import { signalExitCode } from '../../record/child.ts';
import { Stopped, stopOnSignals } from '../stop-on-signals.ts';
import { type ClusterFlags, jobSpecFrom } from './flags.ts';
import { jobName, jobOf, type Step } from './job.ts';
import { jobsClient, type JobStatus } from './jobs-client.ts';
import { type JobRunner, runJob } from './run-job.ts';
import { planStep, type SweepCommand, sweepCommand, type SweepFlags, workSteps } from './steps.ts';

const TITLES: Readonly<Record<Step['name'], string>> = {
  plan: 'Looking at the runs',
  sweep: 'Scoring',
  look: 'Second look at the best settings',
  merge: 'Adding up',
};

/** What a Job printed: one JSON text, whatever warnings stand around it. */
function jsonOf(log: string, step: Step): unknown {
  const from = log.search(/^\{/m);
  const to = log.lastIndexOf('}');
  try {
    return JSON.parse(log.slice(from, to + 1));
  } catch {
    throw new ToolError('CLUSTER', `The Job of step "${step.name}" did not print its result.`);
  }
}

/** The Jobs of a sweep as YAML, in the order in which they are to run. */
async function printManifests(
  command: SweepCommand,
  flags: ClusterFlags,
  settings: Settings,
  grid: TuneGrid,
): Promise<void> {
  const { dumpYaml } = await import('@kubernetes/client-node');
  const spec = jobSpecFrom(flags, gridSize(settings, grid).passes);
  const namespace = flags.namespace ?? 'default';
  const steps = workSteps(command, spec, grid.thresholds);
  const documents = steps.map((step, i) => {
    const when = i === 0 ? '' : `, once ${jobName(command.id, steps[i - 1] ?? step)} is complete`;
    const job = dumpYaml(jobOf(command.id, step, spec, namespace), { lineWidth: -1 });
    return `# ${String(i + 1)}. ${TITLES[step.name]}${when}\n${job}`;
  });
  print(documents.join('---\n'));
}

/**
 * Runs a sweep as Jobs of a cluster, one after the other, and returns its result as the machine
 * contract has it; null: the Jobs were only printed. Ctrl-C leaves the Jobs to go on and ends the
 * command with 130.
 */
export async function tuneOnKubernetes(
  flags: ClusterFlags & SweepFlags & { readonly dryRun: boolean; readonly quiet: boolean },
  settings: Settings,
  grid: TuneGrid,
): Promise<unknown> {
  const spec = jobSpecFrom(flags, gridSize(settings, grid).passes);
  const command = sweepCommand(flags, settings, grid, spec.cpus);
  if (flags.dryRun) {
    await printManifests(command, flags, settings, grid);
    return null;
  }
  const access = await openCluster({ kubeconfig: flags.kubeconfig, context: flags.context });
  const namespace = flags.namespace ?? access.namespace;
  const stops = stopOnSignals();
  const progress = startProgress('Tuning', { quiet: flags.quiet, keepSignals: true });
  let lost = 0;
  const runner: JobRunner = {
    client: jobsClient(access, namespace),
    ...{ sweep: command.id, spec, namespace, signal: stops.signal },
    onStatus(step, { succeeded, active, failed, ended }: JobStatus) {
      const indexes = `${String(succeeded)} of ${String(step.pods)} pods done`;
      const rest = `${String(active)} running, ${String(failed)} failed`;
      progress.text(`${TITLES[step.name]}: ${indexes}, ${rest}`);
      if (ended !== null) lost += failed;
    },
  };
  try {
    const plan = planStep(command, grid.thresholds);
    const planned = jsonOf(await runJob(runner, plan), plan) as { thresholds: readonly number[] };
    // Several detectors have a scale, and so a list, each: every pod chooses them itself.
    const isOne = grid.detectors.length === 1;
    const steps = workSteps(command, spec, isOne ? planned.thresholds : grid.thresholds);
    let result: unknown = null;
    for (const step of steps) {
      const log = await runJob(runner, step);
      if (step.name === 'merge') result = jsonOf(log, step);
    }
    for (const step of [plan, ...steps]) await runner.client.remove(jobName(command.id, step));
    progress.stop();
    if (lost > 0) say(`${String(lost)} pods failed on the way and were run again.`, flags);
    return result;
  } catch (error) {
    progress.stop();
    const reason: unknown = stops.signal.reason;
    if (!(reason instanceof Stopped)) throw error;
    say('Stopped watching; the Jobs go on, and the same command takes them up again.', flags);
    say(
      `To end them: kubectl delete jobs -n ${namespace} -l app.kubernetes.io/instance=${command.id}`,
      flags,
    );
    throw new QuietExit(signalExitCode(reason.by));
  } finally {
    progress.stop();
    stops.release();
    access.close();
  }
}
