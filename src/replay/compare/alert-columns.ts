import type { RunComparison } from '../../core/comparison.ts';
import type { ReplayResult } from '../../core/results.ts';
import type { Series } from '../../core/series.ts';
import { identityKey, type WorkloadIdentity } from './workloads.ts';

/** Alerts of one workload's metric by steps of time. */
export interface AlertColumns {
  /** How many were detected. */
  readonly opened: Float64Array;
  /** Minutes that they were open, over all pods. */
  readonly minutes: Float64Array;
}

const MINUTE = 60_000;

/** The alerts of one run's replay, by workload (`identityKey`); workloads without one have none. */
export function alertColumns(
  { series, alerts }: ReplayResult,
  identityOf: (series: Series) => WorkloadIdentity,
  { fromMs, stepMs, runs, workloads }: RunComparison,
  run: number,
): ReadonlyMap<string, AlertColumns> {
  const startMs = fromMs + (runs[run]?.originMs ?? 0);
  const steps = workloads.reduce((n, { columns }) => columns[run]?.pods.length ?? n, 0);
  const byId = new Map(series.map((one) => [one.series.id, one]));
  const found = new Map<string, AlertColumns>();
  for (const { series: id, detectedAt, end } of alerts) {
    const one = byId.get(id);
    if (one === undefined) continue;
    const key = identityKey(identityOf(one.series));
    const own = found.get(key) ?? {
      ...{ opened: new Float64Array(steps), minutes: new Float64Array(steps) },
    };
    found.set(key, own);
    const first = Math.floor((detectedAt - startMs) / stepMs);
    if (first >= 0 && first < steps) own.opened[first] = own.opened[first]! + 1;
    const closed = end ?? one.times[one.times.length - 1] ?? detectedAt;
    for (let s = Math.max(0, first); s < steps && startMs + s * stepMs < closed; s += 1) {
      const from = Math.max(detectedAt, startMs + s * stepMs);
      const to = Math.min(closed, startMs + (s + 1) * stepMs);
      own.minutes[s] = own.minutes[s]! + Math.max(0, to - from) / MINUTE;
    }
  }
  return found;
}
