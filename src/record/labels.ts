import * as v from 'valibot';
import { ToolError } from '../core/errors.ts';
import type { Label } from '../core/recording.ts';
import { formatTime, parseTime } from '../core/time.ts';

const labelSchema = v.object({
  namespace: v.optional(v.string(), ''),
  pod: v.string(),
  container: v.optional(v.string(), ''),
  metric: v.optional(v.string(), ''),
  start: v.string(),
  end: v.string(),
  grace_end: v.optional(v.nullable(v.string())),
  type: v.optional(v.string(), 'anomaly'),
  visible_in: v.optional(v.nullable(v.array(v.string()))),
});

const fileSchema = v.union([v.array(labelSchema), v.object({ labels: v.array(labelSchema) })]);

function toLabel(one: v.InferOutput<typeof labelSchema>, where: string): Label {
  const { namespace, pod, container, metric, type } = one;
  const startMs = parseTime(one.start);
  const endMs = parseTime(one.end);
  const graceEndMs = one.grace_end == null ? endMs : parseTime(one.grace_end);
  if (endMs <= startMs || graceEndMs < endMs) {
    const why = 'its times are out of order (start < end ≤ grace_end)';
    throw new ToolError('BAD_INPUT', `${where}: the label of ${pod} at ${one.start}: ${why}.`);
  }
  const visibleIn = one.visible_in ?? null;
  return { namespace, pod, container, metric, startMs, endMs, graceEndMs, type, visibleIn };
}

/**
 * Labels JSON → labels: an array, or an object with `labels`, of `{namespace, pod, container?,
 * metric?, start, end, grace_end?, type, visible_in?}`; other members are ignored.
 *
 * Throws BAD_INPUT naming the file and the member.
 */
export function parseLabels(text: string, where: string): Label[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError('BAD_INPUT', `${where} is not JSON: ${why}.`, { where }, { cause: error });
  }
  const result = v.safeParse(fileSchema, value);
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue) ?? 'the whole file';
    throw new ToolError('BAD_INPUT', `${where}: labels at ${path}: ${issue.message}.`, { where });
  }
  const list = Array.isArray(result.output) ? result.output : result.output.labels;
  return list.map((one) => toLabel(one, where));
}

/** Labels → the JSON that `parseLabels` reads. */
export function labelsJson(labels: readonly Label[]): string {
  const list = labels.map((label) => ({
    namespace: label.namespace,
    pod: label.pod,
    container: label.container === '' ? undefined : label.container,
    metric: label.metric === '' ? undefined : label.metric,
    start: formatTime(label.startMs),
    end: formatTime(label.endMs),
    grace_end: formatTime(label.graceEndMs),
    type: label.type,
    visible_in: label.visibleIn ?? undefined,
  }));
  return JSON.stringify({ labels: list }, null, 2);
}

const windowsSchema = v.record(v.string(), v.array(v.tuple([v.string(), v.string()])));

/** NAB times have no zone and are UTC: "2014-04-10 07:15:00.000000". */
const nabTime = (text: string): number => parseTime(`${text.trim().replace(' ', 'T')}Z`);

/**
 * NAB's windows JSON (`{"category/file.csv": [[from, to], …]}`) → labels of the series that
 * importing those files makes. Both ends lie inside a window, so a label ends 1 ms after.
 */
export function parseNabWindows(text: string, where: string): Label[] {
  const result = v.safeParse(windowsSchema, JSON.parse(text));
  if (!result.success) {
    throw new ToolError('BAD_INPUT', `${where} does not hold NAB windows.`, { where });
  }
  return Object.entries(result.output).flatMap(([key, windows]) => {
    const [namespace = '', file = ''] = key.split('/').slice(-2);
    return windows.map(([from, to]): Label => {
      const endMs = nabTime(to) + 1;
      return {
        ...{ namespace, pod: file.replace(/\.csv$/i, ''), container: '', metric: 'value' },
        ...{ startMs: nabTime(from), endMs, graceEndMs: endMs, type: 'anomaly', visibleIn: null },
      };
    });
  });
}
