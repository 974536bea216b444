import type { SeriesDefinition } from '../recording/writer.ts';
import type { ContainerUsage } from './metrics-list.ts';
import type { PodInfo } from './pod-list.ts';
import { workloadOf, type WorkloadName } from './workload-lists.ts';

/** The two series of one container. */
export interface ContainerSeries {
  readonly cpu: SeriesDefinition;
  readonly memory: SeriesDefinition;
}

/** Holds the definition of every series; the same object for as long as nothing in it changes. */
export interface SeriesBook {
  /** Takes in what the core lists tell about containers. */
  learn(pods: readonly PodInfo[], owners: ReadonlyMap<string, WorkloadName> | null): void;
  container(usage: ContainerUsage): ContainerSeries;
  /** `replicas` or `replicas_desired` of one workload. */
  replicas(workload: WorkloadName, metric: 'replicas' | 'replicas_desired'): SeriesDefinition;
  /** Drops what was not asked for since the last call, where much has gathered. */
  forgetStale(): void;
}

interface Attributes {
  readonly workloadKind: string | null;
  readonly workload: string | null;
  readonly node: string | null;
  readonly podUid: string;
  readonly cpuRequest: number | null;
  readonly cpuLimit: number | null;
  readonly memoryRequest: number | null;
  readonly memoryLimit: number | null;
}

interface Entry {
  series: ContainerSeries;
  /** The attributes in `series`; null: none known. */
  from: Attributes | null;
  used: number;
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  return (
    a.podUid === b.podUid &&
    a.node === b.node &&
    a.workload === b.workload &&
    a.workloadKind === b.workloadKind &&
    a.cpuRequest === b.cpuRequest &&
    a.cpuLimit === b.cpuLimit &&
    a.memoryRequest === b.memoryRequest &&
    a.memoryLimit === b.memoryLimit
  );
}

/** A metric of a container; its one flat literal keeps 30,000 of them small. */
function usageSeries(
  { namespace, pod, container }: ContainerUsage,
  metric: 'cpu' | 'memory',
  from: Attributes | null,
): SeriesDefinition {
  const isCpu = metric === 'cpu';
  const unit = isCpu ? 'cores' : 'bytes';
  const denominator = isCpu ? 1e9 : 1;
  const kind = 'usage';
  if (from === null) return { namespace, pod, container, metric, unit, kind, denominator };
  return {
    namespace,
    pod,
    container,
    metric,
    unit,
    kind,
    denominator,
    workloadKind: from.workloadKind,
    workload: from.workload,
    node: from.node,
    podUid: from.podUid,
    request: isCpu ? from.cpuRequest : from.memoryRequest,
    limit: isCpu ? from.cpuLimit : from.memoryLimit,
  };
}

function define(usage: ContainerUsage, from: Attributes | null): ContainerSeries {
  return { cpu: usageSeries(usage, 'cpu', from), memory: usageSeries(usage, 'memory', from) };
}

/** A key of these names, of which none holds the separator. Joined: added up, it stays in pieces. */
const keyOf = (...names: readonly string[]): string => names.join('\u0000');

export function openSeriesBook(): SeriesBook {
  const entries = new Map<string, Entry>();
  const signals = new Map<string, SeriesDefinition>();
  let attributes = new Map<string, Attributes>();
  let generation = 0;
  let used = 0;

  return {
    learn(pods, owners) {
      const next = new Map<string, Attributes>();
      for (const pod of pods) {
        const workload = workloadOf(pod, owners);
        for (const container of pod.containers) {
          const key = keyOf(pod.namespace, pod.name, container.name);
          const found: Attributes = {
            workloadKind: workload?.kind ?? null,
            workload: workload?.name ?? null,
            node: pod.node,
            podUid: pod.uid,
            cpuRequest: container.cpuRequest,
            cpuLimit: container.cpuLimit,
            memoryRequest: container.memoryRequest,
            memoryLimit: container.memoryLimit,
          };
          const before = attributes.get(key);
          next.set(key, before !== undefined && sameAttributes(before, found) ? before : found);
        }
      }
      attributes = next;
    },
    container(usage) {
      const key = keyOf(usage.namespace, usage.pod, usage.container);
      const from = attributes.get(key);
      let entry = entries.get(key);
      if (entry === undefined) {
        entry = { series: define(usage, from ?? null), from: from ?? null, used: generation };
        entries.set(key, entry);
      } else if (from !== undefined && entry.from !== from) {
        entry.series = define(usage, from);
        entry.from = from;
      }
      entry.used = generation;
      used += 1;
      return entry.series;
    },
    replicas({ namespace, kind, name }, metric) {
      // A series has no place for a workload in its identity, and a namespace has many of them.
      const container = `${kind.toLowerCase()}.${name}`;
      const key = keyOf(namespace, container, metric);
      let definition = signals.get(key);
      if (definition === undefined) {
        definition = {
          ...{ namespace, pod: '', container, metric, unit: 'replicas', kind: 'signal' },
          ...{ denominator: 1, workloadKind: kind, workload: name },
        } satisfies SeriesDefinition;
        signals.set(key, definition);
      }
      return definition;
    },
    forgetStale() {
      if (entries.size > 2 * used + 1000) {
        for (const [key, entry] of entries) {
          if (entry.used !== generation) entries.delete(key);
        }
      }
      generation += 1;
      used = 0;
    },
  };
}
