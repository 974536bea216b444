import * as v from 'valibot';
import type { PodInfo } from './pod-list.ts';
import { parseItems } from './pod-list.ts';

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
const AUTOSCALER = v.object({
  metadata,
  spec: v.object({ scaleTargetRef: v.object({ kind: v.string(), name: v.string() }) }),
  status: v.nullish(v.object({ desiredReplicas: v.nullish(v.number()) })),
});

/** A workload's or ReplicaSet's key in maps. */
export function workloadKey({ namespace, kind, name }: WorkloadName): string {
  return `${namespace}/${kind}/${name}`;
}

/** ReplicaSetList → the owner of each owned ReplicaSet, by `workloadKey`. */
export function parseReplicaSetOwners(body: Buffer): ReadonlyMap<string, WorkloadName> {
  const owners = new Map<string, WorkloadName>();
  for (const item of parseItems(body, 'ReplicaSetList')) {
    if (!v.is(OWNED, item)) continue;
    const { namespace, name, ownerReferences } = item.metadata;
    const owner = ownerReferences?.find(({ controller }) => controller === true);
    if (owner === undefined) continue;
    const key = workloadKey({ namespace, kind: 'ReplicaSet', name });
    owners.set(key, { namespace, kind: owner.kind, name: owner.name });
  }
  return owners;
}

/** DeploymentList, StatefulSetList → how many pods each has. */
export function parseReplicas(body: Buffer, kind: 'Deployment' | 'StatefulSet'): WorkloadCount[] {
  return parseItems(body, `${kind}List`).flatMap((item) =>
    v.is(SCALED, item)
      ? [
          {
            namespace: item.metadata.namespace,
            kind,
            name: item.metadata.name,
            count: item.status?.replicas ?? 0,
          },
        ]
      : [],
  );
}

/** HorizontalPodAutoscalerList → how many pods each wants its target to have. */
export function parseAutoscalers(body: Buffer): WorkloadCount[] {
  return parseItems(body, 'HorizontalPodAutoscalerList').flatMap((item) =>
    v.is(AUTOSCALER, item) && item.status?.desiredReplicas != null
      ? [
          {
            namespace: item.metadata.namespace,
            kind: item.spec.scaleTargetRef.kind,
            name: item.spec.scaleTargetRef.name,
            count: item.status.desiredReplicas,
          },
        ]
      : [],
  );
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
