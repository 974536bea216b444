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

const listSchema = v.array(labelSchema);
const windowsSchema = v.record(v.string(), v.array(v.tuple([v.string(), v.string()])));

const bad = (where: string, why: string): ToolError =>
  new ToolError('BAD_INPUT', `${where}: ${why}.`, { where });

/** A time of a label; `what` says which. */
function readTime(text: string, what: string): number {
  try {
    return parseTime(text);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw bad(what, error.message.replace(/\.$/, ''));
  }
}

function toLabel(one: v.InferOutput<typeof labelSchema>, where: string): Label {
  const { namespace, pod, container, metric, type } = one;
  const startMs = readTime(one.start, `${where}, start`);
  const endMs = readTime(one.end, `${where}, end`);
  const graceEndMs = one.grace_end == null ? endMs : readTime(one.grace_end, `${where}, grace_end`);
  if (endMs <= startMs || graceEndMs < endMs) {
    throw bad(where, `its times are out of order; it needs start < end ≤ grace_end`);
  }
  const visibleIn = one.visible_in ?? null;
  return { namespace, pod, container, metric, startMs, endMs, graceEndMs, type, visibleIn };
}

function readJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError('BAD_INPUT', `${where} is not JSON: ${why}.`, { where }, { cause: error });
  }
}

/** The list of labels in a value: itself, or its member `labels`; undefined: it has none. */
function listIn(value: unknown): unknown {
  if (Array.isArray(value)) return value as unknown;
  return typeof value === 'object' && value !== null && 'labels' in value
    ? value.labels
    : undefined;
}

function labelsOf(list: unknown, where: string): Label[] {
  const result = v.safeParse(listSchema, list);
  if (result.success) {
    return result.output.map((one, i) => toLabel(one, `${where}: label ${String(i + 1)}`));
  }
  const [issue] = result.issues;
  const [at, ...members] = issue.path ?? [];
  const label = at === undefined ? 'its labels' : `label ${String(Number(at.key) + 1)}`;
  const member = members.map(({ key }) => ` ${String(key)}`).join('');
  throw bad(where, `${label}${member}: ${issue.message}`);
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

/** NAB times have no zone and are UTC: "2014-04-10 07:15:00.000000". */
const nabTime = (text: string, where: string): number =>
  readTime(`${text.trim().replace(' ', 'T')}Z`, where);

function windowsOf(value: unknown, path: string): Label[] {
  const result = v.safeParse(windowsSchema, value);
  if (!result.success) {
    throw bad(
      path,
      'it holds neither labels nor NAB windows ({"folder/file.csv": [[from, to], …]})',
    );
  }
  return Object.entries(result.output).flatMap(([key, windows]) => {
    const [file = '', namespace = ''] = key.split('/').reverse();
    const where = `${path}: the windows of ${key}`;
    return windows.map(([from, to]): Label => {
      const startMs = nabTime(from, where);
      const endMs = nabTime(to, where) + 1;
      if (endMs <= startMs) throw bad(where, `a window ends before it begins`);
      return {
        ...{ namespace, pod: file.replace(/\.csv$/i, ''), container: '', metric: 'value' },
        ...{ startMs, endMs, graceEndMs: endMs, type: 'anomaly', visibleIn: null },
      };
    });
  });
}

/**
 * Labels JSON → labels. Either an array, or an object with `labels`, of `{namespace, pod,
 * container?, metric?, start, end, grace_end?, type, visible_in?}`: times are RFC 3339 with a
 * zone, `visible_in` names metrics (`cpu`, `memory`; empty: seen in none), other members are
 * ignored. Or NAB's windows, `{"category/file.csv": [[from, to], …]}`, as labels of the series
 * that importing those files makes; both ends lie inside a window, so a label ends 1 ms after.
 *
 * Throws BAD_INPUT naming the file, the label and the member.
 */
export function parseLabels(text: string, where: string): Label[] {
  const value = readJson(text, where);
  const list = listIn(value);
  return list === undefined ? windowsOf(value, where) : labelsOf(list, where);
}
