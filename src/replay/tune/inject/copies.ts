import type { RecordingData } from '../../../core/recording.ts';
import type { Series, SeriesColumns } from '../../../core/series.ts';
import type { Settings } from '../../../core/settings.ts';
import { firstAtOrAfter } from '../../evaluate/events.ts';
import { judgesTogether } from '../../score.ts';
import { groupOf } from '../../streams.ts';
import type { FaultKind } from './faults.ts';
import type { Place } from './plan.ts';

const LEAST_HISTORY = 1000;
const WINDOWS_OF_HISTORY = 2;

/** Samples before a fault that a copy keeps: what a detector of these settings can remember. */
export function historyOf({ window, members }: Settings): number {
  const longest = members.reduce((most, one) => Math.max(most, one.window ?? 0), window);
  return Math.max(LEAST_HISTORY, WINDOWS_OF_HISTORY * longest);
}

/** Whether a series is judged together with another: they share a window, or are one container's. */
function isWith(series: Series, other: Series, settings: Settings): boolean {
  const { pool } = settings;
  if (series.metric !== other.metric && !judgesTogether(settings)) return false;
  const isSame =
    series.namespace === other.namespace &&
    series.pod === other.pod &&
    series.container === other.container;
  if (isSame || pool === 'container') return isSame;
  // CPU and memory of a pool are judged side by side.
  const group = groupOf({ ...other, metric: series.metric }, pool);
  return groupOf(series, pool) === group;
}

function cut({ series, times, values }: SeriesColumns, fromMs: number, toMs: number) {
  const from = firstAtOrAfter(times, fromMs);
  let to = firstAtOrAfter(times, toMs);
  if (times[to] === toMs) to += 1;
  return { series, times: times.subarray(from, to), values: values.subarray(from, to) };
}

/**
 * The part of a run that decides about a fault in one place: the series and those that are judged
 * together with it, from as far back as a detector remembers to the end of the fault.
 */
export function copyAt(
  data: RecordingData,
  place: Place,
  lastsMs: number,
  settings: Settings,
): RecordingData {
  const own = data.series.find(({ series }) => series.id === place.series);
  if (own === undefined) throw new Error(`The recording has no series ${place.series}.`);
  const start = firstAtOrAfter(own.times, place.startMs);
  const startMs = own.times[Math.max(0, start - historyOf(settings))]!;
  const endMs = place.startMs + lastsMs;
  const series = data.series
    .filter((one) => isWith(own.series, one.series, settings))
    .map((one) => cut(one, startMs, endMs))
    .filter(({ times }) => times.length > 0);
  return { ...data, info: { ...data.info, startMs, endMs }, series, ticks: [], marks: [] };
}

/** A copy with a fault of this size in it; size 0 changes nothing. */
export function withFault(
  copy: RecordingData,
  { series: id, startMs }: Place,
  kind: FaultKind,
  size: number,
  lastsMs: number,
): RecordingData {
  const series = copy.series.map((columns) => {
    if (columns.series.id !== id || size === 0) return columns;
    const { times } = columns;
    const values = columns.values.map((value, i) => {
      const sinceMs = times[i]! - startMs;
      return sinceMs < 0 ? value : value + kind.added(size, sinceMs, lastsMs);
    });
    return { ...columns, values };
  });
  return { ...copy, series };
}
