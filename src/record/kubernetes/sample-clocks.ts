import { formatDuration } from '../../core/time.ts';
import type { ContainerUsage } from './metrics-list.ts';

/** A sample time further ahead of the server's clock than this is of a clock that is wrong. */
const AHEAD_MS = 10_000;
/** The slowest kubelets measure every five minutes; a time older than this is wrong, or stale. */
const BEHIND_MS = 15 * 60_000;

/**
 * Watches sample times, which are those of the nodes' clocks, against the server's: one note for the
 * first pod that is far ahead, and one for the first that is far behind. Samples are kept as they are.
 */
export function watchSampleClocks(): (
  usage: readonly ContainerUsage[],
  serverMs: number,
) => string[] {
  const told = new Set<string>();
  return (usage, serverMs) => {
    const notes: string[] = [];
    for (const { namespace, pod, t } of usage) {
      const aheadMs = t - serverMs;
      if (aheadMs <= AHEAD_MS && aheadMs >= -BEHIND_MS) continue;
      const where = aheadMs > 0 ? 'ahead of' : 'behind';
      if (told.has(where)) continue;
      told.add(where);
      notes.push(
        `Samples of ${namespace}/${pod} are ${formatDuration(Math.abs(aheadMs))} ${where} the server's clock: that of its node may be wrong; their times are kept as told.`,
      );
    }
    return notes;
  };
}
