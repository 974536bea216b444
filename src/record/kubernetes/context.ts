import * as v from 'valibot';
import { get } from '../http/get.ts';
import { parseJson } from '../http/json.ts';
import { SourceFailure } from '../source.ts';
import type { ClusterAccess } from './access.ts';
import { type Autoscaler, readAutoscaler } from './autoscalers.ts';
import { type ClusterEvent, readEvent, SCALING } from './events.ts';
import { listUrl, type Resource, type Scope } from './list.ts';
import { readPod, type PodInfo } from './pod-list.ts';
import {
  readReplicas,
  readReplicaSet,
  type WorkloadCount,
  type WorkloadName,
} from './workload-lists.ts';

/** What the cluster's own lists told; null where a list could not be had this time. */
export interface ContextSnapshot {
  readonly pods: readonly PodInfo[] | null;
  readonly owners: ReadonlyMap<string, WorkloadName> | null;
  readonly deployments: readonly WorkloadCount[] | null;
  readonly statefulSets: readonly WorkloadCount[] | null;
  readonly autoscalers: readonly Autoscaler[] | null;
  readonly events: readonly ClusterEvent[] | null;
}

/** The lists that explain the samples. */
export interface ContextLists {
  /** Asks for all of them at once; never rejects for trouble at the cluster. */
  fetch(signal: AbortSignal): Promise<ContextSnapshot>;
  /** One sentence for each list that was refused since the last call. */
  takeNotes(): string[];
}

/** One of the lists, and whether it is refused. */
interface OptionalList<T> {
  readonly resource: Resource;
  readonly kind: string;
  readonly read: (item: unknown) => T | null;
  /** What a recording lacks without it. */
  readonly lack: string;
  /** Which of the objects, where not all. */
  readonly fieldSelector: string;
  refused: boolean;
}

/** A page of so many objects, as kubectl asks for: a pod may take 10 KB. */
const PAGE_SIZE = '500';

const LIST = v.object({
  kind: v.string(),
  metadata: v.nullish(v.object({ continue: v.nullish(v.string()) })),
  items: v.nullable(v.array(v.unknown())),
});

function optional<T>(
  path: string,
  kind: string,
  lack: string,
  read: (item: unknown) => T | null,
  fieldSelector = '',
): OptionalList<T> {
  const [group = '', version = '', name = ''] = path.split('/');
  return { resource: { group, version, name }, kind, lack, read, fieldSelector, refused: false };
}

/**
 * Prepares the lists of pods, workloads, autoscalers and events. Each is optional: one that is refused
 * (403, 404) is noted and not asked for again; one that fails otherwise is asked for next time.
 */
export function contextLists(access: ClusterAccess, scope: Scope): ContextLists {
  const pods = optional('/v1/pods', 'PodList', 'limits, restarts, nodes, workloads', readPod);
  const replicaSets = optional(
    'apps/v1/replicasets',
    'ReplicaSetList',
    'the owners of ReplicaSets',
    readReplicaSet,
  );
  const deployments = optional(
    'apps/v1/deployments',
    'DeploymentList',
    'replica counts of Deployments',
    (item) => readReplicas(item, 'Deployment'),
  );
  const statefulSets = optional(
    'apps/v1/statefulsets',
    'StatefulSetList',
    'replica counts of StatefulSets',
    (item) => readReplicas(item, 'StatefulSet'),
  );
  const autoscalers = optional(
    'autoscaling/v2/horizontalpodautoscalers',
    'HorizontalPodAutoscalerList',
    'the replicas that autoscalers want',
    readAutoscaler,
  );
  const events = (fields: string): OptionalList<ClusterEvent> =>
    optional('/v1/events', 'EventList', 'warnings and reasons of scaling', readEvent, fields);
  const warnings = events('type=Warning');
  const rescales = events(`reason=${SCALING}`);
  const notes = new Set<string>();

  const fetchPages = async <T>(list: OptionalList<T>, signal: AbortSignal): Promise<T[]> => {
    // Labels of pods say nothing about the objects that own them.
    const wanted = list.resource === pods.resource ? scope : { ...scope, selector: '' };
    const found: T[] = [];
    let more = '';
    do {
      const query = {
        limit: PAGE_SIZE,
        ...(list.fieldSelector !== '' && { fieldSelector: list.fieldSelector }),
        ...(more !== '' && { continue: more }),
      };
      const url = listUrl(access.baseUrl, list.resource, wanted, query);
      const json = parseJson((await get(access, url, signal)).body);
      if (!v.is(LIST, json) || json.kind !== list.kind) {
        throw new SourceFailure('schema', `not a ${list.kind}`);
      }
      for (const item of json.items ?? []) {
        const value = list.read(item);
        if (value !== null) found.push(value);
      }
      more = json.metadata?.continue ?? '';
    } while (more !== '');
    return found;
  };

  const fetchList = async <T>(list: OptionalList<T>, signal: AbortSignal): Promise<T[] | null> => {
    if (list.refused) return null;
    try {
      return await fetchPages(list, signal);
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      if (error.status === 403 || error.status === 404) {
        list.refused = true;
        const { group, name } = list.resource;
        const where = group === '' ? 'the core API' : group;
        notes.add(
          `Without ${list.lack}: list ${name} in ${where} answered ${String(error.status)}.`,
        );
      }
      return null;
    }
  };

  return {
    async fetch(signal) {
      const [podList, owners, deploymentList, statefulSetList, autoscalerList, warned, rescaled] =
        await Promise.all([
          fetchList(pods, signal),
          fetchList(replicaSets, signal),
          fetchList(deployments, signal),
          fetchList(statefulSets, signal),
          fetchList(autoscalers, signal),
          fetchList(warnings, signal),
          fetchList(rescales, signal),
        ]);
      return {
        pods: podList,
        owners: owners === null ? null : new Map(owners),
        deployments: deploymentList,
        statefulSets: statefulSetList,
        autoscalers: autoscalerList,
        // A part of them would look like the return of the other one's when that is had again.
        events: warned === null || rescaled === null ? null : [...warned, ...rescaled],
      };
    },
    takeNotes() {
      const taken = [...notes];
      notes.clear();
      return taken;
    },
  };
}
