import type { Series } from '../../core/series.ts';
import { type EventRules, firstAtOrAfter, type RunExtent } from '../evaluate/events.ts';

/** Who a rate of alerts is for. */
export type RateUnit = 'series' | 'pod' | 'workload' | 'run';

/** For how long alerts could have come up, days by unit; two series of one pod are one pod's day. */
export interface Exposure {
  readonly days: Readonly<Record<RateUnit, number>>;
  /** Samples of one series in an hour, on average. */
  readonly samplesPerHour: number;
}

/** The part of a series in which alerts count: from its first score after the warm-up on. */
export interface WatchedSpan {
  readonly series: Series;
  readonly fromMs: number;
  readonly toMs: number;
  /** 0: the series was never scored, so its silence means nothing. */
  readonly samples: number;
}

/** Where a series was watched under a scoring pass. */
export function watchedSpan(
  columns: {
    readonly series: Series;
    readonly times: Float64Array;
    readonly scores: Float64Array;
  },
  run: { readonly extent: RunExtent; readonly rules: EventRules },
): WatchedSpan {
  const { series, times, scores } = columns;
  let first = firstAtOrAfter(times, run.extent.startMs + run.rules.warmupMs);
  while (first < scores.length && Number.isNaN(scores[first])) first += 1;
  const toMs = times[times.length - 1] ?? 0;
  return { series, fromMs: times[first] ?? toMs, toMs, samples: times.length - first };
}

const DAY_MS = 86_400_000;

/** Adds up what was watched; a pod's, workload's or run's time is from the first to the last of it. */
export function exposureOf(watched: readonly (WatchedSpan & { readonly run: number })[]): Exposure {
  const seen = watched.filter(({ samples }) => samples > 0);
  const daysBy = (keyOf: (series: Series) => string): number => {
    const spans = new Map<string, { fromMs: number; toMs: number }>();
    for (const { run, series, fromMs, toMs } of seen) {
      const key = `${String(run)} ${keyOf(series)}`;
      const span = spans.get(key) ?? { fromMs, toMs };
      span.fromMs = Math.min(span.fromMs, fromMs);
      span.toMs = Math.max(span.toMs, toMs);
      spans.set(key, span);
    }
    return [...spans.values()].reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0) / DAY_MS;
  };
  const days = {
    series: daysBy(({ id }) => id),
    pod: daysBy(({ namespace, pod }) => JSON.stringify([namespace, pod])),
    workload: daysBy((series) =>
      series.workload === null
        ? JSON.stringify([series.namespace, series.pod])
        : JSON.stringify([series.namespace, series.workloadKind, series.workload]),
    ),
    run: daysBy(() => ''),
  };
  const samples = seen.reduce((sum, one) => sum + one.samples, 0);
  return { days, samplesPerHour: days.series > 0 ? samples / (days.series * 24) : Infinity };
}
