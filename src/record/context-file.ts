import * as v from 'valibot';
import { ToolError } from '../core/errors.ts';
import type { Label, Mark, RecordingData } from '../core/recording.ts';
import type { Series, SeriesKind, Unit } from '../core/series.ts';
import { formatTime, parseTime } from '../core/time.ts';
import { labelsJson, parseLabels } from './labels.ts';

/** What is known of a series besides its samples. */
export type SeriesContext = Omit<Series, 'id'> & {
  /** It has no sample, so no table of samples names it. */
  readonly isEmpty: boolean;
};

/** What a recording holds besides samples, as far as it can be kept beside a table of them. */
export interface RunContext {
  readonly series: readonly SeriesContext[];
  readonly marks: readonly Mark[];
  readonly labels: readonly Label[];
  readonly notes: readonly string[];
}

/** The file beside a table of samples that holds what the table cannot. */
export function contextPath(path: string): string {
  return `${path}.context.json`;
}

/** The entry of a Parquet file's metadata that holds the same. */
export const CONTEXT_KEY = 'podtape.context';

const seriesJson = ({ series, times }: RecordingData['series'][number]) => ({
  namespace: series.namespace,
  pod: series.pod,
  container: series.container,
  metric: series.metric,
  unit: series.unit,
  kind: series.kind,
  workload_kind: series.workloadKind ?? undefined,
  workload: series.workload ?? undefined,
  node: series.node ?? undefined,
  pod_uid: series.podUid ?? undefined,
  request: series.request ?? undefined,
  limit: series.limit ?? undefined,
  empty: times.length === 0 ? true : undefined,
});

const markJson = ({ startMs, endMs, kind, name, namespace, pod }: Mark) => ({
  start: formatTime(startMs),
  end: endMs === null ? undefined : formatTime(endMs),
  ...{ kind, name, namespace, pod },
});

/** What a recording holds besides samples → the JSON that `parseContext` reads. */
export function contextJson(data: RecordingData): string {
  const { labels } = JSON.parse(labelsJson(data.labels)) as { labels: unknown };
  const lines = (list: readonly unknown[]): string =>
    list.length === 0
      ? '[]'
      : `[\n    ${list.map((one) => JSON.stringify(one)).join(',\n    ')}\n  ]`;
  return [
    '{',
    '  "podtape": "context",',
    '  "version": 1,',
    `  "digest": ${JSON.stringify(data.info.digest)},`,
    `  "series": ${lines(data.series.map(seriesJson))},`,
    `  "marks": ${lines(data.marks.map(markJson))},`,
    `  "labels": ${lines(labels as unknown[])},`,
    `  "notes": ${lines(data.info.notes)}`,
    '}',
  ].join('\n');
}

const UNITS = ['cores', 'bytes', 'seconds', 'requests/s', 'replicas', ''] as const satisfies Unit[];
const KINDS = ['usage', 'signal'] as const satisfies SeriesKind[];
const text = v.optional(v.nullable(v.string()), null);
const amount = v.optional(v.nullable(v.pipe(v.number(), v.finite())), null);

const contextSchema = v.object({
  podtape: v.literal('context'),
  version: v.literal(1),
  series: v.array(
    v.object({
      namespace: v.string(),
      pod: v.string(),
      container: v.string(),
      metric: v.string(),
      unit: v.picklist(UNITS),
      kind: v.picklist(KINDS),
      workload_kind: text,
      workload: text,
      node: text,
      pod_uid: text,
      request: amount,
      limit: amount,
      empty: v.optional(v.boolean(), false),
    }),
  ),
  marks: v.array(
    v.object({
      start: v.string(),
      end: v.optional(v.string()),
      kind: v.string(),
      name: v.string(),
      namespace: v.string(),
      pod: v.string(),
    }),
  ),
  labels: v.array(v.unknown()),
  notes: v.array(v.string()),
});

function readJson(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError('BAD_INPUT', `${where} is not JSON: ${why}.`, { where }, { cause: error });
  }
}

/** The inverse of `contextJson`. Throws BAD_INPUT naming `where` and the member. */
export function parseContext(json: string, where: string): RunContext {
  const read = v.safeParse(contextSchema, readJson(json, where));
  if (!read.success) {
    const [issue] = read.issues;
    const path = v.getDotPath(issue) ?? 'the whole';
    const message = `${where}: ${path}: ${issue.message}; export it again, or take it away.`;
    throw new ToolError('BAD_INPUT', message, { where });
  }
  const { series, marks, labels, notes } = read.output;
  return {
    series: series.map(({ workload_kind, pod_uid, empty, ...rest }) => ({
      ...{ ...rest, workloadKind: workload_kind, podUid: pod_uid, isEmpty: empty },
    })),
    marks: marks.map(({ start, end, ...rest }) => ({
      startMs: parseTime(start),
      endMs: end === undefined ? null : parseTime(end),
      ...rest,
    })),
    labels: parseLabels(JSON.stringify(labels), where),
    notes,
  };
}
