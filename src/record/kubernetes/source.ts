import type { Mark } from '../../core/recording.ts';
import { clockSkew } from '../clock-skew.ts';
import { getRenewing } from '../http/get.ts';
import { linkedSignal } from '../linked-signal.ts';
import type { Reject, SeriesDefinition } from '../recording/writer.ts';
import { SourceFailure, type Attempt, type Poll, type Source } from '../source.ts';
import type { ClusterAccess } from './access.ts';
import { watchAutoscalers } from './autoscalers.ts';
import { watchChanges } from './cluster-marks.ts';
import { watchCompleteness } from './completeness.ts';
import { contextLists, type ContextSnapshot } from './context.ts';
import { type ClusterEvent, watchEvents } from './events.ts';
import { watchFlavour } from './flavour.ts';
import { listUrl, type Scope } from './list.ts';
import { parseMetricsPage, type ContainerUsage } from './metrics-list.ts';
import { replicaCounter } from './replica-counts.ts';
import { watchSampleClocks } from './sample-clocks.ts';
import { openSeriesBook } from './series-book.ts';
import { workloadKey, type WorkloadName } from './workload-lists.ts';

const METRICS = { group: 'metrics.k8s.io', version: 'v1beta1', name: 'pods' };
/** A server that goes on giving continue tokens is broken. */
const MAX_PAGES = 1000;
/** Share of time that the lists beside the metrics may take, and the longest pause between them. */
const CONTEXT_SHARE = 0.1;
const CONTEXT_MAX_PAUSE_MS = 60_000;
/** A part of an attempt that those lists may use, so that they never cost it its samples. */
const CONTEXT_TIMEOUT_SHARE = 0.7;

interface MetricsAnswer {
  readonly containers: readonly ContainerUsage[];
  readonly hollowPods: readonly string[];
  readonly rejects: readonly Reject[];
  /** The server's clock, Unix ms; ours where it does not tell. */
  readonly serverMs: number;
}

async function fetchMetrics(
  access: ClusterAccess,
  scope: Scope,
  signal: AbortSignal,
): Promise<MetricsAnswer> {
  const containers: ContainerUsage[] = [];
  const hollowPods: string[] = [];
  const rejects: Reject[] = [];
  let token = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const more: Record<string, string> = token === '' ? {} : { continue: token };
    const url = listUrl(access.baseUrl, METRICS, scope, more);
    const response = await getRenewing(access, url, signal);
    const serverMs = response.serverMs ?? Date.now();
    const found = parseMetricsPage(response.body, serverMs);
    for (const usage of found.containers) containers.push(usage);
    for (const pod of found.hollowPods) hollowPods.push(pod);
    for (const reject of found.rejects) rejects.push(reject);
    token = found.continueToken;
    if (token === '') return { containers, hollowPods, rejects, serverMs };
  }
  throw new SourceFailure('schema', `more than ${String(MAX_PAGES)} pages`);
}

/** In steps of a tenth of a second: every scrape's window is another by some milliseconds. */
function windowsOf(containers: readonly ContainerUsage[]): Map<number, number> {
  const windows = new Map<number, number>();
  for (const { windowMs } of containers) {
    if (windowMs === null) continue;
    const rounded = Math.round(windowMs / 100) * 100;
    windows.set(rounded, (windows.get(rounded) ?? 0) + 1);
  }
  return windows;
}

/**
 * Dates a change that was learnt of late after the samples that were delivered before it: whoever
 * watched them live could not know of it, and a replay must not either.
 */
const datedAfter =
  (delivered: ReadonlyMap<string, number>) =>
  (mark: Mark): Mark => {
    const last = delivered.get(`${mark.namespace}/${mark.pod}`) ?? -Infinity;
    return { ...mark, startMs: Math.max(mark.startMs, last + 1) };
  };

/** Deletes the times of pods that had no sample for an hour: nothing is learnt of them any more. */
function forgetLongGone(delivered: Map<string, number>, serverMs: number): void {
  for (const [pod, t] of delivered) if (serverMs - t > 3_600_000) delivered.delete(pod);
}

/** Whether an event is of something recorded: with a selector, of its pods and their workloads. */
function isOfRecorded(
  { selector }: Scope,
  { pods, autoscalers }: ContextSnapshot,
  workloads: readonly WorkloadName[],
): (event: ClusterEvent) => boolean {
  if (selector === '') return () => true;
  const key = (namespace: string, kind: string, name: string): string =>
    `${namespace}/${kind}/${name}`;
  const recorded = new Set([
    ...(pods ?? []).map(({ namespace, name }) => key(namespace, 'Pod', name)),
    ...workloads.map(workloadKey),
  ]);
  for (const { autoscaler, ...target } of autoscalers ?? []) {
    if (!recorded.has(workloadKey(target))) continue;
    recorded.add(key(target.namespace, 'HorizontalPodAutoscaler', autoscaler));
  }
  return ({ namespace, object }) => recorded.has(key(namespace, object.kind, object.name));
}

/** The first few of many names. */
function missingReason(missing: readonly string[], total: number): string {
  const more = missing.length > 1 ? ` and ${String(missing.length - 1)} more` : '';
  return `missing containers: ${String(missing.length)} of ${String(total)}, ${missing[0] ?? ''}${more}`;
}

/**
 * The metrics API of a cluster as a source: what every container used, and, where they may be
 * listed, what explains it: owners, limits, restarts, replicas.
 *
 * CPU is in nanocores (÷ 1e9 cores), memory in bytes, at the time that the API gives each pod.
 * `replicas` and `replicas_desired` are signals at the tick's own time. `contextShare`: the share of
 * time that the lists beside the metrics may take.
 */
export function kubernetesSource(
  access: ClusterAccess,
  scope: Scope,
  { contextShare = CONTEXT_SHARE }: { readonly contextShare?: number } = {},
): Source {
  const lists = contextLists(access, scope);
  const changes = watchChanges();
  const completeness = watchCompleteness();
  const counter = replicaCounter(scope.selector !== '');
  const book = openSeriesBook();
  const autoscalerMarks = watchAutoscalers();
  const eventWatch = watchEvents();
  const flavourNotes = watchFlavour();
  const clockNotes = watchSampleClocks();
  /** Time of the newest sample delivered, by pod. */
  const delivered = new Map<string, number>();
  let contextDueMs = 0;
  const skew = clockSkew(
    "samples are on the cluster's, replicas and the load's marks on the recorder's",
  );

  const fetchContext = async (
    timeoutMs: number,
    ...signals: readonly AbortSignal[]
  ): Promise<ContextSnapshot | null> => {
    const startMs = performance.now();
    if (startMs < contextDueMs) return null;
    const limited = linkedSignal(signals, Math.ceil(timeoutMs * CONTEXT_TIMEOUT_SHARE));
    const snapshot = await lists.fetch(limited.signal).finally(limited.release);
    const costMs = performance.now() - startMs;
    contextDueMs = startMs + Math.min(CONTEXT_MAX_PAUSE_MS, costMs / contextShare);
    return snapshot;
  };

  return {
    async poll({ scheduledMs, timeoutMs, signal }: Attempt): Promise<Poll> {
      const over = new AbortController();
      const contextPending = fetchContext(timeoutMs, signal, over.signal);
      let metrics: MetricsAnswer;
      try {
        metrics = await fetchMetrics(access, scope, signal);
      } catch (error) {
        over.abort(new SourceFailure('interrupted', ''));
        await contextPending;
        throw error;
      }
      const context = await contextPending;
      const { containers, hollowPods, rejects, serverMs } = metrics;

      const series: SeriesDefinition[] = [];
      const times: number[] = [];
      const values: number[] = [];
      const add = (definition: SeriesDefinition, t: number, value: number): void => {
        series.push(definition);
        times.push(t);
        values.push(value);
      };
      const marks: Mark[] = [];
      if (context?.pods != null) {
        book.learn(context.pods, context.owners);
        marks.push(...changes.pods(context.pods, serverMs).map(datedAfter(delivered)));
      }
      for (const usage of containers) {
        const { cpu, memory } = book.container(usage);
        if (usage.cpu !== null) add(cpu, usage.t, usage.cpu);
        if (usage.memory !== null) add(memory, usage.t, usage.memory);
      }
      for (const { namespace, pod, t } of containers) delivered.set(`${namespace}/${pod}`, t);
      if (delivered.size > 2 * containers.length + 1000) forgetLongGone(delivered, serverMs);
      book.forgetStale();
      if (context !== null) {
        const { replicas, autoscalers } = counter.count(context);
        marks.push(...changes.replicas(replicas, scheduledMs));
        marks.push(...autoscalerMarks(autoscalers, scheduledMs));
        for (const each of replicas) add(book.replicas(each, 'replicas'), scheduledMs, each.count);
        for (const each of autoscalers) {
          if (each.desired === null) continue;
          add(book.replicas(each, 'replicas_desired'), scheduledMs, each.desired);
        }
        if (context.events !== null) {
          const isWanted = isOfRecorded(scope, context, replicas);
          marks.push(...eventWatch.marks(context.events, isWanted, serverMs));
        }
      }

      const answer = {
        ...{ series, times, values, marks, rejects },
        windows: windowsOf(containers),
        notes: [
          ...lists.takeNotes(),
          ...skew(serverMs - Date.now()),
          ...clockNotes(containers, serverMs),
          ...flavourNotes(containers, serverMs),
        ],
      };
      if (containers.length + hollowPods.length + rejects.length === 0) {
        return { ...answer, outcome: 'empty', reason: 'no pods in the metrics' };
      }
      const pods = context?.pods ?? null;
      const missing = completeness.missing(containers, hollowPods, pods, serverMs);
      if (missing.length > 0) {
        const reason = missingReason(missing, containers.length + missing.length);
        return { ...answer, outcome: 'partial', reason };
      }
      return { ...answer, outcome: 'ok', reason: '' };
    },
    close() {
      access.close();
    },
  };
}
