import * as v from 'valibot';
import type { Mark } from '../../core/recording.ts';
import type { WorkloadName } from './workload-lists.ts';

/** A HorizontalPodAutoscaler; its workload is what it scales. */
export interface Autoscaler extends WorkloadName {
  readonly autoscaler: string;
  /** How many pods it wants; null: it does not say. */
  readonly desired: number | null;
  readonly min: number;
  readonly max: number | null;
  /** What keeps it from its work, such as `ScalingLimited (TooManyReplicas)`, by name. */
  readonly troubles: readonly string[];
}

const AUTOSCALER = v.object({
  metadata: v.object({ name: v.string(), namespace: v.string() }),
  spec: v.object({
    scaleTargetRef: v.object({ kind: v.string(), name: v.string() }),
    minReplicas: v.nullish(v.number()),
    maxReplicas: v.nullish(v.number()),
  }),
  status: v.nullish(
    v.object({
      desiredReplicas: v.nullish(v.number()),
      conditions: v.nullish(
        v.array(v.object({ type: v.string(), status: v.string(), reason: v.nullish(v.string()) })),
      ),
    }),
  ),
});

/** The status of each condition that means trouble. */
const TROUBLE = new Map([
  ['ScalingLimited', 'True'],
  ['ScalingActive', 'False'],
  ['AbleToScale', 'False'],
]);

/** An item of a HorizontalPodAutoscalerList → what it wants and may; null where it is malformed. */
export function readAutoscaler(item: unknown): Autoscaler | null {
  if (!v.is(AUTOSCALER, item)) return null;
  const { metadata, spec, status } = item;
  const { kind, name } = spec.scaleTargetRef;
  const troubles = (status?.conditions ?? [])
    .filter(({ type, status: is }) => TROUBLE.get(type) === is)
    .map(({ type, reason }) => {
      const what = TROUBLE.get(type) === 'True' ? type : `not ${type}`;
      return reason == null ? what : `${what} (${reason})`;
    });
  return {
    ...{ namespace: metadata.namespace, kind, name, autoscaler: metadata.name },
    desired: status?.desiredReplicas ?? null,
    min: spec.minReplicas ?? 1,
    max: spec.maxReplicas ?? null,
    troubles: troubles.sort(),
  };
}

/**
 * Watches autoscalers: marks of kind `autoscaler` say between how many replicas each may choose,
 * what keeps it from choosing, and when either changes.
 */
export function watchAutoscalers(): (list: readonly Autoscaler[], atMs: number) => Mark[] {
  const known = new Map<
    string,
    { readonly bounds: string; readonly troubles: readonly string[] }
  >();
  return (list, atMs) => {
    const marks: Mark[] = [];
    for (const { namespace, autoscaler, kind, name, min, max, troubles } of list) {
      const key = `${namespace}/${autoscaler}`;
      const before = known.get(key);
      const bounds = `${kind}/${name} ${String(min)} to ${max === null ? '?' : String(max)} replicas`;
      const tell = (what: string): void => {
        const told = `${autoscaler}: ${what}`;
        marks.push({
          startMs: atMs,
          endMs: null,
          kind: 'autoscaler',
          name: told,
          namespace,
          pod: '',
        });
      };
      if (before?.bounds !== bounds) tell(bounds);
      for (const one of troubles) if (before?.troubles.includes(one) !== true) tell(one);
      for (const one of before?.troubles ?? []) if (!troubles.includes(one)) tell(`no more ${one}`);
      known.set(key, { bounds, troubles });
    }
    return marks;
  };
}
