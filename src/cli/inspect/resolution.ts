import { compareText } from '../../core/order.ts';
import type { RecordingOverview } from '../../record/recording/overview.ts';

type OverviewSeries = RecordingOverview['series'][number];

/** How often a metric really has a new value, whatever the poll interval is. */
export interface Resolution {
  readonly metric: string;
  readonly series: number;
  /** The lower median over the series' usual steps, ms; null: no series has two samples. */
  readonly stepMs: number | null;
}

/** The usual step of several series: the lower median of theirs; null where none has one. */
export function stepOf(series: readonly OverviewSeries[]): number | null {
  const steps = series.flatMap(({ stepMs }) => (stepMs === null ? [] : [stepMs]));
  steps.sort((a, b) => a - b);
  return steps[(steps.length - 1) >> 1] ?? null;
}

/** Series by a text made of each, in the order of the texts. */
export function groupSeries(
  series: readonly OverviewSeries[],
  keyOf: (one: OverviewSeries) => string,
): readonly (readonly OverviewSeries[])[] {
  const groups = new Map<string, OverviewSeries[]>();
  for (const one of series) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups].sort(([a], [b]) => compareText(a, b)).map(([, group]) => group);
}

/** The effective resolution of every metric, by name. */
export function resolutionOf(series: readonly OverviewSeries[]): readonly Resolution[] {
  return groupSeries(series, ({ metric }) => metric).map((group) => ({
    metric: group[0]?.metric ?? '',
    series: group.length,
    stepMs: stepOf(group),
  }));
}
