import { closestMatch } from 'leven';
import * as v from 'valibot';
import { ToolError } from './errors.ts';

const count = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

const params = v.record(v.string(), v.pipe(v.number(), v.finite()));

const memberSchema = v.strictObject({
  detector: v.string(),
  params: v.optional(params, {}),
  window: v.optional(count(2, 100_000)),
  warmup: v.optional(count(1, 100_000)),
  smooth: v.optional(count(1, 10_001)),
  threshold: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  consecutive: v.optional(count(1, 1000)),
  refractory: v.optional(count(0, 100_000)),
  weight: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0))),
});

/** The settings file's schema: every member optional, so that a preset or default fills it. */
export const partialSettingsSchema = v.strictObject({
  version: v.optional(v.literal(1)),
  detector: v.optional(v.string()),
  params: v.optional(params),
  members: v.optional(v.pipe(v.array(memberSchema), v.maxLength(16))),
  metrics: v.optional(v.array(v.pipe(v.string(), v.minLength(1)))),
  pool: v.optional(v.picklist(['container', 'pod', 'workload', 'all'])),
  containers: v.optional(v.picklist(['all', 'first'])),
  window: v.optional(count(2, 100_000)),
  warmup: v.optional(count(1, 100_000)),
  smooth: v.optional(count(1, 10_001)),
  reference: v.optional(v.picklist(['smoothed', 'raw'])),
  threshold: v.optional(v.nullable(v.pipe(v.number(), v.finite()))),
  contamination: v.optional(v.nullable(v.pipe(v.number(), v.gtValue(0), v.maxValue(0.5)))),
  consecutive: v.optional(count(1, 1000)),
  within: v.optional(count(1, 1000)),
  recover: v.optional(count(1, 1000)),
  refractory: v.optional(count(0, 100_000)),
  gapSteps: v.optional(v.pipe(v.number(), v.minValue(1.5), v.maxValue(1000))),
  startupSeconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(86_400))),
});

export type PartialSettings = v.InferOutput<typeof partialSettingsSchema>;

/** One detector of an ensemble; counts left out are the ensemble's own, consecutive is then 1. */
export interface MemberSettings {
  readonly detector: string;
  readonly params: Readonly<Record<string, number>>;
  readonly window?: number | undefined;
  readonly warmup?: number | undefined;
  readonly smooth?: number | undefined;
  /** Above 0: what the member's scores are divided by, so that 1 is where it alerts. */
  readonly threshold: number;
  /** The member says the smallest of this many scores in a row. */
  readonly consecutive?: number | undefined;
  readonly refractory?: number | undefined;
  /** Share in a weighted sum; 1 when left out. */
  readonly weight?: number | undefined;
}

/** All the parameters of one pipeline. Counts are samples. */
export interface Settings {
  readonly version: 1;
  /** A registered detector's id. */
  readonly detector: string;
  /** The detector's own parameters by name; those left out take the detector's defaults. */
  readonly params: Readonly<Record<string, number>>;
  /** What an ensemble (`any-of`, `k-of`, `weighted-sum`) joins; empty for a single detector. */
  readonly members: readonly MemberSettings[];
  /** Metrics that are judged. */
  readonly metrics: readonly string[];
  /** Who shares one reference window: the series itself, all containers of a pod, … */
  readonly pool: 'container' | 'pod' | 'workload' | 'all';
  /** `first`: of each pod only its first container by name, as the original scripts. */
  readonly containers: 'all' | 'first';
  /** Reference window. */
  readonly window: number;
  /** Samples of the window that must be there before a score is given. */
  readonly warmup: number;
  /** Rolling median over this many samples; 1: none. */
  readonly smooth: number;
  /** What the reference window holds: smoothed samples, or raw ones as the original scripts. */
  readonly reference: 'smoothed' | 'raw';
  /** Flag where score ≥ threshold. Exactly one of `threshold` and `contamination` is set. */
  readonly threshold: number | null;
  /** Flag where the sample is among this fraction of its window with the highest scores. */
  readonly contamination: number | null;
  /** Flags that open an alert. */
  readonly consecutive: number;
  /**
   * Samples that these flags may be spread over; no more than `consecutive`, or left out: they must
   * come in a row.
   */
  readonly within?: number | undefined;
  /** Quiet samples in a row that close it. */
  readonly recover: number;
  /** A score counts as 0 unless it beats those of this many samples before it; 0: all count. */
  readonly refractory: number;
  /** A hole of more than this many usual steps between samples cuts runs and smoothing. */
  readonly gapSteps: number;
  /** So long a new container is not learnt from, and a restarted one not judged; 0: both are. */
  readonly startupSeconds: number;
}

const NAMES = {
  settings: Object.keys(partialSettingsSchema.entries),
  members: Object.keys(memberSchema.entries),
};

/** What is wrong with a member of the settings, and what to try. */
function faultOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? 'the whole';
  if (issue.type !== 'strict_object' || issue.expected !== 'never') {
    return `setting "${path}" cannot be used: ${issue.message}; see "podtape replay --help".`;
  }
  const isMember = path.startsWith('members.');
  const name = path.slice(path.lastIndexOf('.') + 1);
  const guess = closestMatch(name, isMember ? NAMES.members : NAMES.settings, { maxDistance: 3 });
  const hint = guess === undefined ? 'see "podtape replay --help".' : `did you mean "${guess}"?`;
  return `there is no setting "${path}"; ${hint}`;
}

/** Reads unknown JSON as settings members; throws BAD_INPUT naming `where` and the member. */
export function parseSettings(value: unknown, where: string): PartialSettings {
  const version: unknown = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== 1) {
    throw new ToolError(
      'BAD_INPUT',
      `${where} holds settings of version ${String(version)}; this podtape reads version 1.`,
      { path: 'version' },
    );
  }
  // The schema takes a list for an object without members.
  const result = v.safeParse(partialSettingsSchema, Array.isArray(value) ? null : value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? 'the whole';
  throw new ToolError('BAD_INPUT', `${where}: ${faultOf(issue)}`, { path });
}
