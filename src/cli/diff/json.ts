import type { ComparedWorkload, Difference } from '../../core/comparison.ts';
import type { Measure, RunDiff } from '../../core/run-diff.ts';
import type { Settings } from '../../core/settings.ts';
import { settingsDigest } from '../../core/settings-digest.ts';
import { formatTime } from '../../core/time.ts';
import { VERSION } from '../../core/version.ts';

const scaled = ({ relative, verdict, ...rest }: Difference, by: number) => ({
  ...{ baseline: rest.baseline * by, candidate: rest.candidate * by },
  ...{ difference: rest.difference * by, relative },
  interval: rest.interval === null ? null : rest.interval.map((v) => v * by),
  verdict,
});

const MILLISECOND = 0.001;

function measureJson({ name, difference, why, isCut }: Measure) {
  const by = name === 'settle' || name === 'replicas' ? MILLISECOND : 1;
  return {
    measure: name,
    ...(difference === null
      ? { baseline: null, candidate: null, difference: null, relative: null, interval: null }
      : scaled(difference, by)),
    verdict: difference?.verdict ?? 'unknown',
    atLeast: isCut,
    why,
  };
}

const identity = ({ namespace, workload, container, metric }: ComparedWorkload) => ({
  ...{ namespace, workload, container, metric },
});

/** `diff --format json`. */
export function diffJson(
  { comparison, workloads, scaleOut }: RunDiff,
  settings: Settings,
  options: { readonly tolerance: number; readonly seed: number },
) {
  const [baseline, candidate] = comparison.runs.map((run) => ({
    ...{ name: run.name, digest: run.digest, origin: run.origin },
    ...{ start: formatTime(run.startMs), end: formatTime(run.endMs) },
    zero: formatTime(run.originMs),
  }));
  return {
    ...{ schemaVersion: 1, version: VERSION, baseline, candidate },
    ...{ settings: settingsDigest(settings), aligned: comparison.aligned, ...options },
    workloads: workloads.map(({ workload, pods, load, measures, phases }) => ({
      ...identity(workload),
      ...{ unit: workload.unit, pods, load },
      levels: phases.map(({ phase, mean }) => ({
        phase: comparison.phases[phase]?.name ?? '',
        ...scaled(mean, 1),
      })),
      measures: measures.map(measureJson),
    })),
    scaleOut: scaleOut.map(({ workload, measures }) => ({
      namespace: workload.namespace,
      workload: workload.workload,
      replicas: measures.map((one) => ({ replicas: one.count, ...measureJson(one) })),
    })),
    missing: comparison.workloads
      .filter(({ columns, kind }) => kind === 'usage' && columns.includes(null))
      .map((one) => ({
        ...identity(one),
        only: one.columns[0] === null ? 'candidate' : 'baseline',
      })),
  };
}
