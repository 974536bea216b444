import type { Series } from '../../core/series.ts';

/** What says how much was asked of a workload, best first. */
const LOAD_NAMES = [
  /(^|[^a-z])(requests?|reqs?|rps|qps)([^a-z]|$)/i,
  /(^|[^a-z])(iterations?|throughput|load)([^a-z]|$)/i,
  /(^|[^a-z])(vus|users|connections)([^a-z]|$)/i,
];
const NO_LOAD = /fail|error|duration|latency|waiting|size/i;

/** Place in the order of load signals; -1: it is none. */
export function loadRank({ kind, metric, unit }: Pick<Series, 'kind' | 'metric' | 'unit'>): number {
  if (kind !== 'signal' || NO_LOAD.test(metric)) return -1;
  if (unit === 'requests/s') return 0;
  return LOAD_NAMES.findIndex((name) => name.test(metric));
}
