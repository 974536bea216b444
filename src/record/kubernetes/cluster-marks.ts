import type { Mark } from '../../core/recording.ts';
import type { ContainerInfo, PodInfo } from './pod-list.ts';
import { workloadKey, type WorkloadCount } from './workload-lists.ts';

/** Turns successive lists into marks for what happened between them. */
export interface ChangeWatch {
  /** `atMs`: when the list was asked for, for changes that tell no time of their own. */
  pods(pods: readonly PodInfo[], atMs: number): Mark[];
  replicas(counts: readonly WorkloadCount[], atMs: number): Mark[];
}

interface Known {
  readonly pod: PodInfo;
  readonly restarts: ReadonlyMap<string, number>;
}

function isOver({ phase }: PodInfo): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function restartMark(pod: PodInfo, container: ContainerInfo, atMs: number): Mark {
  const { lastEnd, runningSinceMs } = container;
  const exit = lastEnd?.exitCode == null ? '' : ` (exit ${String(lastEnd.exitCode)})`;
  return {
    startMs: lastEnd?.atMs ?? runningSinceMs ?? atMs,
    endMs: null,
    kind: 'restart',
    name: `${container.name}: ${lastEnd?.reason ?? 'Unknown'}${exit}`,
    namespace: pod.namespace,
    pod: pod.name,
  };
}

/**
 * Starts a watch. What the first list shows was there before and makes no marks.
 *
 * Marks: `restart` (name: container and reason, such as OOMKilled), `pod-start`, `pod-stop`,
 * `scale-up`, `scale-down` (name: workload and counts). A pod of the same name and another uid is
 * one that stopped and one that started.
 */
export function watchChanges(): ChangeWatch {
  let known: ReadonlyMap<string, Known> | null = null;
  const counts = new Map<string, number>();

  return {
    pods(pods, atMs) {
      const marks: Mark[] = [];
      const now = new Map<string, Known>();
      const podMark = (pod: PodInfo, kind: string, startMs: number): void => {
        const { namespace, name } = pod;
        marks.push({ startMs, endMs: null, kind, name, namespace, pod: name });
      };
      for (const pod of pods) {
        if (isOver(pod)) continue;
        const before = known?.get(pod.uid);
        if (known !== null && before === undefined) podMark(pod, 'pod-start', pod.startMs ?? atMs);
        for (const container of pod.containers) {
          const last = before?.restarts.get(container.name) ?? (known === null ? Infinity : 0);
          if (container.restarts > last) marks.push(restartMark(pod, container, atMs));
        }
        const restarts = new Map(pod.containers.map((c) => [c.name, c.restarts]));
        now.set(pod.uid, { pod, restarts });
      }
      for (const [uid, { pod }] of known ?? []) {
        if (!now.has(uid)) podMark(pod, 'pod-stop', atMs);
      }
      known = now;
      return marks;
    },
    replicas(list, atMs) {
      const marks: Mark[] = [];
      for (const workload of list) {
        const key = workloadKey(workload);
        const before = counts.get(key);
        counts.set(key, workload.count);
        if (before === undefined || before === workload.count) continue;
        marks.push({
          startMs: atMs,
          endMs: null,
          kind: workload.count > before ? 'scale-up' : 'scale-down',
          name: `${workload.kind}/${workload.name} ${String(before)} to ${String(workload.count)}`,
          namespace: workload.namespace,
          pod: '',
        });
      }
      return marks;
    },
  };
}
