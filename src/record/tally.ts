import type { TickOutcome } from '../core/recording.ts';
import { formatDuration } from '../core/time.ts';
import type { TickReport } from './poll-loop.ts';
import type { SeriesDefinition } from './recording/writer.ts';

/** What a run came to. */
export interface RunSummary {
  readonly ticks: number;
  readonly outcomes: Readonly<Record<TickOutcome, number>>;
  /** Why ticks are not ok, most frequent first. */
  readonly causes: readonly { readonly cause: string; readonly ticks: number }[];
  readonly series: number;
  readonly samples: number;
  readonly repeats: number;
  readonly conflicts: number;
  readonly late: number;
  readonly rejected: number;
  /** Median step between new values of a series, ms; null: too few to tell. */
  readonly resolutionMs: number | null;
  /** Median of the interval that the source says its rates are means of, ms; null: not told. */
  readonly windowMs: number | null;
  /** The shortest one, and the one that a tenth of the samples does not exceed; null: not told. */
  readonly shortestWindowMs: number | null;
  readonly shortWindowMs: number | null;
  /** How old new samples of CPU were when their poll was due, ms: the median, the oldest. */
  readonly ageMs: number | null;
  readonly oldestMs: number | null;
}

/** Adds up ticks as they are committed. */
export interface RunTally {
  readonly add: (report: TickReport) => void;
  readonly summary: () => RunSummary;
}

/** The value that a share of a histogram of whole milliseconds does not exceed; null: empty. */
function quantile(counts: ReadonlyMap<number, number>, share: number): number | null {
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  let passed = 0;
  for (const [value, n] of [...counts].sort(([a], [b]) => a - b)) {
    passed += n;
    if (passed >= total * share) return value;
  }
  return null;
}

export function startTally(): RunTally {
  const outcomes: Record<TickOutcome, number> = {
    ok: 0,
    partial: 0,
    empty: 0,
    failed: 0,
    missed: 0,
  };
  const causes = new Map<string, number>();
  const lastTimes = new WeakMap<SeriesDefinition, number>();
  const steps = new Map<number, number>();
  const windows = new Map<number, number>();
  const ages = new Map<number, number>();
  const seriesNames = new Set<string>();
  const sums = { ticks: 0, samples: 0, repeats: 0, conflicts: 0, late: 0, rejected: 0 };
  const bump = <K>(counts: Map<K, number>, key: K): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };

  return {
    add({ scheduledMs, outcome, reason, receipt, rejected, poll }) {
      outcomes[outcome] += 1;
      sums.ticks += 1;
      sums.samples += receipt.stored;
      sums.repeats += receipt.repeats;
      sums.conflicts += receipt.conflicts;
      sums.late += receipt.late;
      sums.rejected += rejected;
      // A reason's detail (names, counts) differs from tick to tick; its head is the cause.
      if (outcome !== 'ok') bump(causes, outcome === 'partial' ? 'missing containers' : reason);
      for (const [windowMs, n] of poll?.windows ?? []) {
        windows.set(windowMs, (windows.get(windowMs) ?? 0) + n);
      }
      poll?.series.forEach((definition, i) => {
        const { namespace, pod, container, metric, kind } = definition;
        const last = lastTimes.get(definition);
        const t = poll.times[i] ?? 0;
        lastTimes.set(definition, Math.max(t, last ?? t));
        if (kind === 'usage' && metric === 'cpu' && (last === undefined || t > last)) {
          bump(ages, Math.round((scheduledMs - t) / 100) * 100);
        }
        if (last === undefined) seriesNames.add([namespace, pod, container, metric].join('/'));
        else if (kind === 'usage' && metric === 'cpu' && t > last) bump(steps, t - last);
      });
    },
    summary: () => ({
      ...sums,
      outcomes,
      causes: [...causes]
        .map(([cause, ticks]) => ({ cause, ticks }))
        .sort((a, b) => b.ticks - a.ticks),
      series: seriesNames.size,
      resolutionMs: quantile(steps, 0.5),
      windowMs: quantile(windows, 0.5),
      shortestWindowMs: quantile(windows, 0),
      shortWindowMs: quantile(windows, 0.1),
      ageMs: quantile(ages, 0.5),
      oldestMs: quantile(ages, 1),
    }),
  };
}

/**
 * What the rates of CPU are means over, as a sentence for the recording; null: not told. Means over
 * a short window are spikier than others, and a fresh container's first one is short.
 */
export function windowNote(summary: RunSummary): string | null {
  const { windowMs, shortWindowMs, shortestWindowMs } = summary;
  if (windowMs === null || shortWindowMs === null || shortestWindowMs === null) return null;
  const usual = formatDuration(windowMs);
  if (usual === formatDuration(shortestWindowMs)) return `CPU is the mean over ${usual}.`;
  return `CPU is the mean over ${usual} (the median); over ${formatDuration(shortWindowMs)} or less for a tenth of the samples, ${formatDuration(shortestWindowMs)} at the least.`;
}

/** How old samples were when they were polled, as a sentence for the recording; null: there were none. */
export function ageNote({ ageMs, oldestMs }: RunSummary): string | null {
  if (ageMs === null || oldestMs === null || ageMs < 0) return null;
  return `Samples were ${formatDuration(ageMs)} old when their poll was due (the median), ${formatDuration(oldestMs)} at most.`;
}

/**
 * A better interval than `intervalMs`, and why; null where it fits or too little was seen. Polling
 * at half the source's own step sees every value: `values-missed` where the source says that its
 * rates span less time than lies between polls, `repeats` where most answers brought nothing new.
 */
export function adviseInterval(
  { resolutionMs, windowMs, samples, repeats }: RunSummary,
  intervalMs: number,
): { readonly intervalMs: number; readonly because: 'values-missed' | 'repeats' } | null {
  if (resolutionMs === null) return null;
  const half = (stepMs: number): number => Math.max(1000, Math.floor(stepMs / 2000) * 1000);
  if (windowMs !== null && windowMs >= 1000 && intervalMs > windowMs * 1.3) {
    return { intervalMs: half(windowMs), because: 'values-missed' };
  }
  const share = repeats / Math.max(1, samples + repeats);
  const better = half(resolutionMs);
  return share > 0.6 && intervalMs < better ? { intervalMs: better, because: 'repeats' } : null;
}
