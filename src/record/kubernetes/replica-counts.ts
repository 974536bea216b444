import type { Autoscaler } from './autoscalers.ts';
import type { ContextSnapshot } from './context.ts';
import type { PodInfo } from './pod-list.ts';
import {
  workloadKey,
  workloadOf,
  type WorkloadCount,
  type WorkloadName,
} from './workload-lists.ts';

/** Works out how many pods each workload has from whichever lists may be read. */
export interface ReplicaCounter {
  /** Counts of this moment and the workloads' autoscalers, by namespace, kind and name. */
  count(snapshot: ContextSnapshot): {
    readonly replicas: readonly WorkloadCount[];
    readonly autoscalers: readonly Autoscaler[];
  };
}

function countPods(
  pods: readonly PodInfo[],
  owners: ReadonlyMap<string, WorkloadName> | null,
): Map<string, WorkloadCount> {
  const counts = new Map<string, WorkloadCount>();
  for (const pod of pods) {
    const workload = workloadOf(pod, owners);
    if (workload === null || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue;
    const key = workloadKey(workload);
    counts.set(key, { ...workload, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return counts;
}

function byKey(a: WorkloadName, b: WorkloadName): number {
  return workloadKey(a) < workloadKey(b) ? -1 : 1;
}

/**
 * Starts a counter. Deployments and StatefulSets count by their own status; other kinds, and these
 * two where their lists are refused, by their pods. With `onlyOwners` (a label selector is set)
 * only workloads count that were seen to own a selected pod.
 */
export function replicaCounter(onlyOwners: boolean): ReplicaCounter {
  const seen = new Map<string, WorkloadName>();
  const listedKinds = new Set<string>();

  return {
    count({ pods, owners, deployments, statefulSets, autoscalers }) {
      if (deployments !== null) listedKinds.add('Deployment');
      if (statefulSets !== null) listedKinds.add('StatefulSet');
      const counted = pods === null ? new Map<string, WorkloadCount>() : countPods(pods, owners);
      for (const [key, { namespace, kind, name }] of counted) {
        seen.set(key, { namespace, kind, name });
      }
      const isWanted = (workload: WorkloadName): boolean =>
        !onlyOwners || seen.has(workloadKey(workload));
      const listed = [...(deployments ?? []), ...(statefulSets ?? [])].filter(isWanted);
      const derived =
        pods === null
          ? []
          : [...seen.entries()]
              .filter(([, { kind }]) => !listedKinds.has(kind))
              .map(([key, workload]) => counted.get(key) ?? { ...workload, count: 0 });
      return {
        replicas: [...listed, ...derived].sort(byKey),
        autoscalers: (autoscalers ?? []).filter(isWanted).sort(byKey),
      };
    },
  };
}
