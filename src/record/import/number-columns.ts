import type { SeriesKind, Unit } from '../../core/series.ts';
import type { Layout } from './header.ts';

/** A column of numbers, and the series that its cells are samples of. */
export interface NumberColumn {
  /** Position in the row. */
  readonly at: number;
  readonly name: string;
  readonly metric: string;
  readonly kind: SeriesKind;
  readonly unit: Unit;
  /** No reading of it can be below 0. */
  readonly neverNegative: boolean;
}

/** Columns of a long file that are usage; all others are signals. */
const USAGE = new Map([
  ['cpu_cores', 'cpu'],
  ['memory_bytes', 'memory'],
  ['value', 'value'],
]);

/** Metrics that are usage wherever a format has no other way to say so. */
export const USAGE_METRICS: readonly string[] = [...USAGE.values()];

/** The metric that a column of a long file is of. */
export function metricOf(column: string): string {
  return USAGE.get(column) ?? column;
}

/** The column of a long file that a metric is in: the inverse of `metricOf`, where it has one. */
export function columnOf(metric: string): string {
  return [...USAGE].find(([, own]) => own === metric)?.[0] ?? metric;
}

/** The unit a metric's name stands for. */
export function unitOf(metric: string): Unit {
  if (metric === 'cpu') return 'cores';
  if (metric === 'memory') return 'bytes';
  if (metric === 'requests') return 'requests/s';
  return metric.startsWith('replicas') ? 'replicas' : '';
}

/**
 * What the columns of numbers stand for: long: a metric each, usage for `cpu_cores`,
 * `memory_bytes` and `value`, a signal for any other; wide and NAB: all of one metric.
 */
export function numberColumns(
  { format, numbers }: Layout,
  wide: { readonly metric: string; readonly unit: Unit | null },
): readonly NumberColumn[] {
  return numbers.map(({ at, name }) => {
    const isLong = format === 'long';
    const metric = isLong ? metricOf(name) : format === 'wide' ? wide.metric : 'value';
    const unit = (format === 'wide' ? wide.unit : null) ?? unitOf(metric);
    const kind = isLong && !USAGE.has(name) ? 'signal' : 'usage';
    return { ...{ at, name, metric, kind, unit }, neverNegative: unit !== '' };
  });
}
