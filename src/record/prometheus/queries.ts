import { ToolError } from '../../core/errors.ts';
import { formatDuration } from '../../core/time.ts';
import { nameFault } from '../import/header.ts';
import { labelMatchers, quoted } from './label-selector.ts';

/** A query and the metric that its answer is recorded as. */
export interface MetricQuery {
  readonly metric: string;
  readonly expression: string;
}

/** Which pods the queries of cpu and memory are of. */
export interface QueryScope {
  /** null: all namespaces. */
  readonly namespace: string | null;
  /** A label selector as kubectl takes it; '' for none. */
  readonly selector: string;
  /** How far back the rate of CPU looks, ms. */
  readonly rateWindowMs: number;
}

/**
 * The queries of CPU (cores) and memory (bytes, working set) of every container, from cAdvisor's
 * metrics. `max`, not `sum`: a container that was started again, or is scraped twice, has two
 * series for a while. A selector needs kube-state-metrics, which knows the labels of pods.
 * Throws USAGE on a selector that cannot be read.
 */
export function podQueries({ namespace, selector, rateWindowMs }: QueryScope): MetricQuery[] {
  const where = namespace === null ? '' : `namespace=${quoted(namespace)}`;
  const containers = ['container!=""', 'container!="POD"', where].filter((text) => text !== '');
  const labels = selector === '' ? '' : labelMatchers(selector);
  const pods = [where, labels].filter((text) => text !== '').join(',');
  const only = labels === '' ? '' : ` and on (namespace, pod) kube_pod_labels{${pods}}`;
  const query = (metric: string, of: (series: string) => string, name: string): MetricQuery => ({
    metric,
    expression: `max by (namespace, pod, container) (${of(`${name}{${containers.join(',')}}`)})${only}`,
  });
  const window = formatDuration(rateWindowMs);
  return [
    query('cpu', (series) => `rate(${series}[${window}])`, 'container_cpu_usage_seconds_total'),
    query('memory', (series) => series, 'container_memory_working_set_bytes'),
  ];
}

/** `NAME=EXPR` → a query. Throws USAGE. */
export function parseQuery(text: string): MetricQuery {
  const [, metric = '', expression = ''] = /^([^={}()[\]\s"]+)=([^=~].*)$/s.exec(text) ?? [];
  if (metric !== '' && nameFault(metric) === '' && expression.trim() !== '') {
    return { metric, expression: expression.trim() };
  }
  throw new ToolError(
    'USAGE',
    `--query takes NAME=EXPR, such as requests='sum(rate(http_requests_total[1m]))', not ${JSON.stringify(text.slice(0, 60))}.`,
  );
}

/** `own` beside the queries of pods; one of the same name stands in its place. Throws USAGE. */
export function allQueries(scope: QueryScope, own: readonly MetricQuery[]): MetricQuery[] {
  const names = own.map(({ metric }) => metric);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ToolError('USAGE', `--query ${twice}= is given twice.`);
  return [...podQueries(scope).filter(({ metric }) => !names.includes(metric)), ...own];
}
