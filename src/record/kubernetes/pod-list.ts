import * as v from 'valibot';
import { parseTime } from '../../core/time.ts';
import { parseBytes, parseNanocores } from '../quantity.ts';

/** The last end of a container that was started again. */
export interface LastEnd {
  /** `OOMKilled`, `Error`, `Completed` … */
  readonly reason: string;
  readonly exitCode: number | null;
  /** Unix ms; null: not told. */
  readonly atMs: number | null;
}

/** A container as its pod's specification and status have it. Resources in base units. */
export interface ContainerInfo {
  readonly name: string;
  readonly cpuRequest: number | null;
  readonly cpuLimit: number | null;
  readonly memoryRequest: number | null;
  readonly memoryLimit: number | null;
  readonly restarts: number;
  /** Unix ms; null: it does not run. */
  readonly runningSinceMs: number | null;
  readonly lastEnd: LastEnd | null;
}

/** A pod of the core API. */
export interface PodInfo {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string | null;
  readonly phase: string;
  readonly startMs: number | null;
  readonly isDeleting: boolean;
  /** The object that made it; null: none. */
  readonly owner: { readonly kind: string; readonly name: string } | null;
  /** The hash that a Deployment adds to the names of its ReplicaSets; null: none. */
  readonly templateHash: string | null;
  /** Those that keep running: ordinary containers and sidecars. */
  readonly containers: readonly ContainerInfo[];
}

const text = v.nullish(v.string());
const amounts = v.nullish(
  v.object({
    cpu: v.nullish(v.union([v.string(), v.number()])),
    memory: v.nullish(v.union([v.string(), v.number()])),
  }),
);
const specContainer = v.object({
  name: v.string(),
  restartPolicy: text,
  resources: v.nullish(v.object({ requests: amounts, limits: amounts })),
});
const statusContainer = v.object({
  name: v.string(),
  restartCount: v.nullish(v.number()),
  state: v.nullish(v.object({ running: v.nullish(v.object({ startedAt: text })) })),
  lastState: v.nullish(
    v.object({
      terminated: v.nullish(
        v.object({ reason: text, exitCode: v.nullish(v.number()), finishedAt: text }),
      ),
    }),
  ),
});

const POD = v.object({
  metadata: v.object({
    name: v.string(),
    namespace: v.string(),
    uid: v.string(),
    deletionTimestamp: text,
    labels: v.nullish(v.object({ 'pod-template-hash': text })),
    ownerReferences: v.nullish(
      v.array(v.object({ kind: v.string(), name: v.string(), controller: v.nullish(v.boolean()) })),
    ),
  }),
  spec: v.object({
    nodeName: text,
    containers: v.array(specContainer),
    initContainers: v.nullish(v.array(specContainer)),
  }),
  status: v.nullish(
    v.object({
      phase: text,
      startTime: text,
      containerStatuses: v.nullish(v.array(statusContainer)),
      initContainerStatuses: v.nullish(v.array(statusContainer)),
    }),
  ),
});

type SpecContainer = v.InferOutput<typeof specContainer>;
type StatusContainer = v.InferOutput<typeof statusContainer>;

/** Optional things: what cannot be read is not known. */
function orNull<T>(value: T | null | undefined, read: (value: T) => number): number | null {
  if (value == null) return null;
  try {
    return read(value);
  } catch {
    return null;
  }
}

const cores = (raw: string | number): number => parseNanocores(String(raw)) / 1e9;
const bytes = (raw: string | number): number => parseBytes(String(raw));

function readContainer(spec: SpecContainer, status: StatusContainer | undefined): ContainerInfo {
  const { requests, limits } = spec.resources ?? {};
  const end = status?.lastState?.terminated;
  return {
    name: spec.name,
    cpuRequest: orNull(requests?.cpu, cores),
    cpuLimit: orNull(limits?.cpu, cores),
    memoryRequest: orNull(requests?.memory, bytes),
    memoryLimit: orNull(limits?.memory, bytes),
    restarts: status?.restartCount ?? 0,
    runningSinceMs: orNull(status?.state?.running?.startedAt, parseTime),
    lastEnd:
      end == null
        ? null
        : {
            reason: end.reason ?? 'Unknown',
            exitCode: end.exitCode ?? null,
            atMs: orNull(end.finishedAt, parseTime),
          },
  };
}

/** An item of a PodList → what explains the use of its containers; null where it is malformed. */
export function readPod(item: unknown): PodInfo | null {
  if (!v.is(POD, item)) return null;
  const { metadata, spec, status } = item;
  const statuses = new Map(
    [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].map(
      (container) => [container.name, container],
    ),
  );
  const sidecars = (spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always');
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    node: spec.nodeName ?? null,
    phase: status?.phase ?? '',
    startMs: orNull(status?.startTime, parseTime),
    isDeleting: metadata.deletionTimestamp != null,
    owner: owner === undefined ? null : { kind: owner.kind, name: owner.name },
    templateHash: metadata.labels?.['pod-template-hash'] ?? null,
    containers: [...spec.containers, ...sidecars].map((container) =>
      readContainer(container, statuses.get(container.name)),
    ),
  };
}
