import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '../../../core/errors.ts';
import { visible } from '../../../core/visible.ts';
import { SourceFailure } from '../../../record/source.ts';
import { jobName, jobOf, type JobSpec, type Step } from './job.ts';
import type { JobPod, JobsClient, JobStatus } from './jobs-client.ts';

/** Told whenever a Job has come further. */
export type OnStatus = (step: Step, status: JobStatus) => void;

/** What running a Job takes. */
export interface JobRunner {
  readonly client: JobsClient;
  readonly sweep: string;
  readonly spec: JobSpec;
  readonly namespace: string;
  readonly onStatus: OnStatus;
  readonly signal: AbortSignal;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5000;
/** An API server may be away that long (an upgrade), and the Job goes on meanwhile. */
const PATIENCE_MS = 300_000;

/** Asks until there is an answer; gives up when nothing but failures came for long. */
async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const startMs = performance.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs)) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      if (performance.now() - startMs > PATIENCE_MS) {
        throw new ToolError(
          'CLUSTER',
          `The cluster has not answered for five minutes (${error.message}); its Jobs go on, and the same command finds them.`,
        );
      }
      await sleep(waitMs, undefined, { signal });
    }
  }
}

/** The last words of the pods that failed, one for each index. */
async function failureOf(client: JobsClient, job: string): Promise<string> {
  const pods = (await client.pods(job)).filter(
    ({ hasSucceeded, exitCode }) => !hasSucceeded && exitCode !== null,
  );
  const [last] = pods.toReversed();
  if (last === undefined) return 'none of its pods could be started';
  const words = await client.log(last.name, 5).catch(() => '');
  const line = words.trim().split('\n').at(-1) ?? '';
  const why = last.reason === 'OOMKilled' ? 'it ran out of --memory' : visible(line);
  const indexes = [...new Set(pods.map(({ index }) => index))].join(', ');
  return `index ${indexes} failed, last with exit code ${String(last.exitCode)}: ${why}`;
}

/** Waits until there is no Job of that name any more. */
async function replace({ client, signal }: JobRunner, name: string): Promise<void> {
  await patiently(() => client.remove(name), signal);
  while ((await patiently(() => client.status(name), signal)) !== null) {
    await sleep(FIRST_WAIT_MS, undefined, { signal });
  }
}

/** Creates a step's Job, or takes up the one of an earlier call that goes on or is complete. */
async function begin(runner: JobRunner, step: Step): Promise<void> {
  const { client, sweep, spec, namespace, signal } = runner;
  const name = jobName(sweep, step);
  const job = jobOf(sweep, step, spec, namespace);
  if (await patiently(() => client.create(job), signal)) return;
  const earlier = await patiently(() => client.status(name), signal);
  // The first and last step read what may have changed; a failed one wants another try.
  const isOneOff = step.name === 'plan' || step.name === 'merge';
  if (earlier !== null && earlier.ended !== 'failed' && !isOneOff) return;
  await replace(runner, name);
  await patiently(() => client.create(job), signal);
}

/**
 * Runs a step's Job to its end, and returns what its first pod wrote. Throws CLUSTER with the last
 * words of a pod when the Job fails, and the signal's reason when it is aborted; the Job then
 * goes on.
 */
export async function runJob(runner: JobRunner, step: Step): Promise<string> {
  const { client, sweep, onStatus, signal } = runner;
  const name = jobName(sweep, step);
  await begin(runner, step);
  let told = '';
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, 1.5 * waitMs)) {
    const status = await patiently(() => client.status(name), signal);
    if (status === null) {
      throw new ToolError('CLUSTER', `The Job ${name} was deleted; the same command goes on.`);
    }
    const now = JSON.stringify(status);
    if (now !== told) onStatus(step, status);
    told = now;
    if (status.ended === 'complete') break;
    if (status.ended === 'failed') {
      const why = await patiently(() => failureOf(client, name), signal);
      throw new ToolError(
        'CLUSTER',
        `The Job ${name} failed: ${why}. What is finished is kept, and the same command goes on from it.`,
      );
    }
    await sleep(waitMs, undefined, { signal });
  }
  if (step.pods > 1) return '';
  return patiently(async () => {
    const done = (await client.pods(name)).find(({ hasSucceeded }: JobPod) => hasSucceeded);
    if (done === undefined) throw new SourceFailure('schema', 'the pod of a complete Job is gone');
    return client.log(done.name);
  }, signal);
}
