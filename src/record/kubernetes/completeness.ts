import type { ContainerUsage } from './metrics-list.ts';
import type { PodInfo } from './pod-list.ts';

/** Finds containers that a list of metrics should hold and does not. */
export interface CompletenessCheck {
  /**
   * Names of what is missing, as `namespace/pod/container` (`namespace/pod` for a pod listed
   * without containers), sorted. `pods` is the core list of the same moment; null: not known.
   */
  missing(
    containers: readonly ContainerUsage[],
    hollowPods: readonly string[],
    pods: readonly PodInfo[] | null,
    nowMs: number,
  ): string[];
}

/** A container needs two scrapes, which may be a minute apart, before it has metrics. */
const FRESH_MS = 120_000;
/** Lists for which a container is remembered without the core list to ask. */
const MEMORY = 4;

/**
 * Starts a check. With the core list of pods: containers that have run for two minutes and are
 * not in the metrics. Without it: containers that were there in one of the last four lists, of a
 * pod that still is.
 */
export function watchCompleteness(): CompletenessCheck {
  let lists = 0;
  const lastSeen = new Map<string, Map<string, number>>();

  /** Notes who is there; of pods that are there, who was there shortly before and is not now. */
  const compareWithBefore = (containers: readonly ContainerUsage[]): string[] => {
    lists += 1;
    for (const { namespace, pod, container } of containers) {
      const name = `${namespace}/${pod}`;
      const seen = lastSeen.get(name) ?? new Map<string, number>();
      lastSeen.set(name, seen.set(container, lists));
    }
    const missing: string[] = [];
    for (const [pod, seen] of lastSeen) {
      let isHere = false;
      for (const [container, list] of seen) {
        if (list === lists) isHere = true;
        else if (lists - list > MEMORY) seen.delete(container);
      }
      if (seen.size === 0) lastSeen.delete(pod);
      if (!isHere) continue;
      for (const [container, list] of seen) {
        if (list !== lists) missing.push(`${pod}/${container}`);
      }
    }
    return missing;
  };

  return {
    missing(containers, hollowPods, pods, nowMs) {
      const before = compareWithBefore(containers);
      if (pods === null) return [...hollowPods, ...before].sort();
      const there = new Set(
        containers.map(({ namespace, pod, container }) => `${namespace}/${pod}/${container}`),
      );
      return pods
        .filter(({ phase, isDeleting }) => phase === 'Running' && !isDeleting)
        .flatMap((pod) =>
          pod.containers
            .filter(({ runningSinceMs }) => runningSinceMs !== null)
            .filter(({ runningSinceMs }) => nowMs - (runningSinceMs ?? 0) >= FRESH_MS)
            .map(({ name }) => `${pod.namespace}/${pod.name}/${name}`),
        )
        .filter((name) => !there.has(name))
        .sort();
    },
  };
}
