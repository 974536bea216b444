import type { RecordingData } from '../core/recording.ts';
import type { ScoredSeries } from '../core/results.ts';
import type { Unit } from '../core/series.ts';
import { runExtent } from '../replay/evaluate/extent.ts';
import type { EventRules, RunExtent } from '../replay/evaluate/events.ts';
import { drawnSeries, type ReportInput } from './build-model.ts';
import { type PackedTimes, packTimes } from './codec/times.ts';
import { gapsOf } from './decimate.ts';
import { displayUnit } from './display.ts';
import { type PackedLines, packLines } from './lines.ts';
import { buildLayers, type PageLayers } from './page-layers.ts';

/** How a series of the model is drawn. */
export interface PageSeries {
  /** Position in `times`. */
  readonly times: number;
  readonly unit: string;
  /** Base units in one of `unit`. */
  readonly per: number;
}

/** A signal that explains series: those of its workload or pod, or of everything. */
export interface PageSignal {
  readonly metric: string;
  readonly namespace: string;
  readonly pod: string;
  readonly workload: string | null;
  readonly unit: Unit;
  readonly times: number;
}

/** What the page works on, beside the model. */
export interface PageData extends PageLayers {
  readonly times: readonly PackedTimes[];
  readonly series: readonly PageSeries[];
  readonly lines: PackedLines;
  readonly signals: readonly PageSignal[];
  readonly signalLines: PackedLines;
  readonly extent: RunExtent;
  readonly rules: EventRules;
}

const LINE_POINTS = 110_000;
const FEWEST_POINTS = 300;
const SIGNAL_POINTS = 20_000;

/** Distinct time columns, by content. */
class TimeColumns {
  readonly packed: PackedTimes[] = [];
  readonly #known = new Map<Float64Array, number>();
  readonly #texts = new Map<string, number>();

  place(times: Float64Array): number {
    let place = this.#known.get(times);
    if (place !== undefined) return place;
    const packed = packTimes(times);
    const key = JSON.stringify(packed);
    place = this.#texts.get(key) ?? this.packed.push(packed) - 1;
    this.#texts.set(key, place);
    this.#known.set(times, place);
    return place;
  }
}

/** Where alerts begin and end: kept by every decimation. */
function alertEdges({ alerting, flags }: ScoredSeries): number[] {
  const edges: number[] = [];
  alerting.forEach((one, i) => {
    const before = i === 0 ? 0 : alerting[i - 1];
    if (one !== before || (flags[i] === 1 && flags[i - 1] !== 1)) edges.push(i);
  });
  return edges;
}

function signalsOf(data: RecordingData) {
  return data.series.filter(
    ({ series: { kind, metric }, times }) =>
      kind === 'signal' && metric !== 'replicas_desired' && times.length > 0,
  );
}

/** Finished results → what the page draws and decides by. Pure. */
export function buildPageData(input: ReportInput, rules: EventRules): PageData {
  const { data, main } = input;
  const { drawn: places } = drawnSeries(main.result, data.labels);
  const drawn = places.map((place) => main.result.series[place]!);
  const times = new TimeColumns();
  const series = drawn.map((one): PageSeries => {
    const { limit, request, unit } = one.series;
    const largest = one.values.reduce((most, v) => Math.max(most, v), 0);
    const display = displayUnit(
      unit,
      Math.max(largest, Math.min(limit ?? 0, largest * 3), request ?? 0),
    );
    return { times: times.place(one.times), unit: display.name, per: display.per };
  });
  const signals = signalsOf(data);
  return {
    times: times.packed,
    series,
    lines: packLines(
      drawn.map((one) => ({ values: one.values, gaps: gapsOf(one.times), keep: alertEdges(one) })),
      LINE_POINTS,
      FEWEST_POINTS,
    ),
    signals: signals.map(({ series: s, times: t }): PageSignal => ({
      ...{ metric: s.metric, namespace: s.namespace, pod: s.pod, workload: s.workload },
      ...{ unit: s.unit, times: times.place(t) },
    })),
    signalLines: packLines(
      signals.map((one) => ({ values: one.values, gaps: gapsOf(one.times), keep: [] })),
      SIGNAL_POINTS,
      200,
    ),
    ...buildLayers(input, drawn),
    extent: runExtent(data),
    rules,
  };
}
