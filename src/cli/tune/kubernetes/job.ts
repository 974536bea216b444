/** What every Job of one sweep has in common. */
export interface JobSpec {
  readonly image: string;
  /** Name of the volume claim with the recordings, and where it is mounted. */
  readonly claim: string;
  readonly mountPath: string;
  readonly shards: number;
  /** Worker threads, and so whole CPUs, of a pod. */
  readonly cpus: number;
  /** A Kubernetes quantity. */
  readonly memory: string;
}

/** One Job of a sweep: so many pods, each with its index among them. */
export interface Step {
  readonly name: 'plan' | 'sweep' | 'look' | 'merge';
  readonly pods: number;
  /** Arguments of podtape; `$(JOB_COMPLETION_INDEX)` is the pod's index. */
  readonly args: readonly string[];
}

/** The name of the container, which exit codes are judged by. */
export const CONTAINER = 'tune';
/** So often an index is tried again. */
const RETRIES = 3;
/** Bad input or a damaged recording: trying again would end in the same way. */
const HOPELESS_EXITS = [2, 5];
const KEPT_SECONDS = 86_400;
/** The image's user; a number, so that nodes can see that it is not root. */
const USER = 65_532;

/** The name of a step's Job. */
export function jobName(sweep: string, { name }: Pick<Step, 'name'>): string {
  return `podtape-tune-${sweep}-${name}`;
}

/**
 * The Job of a step as the API takes it: indexed, each index retried by itself, without rights in
 * the cluster or on the node, and with nothing to write to but its volume and /tmp.
 */
export function jobOf(sweep: string, step: Step, spec: JobSpec, namespace: string): object {
  const labels = {
    'app.kubernetes.io/name': 'podtape',
    'app.kubernetes.io/instance': sweep,
    'app.kubernetes.io/component': step.name,
  };
  const { image, claim, mountPath, memory } = spec;
  const cpu = String(spec.cpus);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: jobName(sweep, step), namespace, labels },
    spec: {
      completionMode: 'Indexed',
      completions: step.pods,
      parallelism: step.pods,
      backoffLimitPerIndex: RETRIES,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          {
            action: 'FailJob',
            onExitCodes: { containerName: CONTAINER, operator: 'In', values: HOPELESS_EXITS },
          },
        ],
      },
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          securityContext: {
            ...{ runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, fsGroup: USER },
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              ...{ name: CONTAINER, image, args: step.args, workingDir: mountPath },
              resources: { requests: { cpu, memory }, limits: { memory } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              volumeMounts: [
                { name: 'runs', mountPath },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
          ],
          volumes: [
            { name: 'runs', persistentVolumeClaim: { claimName: claim } },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      },
    },
  };
}
