import type { Label, Mark } from '../../core/recording.ts';
import type { Series } from '../../core/series.ts';
import { limitForecast } from '../detect/limit-forecast.ts';
import { type Detection, firstAtOrAfter, samePod } from './events.ts';

/** A series as it was measured. */
export interface MeasuredSeries {
  readonly series: Series;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** How long before its container's memory limit a leak was detected. */
export interface Lead {
  readonly label: Label;
  readonly detectedMs: number;
  /** When memory reaches the limit. */
  readonly limitMs: number;
  /** False: it did so in the recording (a sample at the limit, or a restart); true: by its growth. */
  readonly isProjected: boolean;
  /** From detection to limit; negative: detected afterwards. */
  readonly leadSeconds: number;
}

/** Labels that are held against the memory limit, by their type. */
export const isLeak = ({ type }: Label): boolean => /leak/i.test(type);

/** When a leaking container reaches its limit, or null where it has none or does not grow. */
function limitReached(
  { series, times, values }: MeasuredSeries,
  { startMs, endMs }: Label,
  marks: readonly Mark[],
): Pick<Lead, 'limitMs' | 'isProjected'> | null {
  const { limit, namespace, pod } = series;
  if (limit === null || limit <= 0) return null;
  const restart = marks.find(
    (mark) =>
      mark.kind === 'restart' &&
      mark.namespace === namespace &&
      mark.pod === pod &&
      mark.startMs > startMs &&
      mark.startMs <= endMs,
  );
  const from = firstAtOrAfter(times, startMs);
  const to = firstAtOrAfter(times, Math.min(endMs, restart?.startMs ?? Infinity));
  for (let i = from; i < to; i += 1) {
    if (values[i]! >= limit) return { limitMs: times[i]!, isProjected: false };
  }
  if (restart !== undefined) return { limitMs: restart.startMs, isProjected: false };
  const forecast = limitForecast(times.subarray(from, to), values.subarray(from, to), limit);
  const minutes = forecast?.minutesToLimit ?? null;
  const lastMs = times[to - 1];
  if (minutes === null || lastMs === undefined) return null;
  return { limitMs: lastMs + minutes * 60_000, isProjected: true };
}

/**
 * Lead of every detected leak whose pod has a memory series with a limit: of several containers
 * the one that reaches its limit first. Times are Unix ms.
 */
export function leadTimes(
  detections: readonly Detection[],
  measured: readonly MeasuredSeries[],
  marks: readonly Mark[],
): Lead[] {
  return detections.flatMap(({ label, detectedMs }) => {
    if (detectedMs === null || !isLeak(label)) return [];
    const reached = measured
      .filter(({ series }) => series.unit === 'bytes' && samePod(label, series))
      .filter(({ series }) => label.container === '' || label.container === series.container)
      .flatMap((one) => limitReached(one, label, marks) ?? [])
      .sort((a, b) => a.limitMs - b.limitMs);
    const [first] = reached;
    if (first === undefined) return [];
    return [{ label, detectedMs, ...first, leadSeconds: (first.limitMs - detectedMs) / 1000 }];
  });
}
