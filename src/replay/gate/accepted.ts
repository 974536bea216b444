import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import { parseTime } from '../../core/time.ts';

/** Long enough for four names of 253 letters. */
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));

const entrySchema = v.strictObject({
  series: text,
  cause: v.optional(text),
  reason: text,
  expires: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/, 'expires is a date: 2027-01-31')),
});

const fileSchema = v.strictObject({ accepted: v.pipe(v.array(entrySchema), v.maxLength(10_000)) });

/** A finding that somebody has looked at and lives with until a day. */
export interface Accepted {
  /** A series' id, or a workload's `namespace/workload/container/metric`; `*` is any text in a part. */
  readonly series: string;
  /** A cause of alerts, `regression` or `missing`; null: any. */
  readonly cause: string | null;
  readonly reason: string;
  /** Begin of the first day on which it no longer holds, Unix ms (UTC). */
  readonly endMs: number;
}

/** What an entry may name as its cause. */
export const ACCEPTABLE: readonly string[] = [
  ...['cpu-without-load', 'memory-leak', 'load', 'retention', 'restart', 'dilution', 'unknown'],
  ...['regression', 'missing'],
];

const DAY = 86_400_000;

/**
 * Reads a file of accepted findings, `{"accepted": [{series, cause?, reason, expires}]}`. Throws
 * BAD_INPUT.
 */
export function parseAccepted(value: unknown, where: string): readonly Accepted[] {
  const read = v.safeParse(fileSchema, value);
  if (!read.success) {
    const [issue] = read.issues;
    const path = v.getDotPath(issue) ?? 'the file';
    throw new ToolError('BAD_INPUT', `${where}: ${path}: ${issue.message}; see docs/gate.md.`);
  }
  return read.output.accepted.map(({ series, cause = null, reason, expires }) => {
    if (cause !== null && !ACCEPTABLE.includes(cause)) {
      const known = ACCEPTABLE.join(', ');
      throw new ToolError('BAD_INPUT', `${where}: cause "${cause}" is none of ${known}.`);
    }
    return { series, cause, reason, endMs: parseTime(`${expires}T00:00:00Z`) + DAY };
  });
}

/** Whether a selector names this id: `*` stands for any text without a slash. */
export function selects(selector: string, id: string): boolean {
  const parts = selector.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]*')}$`, 'u').test(id);
}
