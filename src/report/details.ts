import type { RecordingData } from '../core/recording.ts';
import type { ScoredSeries } from '../core/results.ts';
import type { Series, SeriesColumns } from '../core/series.ts';
import { formatDuration } from '../core/time.ts';
import { formatValue } from '../core/units.ts';
import { drawnLine, type DrawnPoint, drawnPositions } from './decimate.ts';
import {
  type DisplayUnit,
  displayUnit,
  nameInWorkload,
  seriesName,
  workloadName,
} from './display.ts';
import type { DetailModel, SparkGroup, SparkModel, Span } from './model.ts';
import { packDoubles, packFlags, packTimes } from './pack.ts';

const DETAIL_BUCKETS = 500;
const SPARK_BUCKETS = 70;
const MARKS_SHOWN = 40;

function largest(values: Float64Array): number {
  let most = 0;
  for (const v of values) if (v > most) most = v;
  return most;
}

function inUnit(points: readonly DrawnPoint[], { per }: DisplayUnit): DrawnPoint[] {
  return points.map(([t, v]) => [t, v === null ? null : Number((v / per).toPrecision(7))]);
}

function breaks(times: Float64Array): Uint8Array {
  const starts = new Uint8Array(times.length);
  const steps = Float64Array.from(times, (t, i) => (i === 0 ? 0 : t - times[i - 1]!)).sort();
  const usual = steps[steps.length >> 1] ?? 0;
  for (let i = 1; i < times.length; i += 1) {
    if (usual > 0 && times[i]! - times[i - 1]! > 4 * usual) starts[i] = 1;
  }
  return starts;
}

/** The small picture of a judged series. */
export function sparkModel(one: ScoredSeries): SparkModel {
  const { series, times, values, starts, alerts } = one;
  const unit = displayUnit(series.unit, largest(values));
  const positions = drawnPositions(values, starts, SPARK_BUCKETS);
  const last = values[values.length - 1];
  return {
    id: series.id,
    name: nameInWorkload(series),
    metric: series.metric,
    alerts: alerts.length,
    last: last === undefined ? '–' : formatValue(last, series.unit),
    peak: values.length === 0 ? '–' : formatValue(largest(values), series.unit),
    line: inUnit(drawnLine(times, values, starts, positions), unit),
    spans: alerts.map(({ start, end }) => [start, end ?? times[times.length - 1]!]),
  };
}

/** Small pictures by workload, those with most alerts first; at most `most` in all. */
export function sparkGroups(series: readonly ScoredSeries[], most: number): SparkGroup[] {
  const byWorkload = new Map<string, ScoredSeries[]>();
  for (const one of series) {
    const name = workloadName(one.series);
    const members = byWorkload.get(name) ?? [];
    byWorkload.set(name, members);
    members.push(one);
  }
  const alertsOf = (members: readonly ScoredSeries[]): number =>
    members.reduce((sum, { alerts }) => sum + alerts.length, 0);
  let left = most;
  return [...byWorkload]
    .map(([workload, members]) => ({ workload, members, alerts: alertsOf(members) }))
    .sort((a, b) => b.alerts - a.alerts || (a.workload < b.workload ? -1 : 1))
    .map(({ workload, members, alerts }) => {
      const shown = [...members]
        .sort((a, b) => b.alerts.length - a.alerts.length)
        .slice(0, Math.max(0, left));
      left -= shown.length;
      return { workload, alerts, sparks: shown.map(sparkModel) };
    })
    .filter(({ sparks }) => sparks.length > 0);
}

/** Signals that explain a series: those of its workload, its pod or its whole namespace. */
function signalsOf(series: Series, all: readonly SeriesColumns[]): SeriesColumns[] {
  return all.filter(
    ({ series: signal }) =>
      signal.kind === 'signal' &&
      signal.metric !== 'replicas_desired' &&
      signal.namespace === series.namespace &&
      (signal.workload === null || signal.workload === series.workload) &&
      (signal.pod === '' || signal.pod === series.pod || signal.workload === series.workload),
  );
}

/** One judged series with everything its detail charts and the controls need. */
export function detailModel(one: ScoredSeries, data: RecordingData): DetailModel {
  const { series, times, values, smoothed, scores, starts, flags } = one;
  const unit = displayUnit(series.unit, Math.max(largest(values), series.limit ?? 0));
  const keep = [...flags.keys()].filter((i) => flags[i] === 1 && flags[i - 1] !== 1);
  const line = (column: Float64Array): DrawnPoint[] =>
    drawnLine(times, column, starts, drawnPositions(column, starts, DETAIL_BUCKETS, keep));
  const labels = data.labels
    .filter(
      (label) =>
        label.namespace === series.namespace &&
        label.pod === series.pod &&
        (label.container === '' || label.container === series.container) &&
        (label.metric === '' || label.metric === series.metric),
    )
    .map(({ startMs, endMs, type }): Span => ({ from: startMs, to: endMs, name: type }));
  const marks = data.marks
    .filter(
      ({ namespace, pod }) =>
        namespace === '' || (namespace === series.namespace && (pod === '' || pod === series.pod)),
    )
    .slice(0, MARKS_SHOWN)
    .map(({ startMs, endMs, kind, name }): Span => ({
      from: startMs,
      to: endMs ?? startMs,
      name: name === '' ? kind : `${kind}: ${name}`,
    }));
  const span = times.length < 2 ? 0 : times[times.length - 1]! - times[0]!;
  return {
    id: series.id,
    title: `${seriesName(series)} · ${series.metric}`,
    subtitle: `${String(times.length)} samples over ${formatDuration(span)}`,
    unit: unit.name,
    raw: inUnit(line(values), unit),
    smoothed: smoothed.every((v, i) => v === values[i]) ? [] : inUnit(line(smoothed), unit),
    score: line(scores).map(([t, v]) => [t, v === null ? null : Number(v.toPrecision(6))]),
    limit: series.limit === null ? null : series.limit / unit.per,
    labels,
    marks,
    signals: signalsOf(series, data.series).map((signal) => {
      const cuts = breaks(signal.times);
      const drawn = drawnPositions(signal.values, cuts, 200);
      return {
        name: signal.series.metric,
        line: drawnLine(signal.times, signal.values, cuts, drawn),
      };
    }),
    packed: {
      length: times.length,
      times: packTimes(times),
      scores: packDoubles(scores),
      starts: packFlags(starts),
    },
    scoreTop: largest(scores),
  };
}
