import type { RecordingData } from '../../../core/recording.ts';
import { rngFor } from '../../../core/rng.ts';
import type { SeriesColumns } from '../../../core/series.ts';

function kept(columns: SeriesColumns, isKept: (i: number) => boolean): SeriesColumns {
  const { series, times, values } = columns;
  return {
    series,
    times: times.filter((_, i) => isKept(i)),
    values: values.filter((_, i) => isKept(i)),
  };
}

/** A recording that lost this share of its samples, each by its own chance. */
export function withoutSome(data: RecordingData, share: number, seed: number): RecordingData {
  const series = data.series.map((columns) => {
    const rng = rngFor(seed, `drop ${columns.series.id}`);
    const lost = Array.from(columns.times, () => rng.next() < share);
    return kept(columns, (i) => lost[i] !== true);
  });
  return { ...data, series };
}

/** A recording that was polled every so many of its samples only, from the one at `phase` on. */
export function everyNth(data: RecordingData, n: number, phase: number): RecordingData {
  return { ...data, series: data.series.map((one) => kept(one, (i) => i % n === phase)) };
}

/** A recording that never saw a pod. */
export function withoutPod(data: RecordingData, namespace: string, pod: string): RecordingData {
  const isOther = (one: { readonly namespace: string; readonly pod: string }): boolean =>
    one.namespace !== namespace || one.pod !== pod;
  return {
    ...data,
    series: data.series.filter(({ series }) => isOther(series)),
    labels: data.labels.filter(isOther),
  };
}

/** The usual time between samples of the longest series, ms; Infinity where none has two. */
export function usualStepMs(data: RecordingData): number {
  const longest = data.series.reduce<Float64Array>(
    (most, { times }) => (times.length > most.length ? times : most),
    new Float64Array(0),
  );
  const steps = longest.subarray(1).map((t, i) => t - longest[i]!);
  return steps.sort()[steps.length >> 1] ?? Infinity;
}
