import type { Unit } from '../../core/series.ts';
import type { SeriesDefinition } from '../recording/writer.ts';
import { badInput, shown } from './bad-input.ts';
import { nameFault } from './header.ts';
import { unitOf } from './number-columns.ts';

/** What is asked for of series whose labels do not tell it. */
export interface PrometheusOptions {
  /** `value`: told by the metric's name where it is known. */
  readonly metric: string;
  /** null: told by the metric. */
  readonly unit?: Unit | null;
  /** Of series without a namespace label. */
  readonly namespace: string;
}

/** Names whose values are what podtape calls cpu (cores) and memory (bytes). */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^container_memory_working_set_bytes$/, 'memory'],
  [/container_cpu_usage_seconds_total:sum_i?rate/, 'cpu'],
];

function metricOf(name: string, asked: string, where: string): string {
  if (asked !== 'value' || name === '') return asked;
  const known = KNOWN.find(([pattern]) => pattern.test(name));
  if (known !== undefined) return known[1];
  if (name.endsWith('_total')) {
    throw badInput(where, `${name} is a counter that only grows; query rate(${name}[1m]) instead`);
  }
  return name;
}

/** Labels that say which container of which pod a series is of. */
function placeOf(labels: ReadonlyMap<string, string>) {
  const first = (...names: readonly string[]): string =>
    names.map((name) => labels.get(name) ?? '').find((text) => text !== '') ?? '';
  return {
    namespace: first('namespace'),
    pod: first('pod', 'pod_name'),
    container: first('container', 'container_name'),
  };
}

/**
 * The series that a Prometheus series' labels stand for: usage where it is of a pod, else a
 * signal. `labels` hold the name as `__name__`. Throws BAD_INPUT on a counter and on names that
 * no series can have.
 */
export function prometheusSeries(
  labels: ReadonlyMap<string, string>,
  options: PrometheusOptions,
  where: string,
): SeriesDefinition {
  const place = placeOf(labels);
  const metric = metricOf(labels.get('__name__') ?? '', options.metric, where);
  for (const text of [place.namespace, place.pod, place.container, metric]) {
    const fault = nameFault(text);
    if (fault !== '') throw badInput(where, `the label ${shown(text)} ${fault}`);
  }
  return {
    ...place,
    namespace: place.namespace === '' ? options.namespace : place.namespace,
    ...{ metric, kind: place.pod === '' ? 'signal' : 'usage' },
    ...{ unit: options.unit ?? unitOf(metric), denominator: 1 },
  };
}
