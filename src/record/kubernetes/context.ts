import { SourceFailure } from '../source.ts';
import type { ClusterAccess } from './access.ts';
import { get, listUrl, type Resource, type Scope } from './list.ts';
import { parsePodList, type PodInfo } from './pod-list.ts';
import {
  parseAutoscalers,
  parseReplicaSetOwners,
  parseReplicas,
  type WorkloadCount,
  type WorkloadName,
} from './workload-lists.ts';

/** What the cluster's own lists told; null where a list could not be had this time. */
export interface ContextSnapshot {
  readonly pods: readonly PodInfo[] | null;
  readonly owners: ReadonlyMap<string, WorkloadName> | null;
  readonly deployments: readonly WorkloadCount[] | null;
  readonly statefulSets: readonly WorkloadCount[] | null;
  readonly autoscalers: readonly WorkloadCount[] | null;
}

/** The lists that explain the samples. */
export interface ContextLists {
  /** Asks for all of them at once; never rejects for trouble at the cluster. */
  fetch(signal: AbortSignal): Promise<ContextSnapshot>;
  /** One sentence for each list that was refused since the last call. */
  takeNotes(): string[];
}

interface ListState {
  readonly resource: Resource;
  /** What a recording lacks without it. */
  readonly lack: string;
  refused: boolean;
}

function state(group: string, version: string, name: string, lack: string): ListState {
  return { resource: { group, version, name }, lack, refused: false };
}

/**
 * Prepares the lists of pods, workloads and autoscalers. Each is optional: one that is refused
 * (403, 404) is noted and not asked for again; one that fails otherwise is asked for next time.
 *
 * Answers come from the API server's cache (resourceVersion 0), so that they cost etcd nothing.
 */
export function contextLists(access: ClusterAccess, scope: Scope): ContextLists {
  const pods = state('', 'v1', 'pods', 'limits, restarts, nodes and workloads');
  const replicaSets = state('apps', 'v1', 'replicasets', 'the owners of ReplicaSets');
  const deployments = state('apps', 'v1', 'deployments', 'replica counts of Deployments');
  const statefulSets = state('apps', 'v1', 'statefulsets', 'replica counts of StatefulSets');
  const autoscalers = state(
    'autoscaling',
    'v2',
    'horizontalpodautoscalers',
    'the replicas that autoscalers want',
  );

  let notes: string[] = [];

  const fetchList = async <T>(
    list: ListState,
    parse: (body: Buffer) => T,
    signal: AbortSignal,
  ): Promise<T | null> => {
    if (list.refused) return null;
    const { group, name } = list.resource;
    // Labels of pods say nothing about the objects that own them.
    const wanted = list === pods ? scope : { ...scope, selector: '' };
    const url = listUrl(access.baseUrl, list.resource, wanted, { resourceVersion: '0' });
    try {
      return parse((await get(access, url, signal)).body);
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      if (error.status === 403 || error.status === 404) {
        list.refused = true;
        const where = group === '' ? 'the core API' : group;
        notes.push(
          `Without ${list.lack}: list ${name} in ${where} answered ${String(error.status)}.`,
        );
      }
      return null;
    }
  };

  return {
    async fetch(signal) {
      const [podList, owners, deploymentList, statefulSetList, autoscalerList] = await Promise.all([
        fetchList(pods, parsePodList, signal),
        fetchList(replicaSets, parseReplicaSetOwners, signal),
        fetchList(deployments, (body) => parseReplicas(body, 'Deployment'), signal),
        fetchList(statefulSets, (body) => parseReplicas(body, 'StatefulSet'), signal),
        fetchList(autoscalers, parseAutoscalers, signal),
      ]);
      return {
        pods: podList,
        owners,
        deployments: deploymentList,
        statefulSets: statefulSetList,
        autoscalers: autoscalerList,
      };
    },
    takeNotes() {
      const taken = notes;
      notes = [];
      return taken;
    },
  };
}
