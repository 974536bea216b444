import type { Label, RecordingData } from '../../src/core/recording.ts';
import { rngFor } from '../../src/core/rng.ts';
import { aRecording, aSeries, columnsOf } from './series.ts';

/** Options of `busyRun`. */
export interface BusyRun {
  readonly pods?: number;
  readonly samples?: number;
  readonly seed?: number;
  /** Share of samples that are missing. */
  readonly holes?: number;
  readonly names?: (pod: number) => string;
}

/** Pods of one workload with noise, now and then a spike or a step, and labels on some of them. */
export function busyRun(options: BusyRun = {}): RecordingData {
  const { pods = 3, samples = 240, seed = 1, holes = 0.02 } = options;
  const { names = (pod: number) => `web-${String(pod)}` } = options;
  const labels: Label[] = [];
  const columns = Array.from({ length: pods }, (_, p) =>
    ['cpu', 'memory'].map((metric) => {
      const rng = rngFor(seed, `${String(p)} ${metric}`);
      const scale = metric === 'cpu' ? 0.1 : 64 * 1024 * 1024;
      const series = aSeries({
        pod: names(p),
        metric,
        workload: 'web',
        workloadKind: 'Deployment',
      });
      const values: number[] = [];
      let level = 1;
      for (let i = 0; i < samples; i += 1) {
        if (rng.next() < 0.01) level = 0.7 + rng.next();
        const spike = rng.next() < 0.02 ? 2 + rng.next() * 3 : 0;
        values.push(scale * (level + spike + rng.next() * 0.1));
      }
      const whole = columnsOf(series, values);
      const kept = values.map((_, i) => i).filter(() => rng.next() >= holes);
      return {
        series,
        times: Float64Array.from(kept, (i) => whole.times[i] ?? 0),
        values: Float64Array.from(kept, (i) => values[i] ?? 0),
      };
    }),
  ).flat();
  const start = 1_700_000_000_000;
  for (let p = 0; p < pods; p += 2) {
    const startMs = start + (100 + p * 7) * 15_000;
    labels.push({
      ...{ namespace: 'shop', pod: names(p), container: '', metric: '', type: 'hog' },
      ...{ startMs, endMs: startMs + 600_000, graceEndMs: startMs + 900_000, visibleIn: null },
    });
  }
  return aRecording(columns, labels);
}
