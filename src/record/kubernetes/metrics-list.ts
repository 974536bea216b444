import * as v from 'valibot';
import { parseDuration, parseTime } from '../../core/time.ts';
import { parseJson } from '../http/json.ts';
import { parseBytes, parseNanocores } from '../quantity.ts';
import type { Reject } from '../recording/writer.ts';
import { SourceFailure } from '../source.ts';

/** What one container used, as the metrics API told it. */
export interface ContainerUsage {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** End of the interval that CPU is the mean of, and the moment of memory; Unix ms. */
  readonly t: number;
  /** Length of that interval; null where it was not told in a readable way. */
  readonly windowMs: number | null;
  /** Integer nanocores; null: not told. */
  readonly cpu: number | null;
  /** Integer bytes; null: not told. */
  readonly memory: number | null;
}

/** One page of a PodMetricsList. */
export interface MetricsPage {
  /** By namespace, pod and container name, whatever the order of the answer. */
  readonly containers: readonly ContainerUsage[];
  /** Pods that were listed without any container, as `namespace/pod`. */
  readonly hollowPods: readonly string[];
  readonly rejects: readonly Reject[];
  /** Where the next page begins; '' on the last one. */
  readonly continueToken: string;
}

const ENVELOPE = v.object({
  kind: v.literal('PodMetricsList'),
  metadata: v.nullish(v.object({ continue: v.nullish(v.string()) })),
  // Go writes an empty list as null.
  items: v.nullable(v.array(v.unknown())),
});

const POD = v.object({
  metadata: v.object({ name: v.string(), namespace: v.string() }),
  timestamp: v.nullish(v.string()),
  window: v.nullish(v.string()),
  containers: v.nullish(
    v.array(
      v.object({
        name: v.string(),
        usage: v.nullish(
          v.object({
            cpu: v.nullish(v.union([v.string(), v.number()])),
            memory: v.nullish(v.union([v.string(), v.number()])),
          }),
        ),
      }),
    ),
  ),
});

type PodMetrics = v.InferOutput<typeof POD>;

/** A sample further than this from the server's clock is nonsense, not news. */
const MAX_SKEW_MS = 24 * 3_600_000;
const MAX_NAME = 253;

function isName(text: string): boolean {
  return (
    text.length > 0 && text.length <= MAX_NAME && !/[\u0000-\u001f\u007f-\u009f\p{Cs}]/u.test(text)
  );
}

function windowOf(text: string | null | undefined): number | null {
  if (text == null) return null;
  try {
    return parseDuration(text);
  } catch {
    return null;
  }
}

function timeOf(text: string | null | undefined): number | null {
  if (text == null) return null;
  try {
    return parseTime(text);
  } catch {
    return null;
  }
}

/** One value → the integer, or the reason why there is none. */
function quantity(
  raw: string | number,
  parse: (text: string) => number,
): { readonly value: number } | { readonly reason: string } {
  try {
    const value = parse(String(raw));
    return value < 0 ? { reason: 'negative' } : { value };
  } catch {
    return { reason: 'bad-quantity' };
  }
}

/** Reads one pod of the list; adds to the columns of the page. */
function readPod(
  pod: PodMetrics,
  nowMs: number,
  containers: ContainerUsage[],
  rejects: Reject[],
): void {
  const { name, namespace } = pod.metadata;
  const windowMs = windowOf(pod.window);
  const t = timeOf(pod.timestamp);
  let fault = '';
  if (t === null) fault = 'no-timestamp';
  else if (Math.abs(t - nowMs) > MAX_SKEW_MS) fault = 'skew';
  if (!isName(namespace) || !isName(name)) fault = 'name';
  for (const { name: container, usage } of pod.containers ?? []) {
    const why = isName(container) ? fault : 'name';
    const reject = (metric: string, reason: string, raw: string | number): null => {
      const key = { namespace, pod: name, container, metric };
      rejects.push({ ...key, reason, raw: String(raw).slice(0, 200) });
      return null;
    };
    const read = (
      metric: string,
      raw: string | number | null | undefined,
      parse: (text: string) => number,
    ): number | null => {
      if (raw == null) return null;
      if (why !== '') return reject(metric, why, why === 'name' ? raw : (pod.timestamp ?? ''));
      const result = quantity(raw, parse);
      return 'value' in result ? result.value : reject(metric, result.reason, raw);
    };
    const cpu = read('cpu', usage?.cpu, parseNanocores);
    let memory = read('memory', usage?.memory, parseBytes);
    // No running container uses none; adapters fill a zero in for what they do not know.
    if (memory === 0) memory = reject('memory', 'zero-memory', usage?.memory ?? '');
    if (t !== null && (cpu !== null || memory !== null)) {
      containers.push({ namespace, pod: name, container, t, windowMs, cpu, memory });
    }
  }
}

/**
 * The bytes of a PodMetricsList → what each container used.
 *
 * `nowMs` is the server's clock, against which a time more than a day off is rejected. A value
 * that cannot be stored becomes a reject, never a zero: unreadable or negative quantity, no (or
 * a null) timestamp, a name that is empty, too long or holds control characters, zero memory.
 * Unknown fields are ignored. Throws SourceFailure: `parse`, `schema` (another kind of object).
 */
export function parseMetricsPage(body: Buffer, nowMs: number): MetricsPage {
  const json = parseJson(body);
  if (!v.is(ENVELOPE, json)) throw new SourceFailure('schema', 'not a PodMetricsList');
  const containers: ContainerUsage[] = [];
  const hollowPods: string[] = [];
  const rejects: Reject[] = [];
  for (const item of json.items ?? []) {
    if (!v.is(POD, item)) {
      const raw = JSON.stringify(item).slice(0, 200);
      rejects.push({ namespace: '', pod: '', container: '', metric: '', reason: 'shape', raw });
      continue;
    }
    const { namespace, name } = item.metadata;
    if ((item.containers ?? []).length === 0) hollowPods.push(`${namespace}/${name}`);
    readPod(item, nowMs, containers, rejects);
  }
  containers.sort(compareUsage);
  return { containers, hollowPods, rejects, continueToken: json.metadata?.continue ?? '' };
}

/** By namespace, pod, container, time, in code-unit order. */
function compareUsage(a: ContainerUsage, b: ContainerUsage): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  if (a.pod !== b.pod) return a.pod < b.pod ? -1 : 1;
  if (a.container !== b.container) return a.container < b.container ? -1 : 1;
  return a.t - b.t;
}
