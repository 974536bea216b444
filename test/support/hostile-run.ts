import type { Label, Mark, RecordingData } from '../../src/core/recording.ts';
import { aRecording, aSeries, columnsOf } from './series.ts';

const START = 1_700_000_000_000;
const STEP = 15_000;
const SAMPLES = 90;

/**
 * A run in which every one of `names` stands in each place that a name can come from: pod, namespace,
 * container, workload, node, a signal's name, kind and name of a mark, type of a label. Each pod has a
 * spike that alerts.
 */
export function hostileRun(names: readonly string[]): RecordingData {
  const name = (i: number): string => names[i % names.length] ?? '';
  const values = (i: number): number[] =>
    Array.from({ length: SAMPLES }, (_, s) => (s > 75 && s < 84 ? 9 : 0.1 + ((i + s) % 7) / 1000));
  const usage = names.map((pod, i) =>
    columnsOf(
      aSeries({
        ...{ pod, namespace: name(i + 1), container: name(i + 2), workload: name(i + 3) },
        ...{ node: name(i + 4), limit: 8 },
      }),
      values(i),
      STEP,
      START,
    ),
  );
  const signals = names.map((metric, i) =>
    columnsOf(
      aSeries({
        ...{ pod: '', container: '', namespace: name(i), workload: name(i + 2) },
        ...{ metric, unit: '', kind: 'signal' },
      }),
      values(i),
      STEP,
      START,
    ),
  );
  const marks = names.map((own, i): Mark => ({
    ...{ kind: name(i + 1), name: own, namespace: '', pod: '' },
    ...{ startMs: START + i * STEP, endMs: null },
  }));
  const labels = names.map((type, i): Label => ({
    ...{ namespace: name(i + 1), pod: name(i), container: '', metric: '', type },
    ...{ startMs: START + 70 * STEP, endMs: START + 80 * STEP, graceEndMs: START + 84 * STEP },
    visibleIn: null,
  }));
  const run = aRecording([...usage, ...signals], labels, marks);
  return { ...run, info: { ...run.info, origin: name(0), notes: names } };
}
