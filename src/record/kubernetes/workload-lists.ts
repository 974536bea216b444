import * as v from 'valibot';
import type { PodInfo } from './pod-list.ts';

/** What makes and keeps pods: a Deployment, StatefulSet, DaemonSet, Job … */
export interface WorkloadName {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/** A count of pods that a workload has, or that its autoscaler wants. */
export interface WorkloadCount extends WorkloadName {
  readonly count: number;
}

const metadata = v.object({
  name: v.string(),
  namespace: v.string(),
  ownerReferences: v.nullish(
    v.array(v.object({ kind: v.string(), name: v.string(), controller: v.nullish(v.boolean()) })),
  ),
});
const OWNED = v.object({ metadata });
const SCALED = v.object({
  metadata,
  // An absent count is a zero here: Go leaves it out.
  status: v.nullish(v.object({ replicas: v.nullish(v.number()) })),
});
/** A workload's or ReplicaSet's key in maps. */
export function workloadKey({ namespace, kind, name }: WorkloadName): string {
  return `${namespace}/${kind}/${name}`;
}

/** An item of a ReplicaSetList → its key and its owner; null where it has none. */
export function readReplicaSet(item: unknown): readonly [string, WorkloadName] | null {
  if (!v.is(OWNED, item)) return null;
  const { namespace, name, ownerReferences } = item.metadata;
  const owner = ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return null;
  const key = workloadKey({ namespace, kind: 'ReplicaSet', name });
  return [key, { namespace, kind: owner.kind, name: owner.name }];
}

/** An item of a DeploymentList or StatefulSetList → how many pods it has. */
export function readReplicas(item: unknown, kind: string): WorkloadCount | null {
  if (!v.is(SCALED, item)) return null;
  const { namespace, name } = item.metadata;
  return { namespace, kind, name, count: item.status?.replicas ?? 0 };
}

/**
 * The workload of a pod: its owner, and for a ReplicaSet the owner of that.
 *
 * Where ReplicaSets cannot be listed (`owners` null), the hash that a Deployment put into the
 * name of its ReplicaSet tells. Null for a pod that was made by hand.
 */
export function workloadOf(
  pod: PodInfo,
  owners: ReadonlyMap<string, WorkloadName> | null,
): WorkloadName | null {
  if (pod.owner === null) return null;
  const owner: WorkloadName = { namespace: pod.namespace, ...pod.owner };
  if (owner.kind !== 'ReplicaSet') return owner;
  const known = owners?.get(workloadKey(owner));
  if (known !== undefined) return known;
  const tail = `-${pod.templateHash ?? ''}`;
  return pod.templateHash !== null && owner.name.endsWith(tail)
    ? { ...owner, kind: 'Deployment', name: owner.name.slice(0, -tail.length) }
    : owner;
}
