import type { RecordingOverview } from '../../record/recording/overview.ts';
import { formatTime } from '../../core/time.ts';
import { resolutionOf } from './resolution.ts';

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : formatTime(ms));

/** `inspect --format json`: plain values, times RFC 3339 UTC, durations in seconds. */
export function inspectJson(overview: RecordingOverview): Readonly<Record<string, unknown>> {
  const { info, series, coverage, marks, labels, rejects, bytes, schemaVersion } = overview;
  const { startMs, endMs, intervalMs, ...recording } = info;
  const samples = series.reduce((sum, one) => sum + one.samples, 0);
  return {
    recording: {
      ...recording,
      intervalSeconds: intervalMs === null ? null : intervalMs / 1000,
      start: samples === 0 ? null : formatTime(startMs),
      end: samples === 0 ? null : formatTime(endMs),
      ...{ samples, bytes, format: schemaVersion },
    },
    resolution: resolutionOf(series).map(({ metric, series: count, stepMs }) => ({
      ...{ metric, series: count, stepSeconds: stepMs === null ? null : stepMs / 1000 },
    })),
    series: series.map(({ firstMs, lastMs, stepMs, ...one }) => ({
      ...one,
      start: timeOrNull(firstMs),
      end: timeOrNull(lastMs),
      stepSeconds: stepMs === null ? null : stepMs / 1000,
    })),
    coverage: {
      ...coverage,
      gaps: coverage.gaps.map(({ startMs: from, endMs: to, ...gap }) => ({
        ...{ start: formatTime(from), end: formatTime(to), ...gap },
      })),
    },
    marks: marks.map(({ startMs: from, endMs: to, ...mark }) => ({
      ...{ start: formatTime(from), end: timeOrNull(to), ...mark },
    })),
    labels: labels.map(({ startMs: from, endMs: to, graceEndMs, visibleIn, ...label }) => ({
      ...{ ...label, start: formatTime(from), end: formatTime(to) },
      ...{ grace_end: formatTime(graceEndMs), visible_in: visibleIn },
    })),
    rejects,
  };
}
