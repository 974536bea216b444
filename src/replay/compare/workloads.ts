import type { ComparedWorkload, WorkloadColumns } from '../../core/comparison.ts';
import { compareText } from '../../core/order.ts';
import type { RecordingData } from '../../core/recording.ts';
import type { Series, SeriesColumns } from '../../core/series.ts';

/** Steps of time that columns are made of: begin and length, ms from a run's origin. */
export interface Grid {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

/** Mean, most and sum of pods by steps of time: each pod's mean in a step counts once. */
function gather(members: readonly SeriesColumns[], originMs: number, grid: Grid): WorkloadColumns {
  const { fromMs, stepMs, steps } = grid;
  const high = new Float64Array(steps).fill(NaN);
  const total = new Float64Array(steps);
  const pods = new Uint16Array(steps);
  const sum = new Float64Array(steps);
  const count = new Uint32Array(steps);
  for (const { times, values } of members) {
    sum.fill(0);
    count.fill(0);
    for (let i = 0; i < times.length; i += 1) {
      const step = Math.floor((times[i]! - originMs - fromMs) / stepMs);
      if (step < 0 || step >= steps) continue;
      sum[step] = sum[step]! + values[i]!;
      count[step] = count[step]! + 1;
    }
    for (let s = 0; s < steps; s += 1) {
      if (count[s] === 0) continue;
      const value = sum[s]! / count[s]!;
      total[s] = total[s]! + value;
      pods[s] = pods[s]! + 1;
      if (!(value <= high[s]!)) high[s] = value;
    }
  }
  const mean = total.map((value, s) => (pods[s] === 0 ? NaN : value / pods[s]!));
  return { mean, high, total: total.map((v, s) => (pods[s] === 0 ? NaN : v)), pods };
}

const namespacesOf = ({ series }: RecordingData): Set<string> =>
  new Set(series.map((one) => one.series.namespace).filter((name) => name !== ''));

/** Whether each run is of one namespace, but not all of the same: then names do not tell. */
function areRenamed(runs: readonly RecordingData[]): boolean {
  const names = runs.map(namespacesOf);
  const all = new Set(names.flatMap((own) => [...own]));
  return names.every(({ size }) => size <= 1) && all.size > 1;
}

/** What pods of one workload have in common, in all runs. */
export type WorkloadIdentity = Pick<
  ComparedWorkload,
  'namespace' | 'workload' | 'container' | 'metric' | 'kind'
>;

/** How series are told apart by workload; the same for all of `runs`. */
export function identifier(runs: readonly RecordingData[]): (series: Series) => WorkloadIdentity {
  const isRenamed = areRenamed(runs);
  return (series) => ({
    namespace: isRenamed ? '' : series.namespace,
    workload: series.workload ?? series.pod,
    ...{ container: series.container, metric: series.metric, kind: series.kind },
  });
}

/** The same text for the same workload, container and metric. */
export const identityKey = (one: WorkloadIdentity): string =>
  JSON.stringify([one.namespace, one.workload, one.container, one.metric, one.kind]);

/** The metrics of workloads that the runs have, by steps of time; `origins` are the runs' zeros. */
export function comparedWorkloads(
  runs: readonly RecordingData[],
  origins: readonly number[],
  grid: Grid,
): ComparedWorkload[] {
  const identityOf = identifier(runs);
  const found = new Map<
    string,
    { identity: WorkloadIdentity; first: Series; members: SeriesColumns[][] }
  >();
  runs.forEach((run, r) => {
    for (const one of run.series) {
      if (one.times.length === 0) continue;
      const identity = identityOf(one.series);
      const key = identityKey(identity);
      const known = found.get(key) ?? {
        ...{ identity, first: one.series },
        members: runs.map((): SeriesColumns[] => []),
      };
      found.set(key, known);
      known.members[r]?.push(one);
    }
  });
  return [...found.values()]
    .sort(
      ({ identity: a }, { identity: b }) =>
        compareText(a.namespace, b.namespace) ||
        compareText(a.workload, b.workload) ||
        compareText(a.container, b.container) ||
        compareText(a.metric, b.metric) ||
        compareText(a.kind, b.kind),
    )
    .map(({ identity, first, members }) => ({
      ...{ ...identity, unit: first.unit },
      columns: members.map((own, r) =>
        own.length === 0 ? null : gather(own, origins[r] ?? 0, grid),
      ),
    }));
}
