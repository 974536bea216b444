import { createRecording } from '../record/recording/writer.ts';
import { simulate, type SyntheticOptions } from '../replay/synthetic/simulate.ts';

/** Simulates a load run and writes it as a recording. Throws STORAGE. */
export function writeSynthetic(
  path: string,
  options: SyntheticOptions,
  force: boolean,
): { readonly digest: string; readonly samples: number; readonly labels: number } {
  const run = simulate(options);
  const { scenario, seed, intervalMs } = options;
  const origin = `${scenario.name}, seed ${String(seed)}`;
  const writer = createRecording(
    path,
    { kind: 'synthetic', origin, intervalMs },
    { mode: 'atomic', force },
  );
  try {
    const units = { cpu: 'cores', memory: 'bytes', requests: 'requests/s', replicas: 'replicas' };
    for (const { metric, times, values, workload, ...rest } of run.series) {
      const isUsage = metric === 'cpu' || metric === 'memory';
      const id = writer.defineSeries({
        ...rest,
        ...{ metric, namespace: run.namespace, workload, workloadKind: 'Deployment' },
        kind: isUsage ? 'usage' : 'signal',
        unit: units[metric] as 'cores',
        denominator: metric === 'cpu' ? 1e9 : 1,
      });
      writer.commitTick({
        ...{ scheduledMs: times[0] ?? options.startMs, startedMs: null, finishedMs: null },
        ...{ outcome: 'ok', reason: '', marks: [], rejects: [], times, values },
        series: times.map(() => id),
      });
    }
    writer.addMarks(run.marks);
    writer.addLabels(run.labels);
    const { digest, samples } = writer.finalise();
    return { digest, samples, labels: run.labels.length };
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
