import { unpackSymbols } from '../codec/symbols.ts';
import { unpackTimes } from '../codec/times.ts';
import { gapsOf } from '../decimate.ts';
import { type DrawnLine, unpackLines } from '../lines.ts';
import type { ReportModel, SeriesModel } from '../model.ts';
import type { PageData, PageSignal } from '../page-data.ts';
import type { PageLayer } from '../page-layers.ts';

/** A series with its columns unpacked. */
export interface LiveSeries {
  readonly model: SeriesModel;
  readonly unit: string;
  readonly per: number;
  readonly times: Float64Array;
  readonly gaps: Uint8Array;
  /** In base units. */
  readonly line: DrawnLine;
}

/** A signal with its columns unpacked. */
export interface LiveSignal extends PageSignal {
  readonly column: Float64Array;
  readonly gaps: Uint8Array;
  readonly line: DrawnLine;
}

/** A layer with its columns unpacked; one entry for each series. */
export interface LiveLayer {
  readonly layer: PageLayer;
  /** How many thresholds a score reaches; `notReady`: no score. */
  readonly bytes: readonly Uint8Array[];
  readonly notReady: number;
  /** The same as numbers; NaN: no score. */
  readonly levels: readonly Float64Array[];
  readonly cuts: readonly Uint8Array[];
  /** Whether these settings judge it at all. */
  readonly isJudged: readonly boolean[];
  readonly smoothed: readonly DrawnLine[] | null;
}

/** Everything that a page holds, ready to be decided on. */
export interface Tape {
  readonly series: readonly LiveSeries[];
  readonly signals: readonly LiveSignal[];
  readonly layers: readonly PageLayer[];
  /** Unpacks a layer when it is first asked for. */
  layer(at: number): LiveLayer;
}

function unpackLayer(
  layer: PageLayer,
  lengths: readonly number[],
  notReady: number,
  smoothed: readonly DrawnLine[] | null,
): LiveLayer {
  const total = lengths.reduce((sum, n) => sum + n, 0);
  const symbols = unpackSymbols(layer.levels, total, 8);
  let at = 0;
  const bytes = lengths.map((n) => {
    const own = Uint8Array.from(symbols.subarray(at, at + n));
    at += n;
    return own;
  });
  const levels = bytes.map((own) => Float64Array.from(own, (s) => (s === notReady ? NaN : s)));
  const cuts = lengths.map((n, s) => {
    const column = new Uint8Array(n);
    for (const i of layer.cuts[s] ?? []) column[i] = 1;
    return column;
  });
  const isJudged = layer.cuts.map((own) => own !== null);
  return { layer, bytes, notReady, levels, cuts, isJudged, smoothed };
}

/** Unpacks what `buildPageData` made for this model. `notReady` is the level without a score. */
export function openTape(model: ReportModel, data: PageData, notReady: number): Tape {
  const columns = data.times.map(unpackTimes);
  const gaps = columns.map(gapsOf);
  const none = new Float64Array();
  const at = (place: number) => ({
    times: columns[place] ?? none,
    gaps: gaps[place] ?? new Uint8Array(),
  });
  const lengths = data.series.map(({ times }) => at(times).times.length);
  const lines = unpackLines(data.lines, lengths);
  const signalLines = unpackLines(
    data.signalLines,
    data.signals.map(({ times }) => at(times).times.length),
  );
  const opened = new Map<number, LiveLayer>();
  const smoothings = new Map<number, readonly DrawnLine[]>();
  const smoothedAt = (place: number | null): readonly DrawnLine[] | null => {
    const packed = place === null ? undefined : data.smoothed[place];
    if (place === null || packed === undefined) return null;
    const unpacked = smoothings.get(place) ?? unpackLines(packed, lengths);
    smoothings.set(place, unpacked);
    return unpacked;
  };
  return {
    series: data.series.map(({ unit, per, times }, s) => ({
      ...{ model: model.series[s]!, unit, per, line: lines[s]! },
      ...at(times),
    })),
    signals: data.signals.map((signal, s) => {
      const { times: column, gaps: own } = at(signal.times);
      return { ...signal, column, gaps: own, line: signalLines[s]! };
    }),
    layers: data.layers,
    layer(place) {
      const known = opened.get(place);
      if (known !== undefined) return known;
      const layer = data.layers[place];
      if (layer === undefined) throw new Error(`No layer ${String(place)}.`);
      const unpacked = unpackLayer(layer, lengths, notReady, smoothedAt(layer.smoothed));
      opened.set(place, unpacked);
      return unpacked;
    },
  };
}
