import type { Argv } from 'yargs';
import { ToolError } from '../../../core/errors.ts';
import { checkNamespace } from '../../../record/kubernetes/list.ts';
import { parseBytes } from '../../../record/quantity.ts';
import type { JobSpec } from './job.ts';

/** Flags that say where in a cluster a sweep runs. */
export interface ClusterFlags {
  readonly on?: 'kubernetes' | undefined;
  readonly image?: string | undefined;
  readonly volume?: string | undefined;
  readonly mountPath: string;
  readonly shards?: number | undefined;
  readonly memory: string;
  readonly jobs?: number | undefined;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
}

const MOST_SHARDS = 10_000;

/** Adds those flags. */
export function clusterOptions<T>(argv: Argv<T>) {
  const text = { type: 'string', requiresArg: true, group: 'On Kubernetes:' } as const;
  return argv
    .option('on', {
      ...text,
      choices: ['kubernetes'] as const,
      describe: 'Run the scoring passes as Jobs of a cluster; runs are paths on --volume',
    })
    .option('image', { ...text, describe: "The image of podtape that the cluster's nodes pull" })
    .option('volume', { ...text, describe: 'Volume claim that holds the runs and takes results' })
    .option('mount-path', { ...text, default: '/data', describe: 'Where containers see it' })
    .option('shards', { ...text, type: 'number', describe: 'Pods; one for each pass unless said' })
    .option('memory', { ...text, default: '2Gi', describe: 'Memory of a pod' })
    .option('kubeconfig', { ...text, describe: 'Kubeconfig; as kubectl unless said' })
    .option('context', { ...text, describe: 'Context of the kubeconfig' })
    .option('namespace', {
      ...text,
      alias: 'n',
      describe: "Namespace; the context's own unless said",
    });
}

function wholeNumber(flag: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new ToolError('USAGE', `${flag} takes a whole number from 1 to ${String(most)}.`);
}

/** What every Job of a sweep has in common. Throws USAGE, BAD_VALUE. */
export function jobSpecFrom(flags: ClusterFlags, passes: number): JobSpec {
  const { image, volume, mountPath, shards, memory, jobs = 1, namespace } = flags;
  if (image === undefined) {
    throw new ToolError('USAGE', '--on kubernetes needs --image, or PODTAPE_IMAGE.');
  }
  if (volume === undefined) {
    throw new ToolError(
      'USAGE',
      '--on kubernetes needs --volume CLAIM: a volume claim that holds the runs.',
    );
  }
  if (!mountPath.startsWith('/')) {
    throw new ToolError('USAGE', `--mount-path takes a path from the root, not ${mountPath}.`);
  }
  if (namespace !== undefined) checkNamespace(namespace);
  parseBytes(memory);
  return {
    ...{ image, claim: volume, mountPath, memory },
    shards: wholeNumber('--shards', shards ?? passes, MOST_SHARDS),
    cpus: wholeNumber('--jobs', jobs, 256),
  };
}
