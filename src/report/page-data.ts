import type { Settings } from '../core/settings.ts';
import type { RecordingData } from '../core/recording.ts';
import type { Cause, ReplayResult, ScoredSeries } from '../core/results.ts';
import { runExtent } from '../replay/evaluate/extent.ts';
import type { EventRules, RunExtent } from '../replay/evaluate/events.ts';
import { type ReportInput, drawnSeries, type SettingInput } from './build-model.ts';
import { packSymbols } from './codec/symbols.ts';
import { type PackedTimes, packTimes } from './codec/times.ts';
import { gapsOf } from './decimate.ts';
import { displayUnit } from './display.ts';
import { whyOf } from './evidence.ts';
import { levelsOf, NOT_READY, thresholdChoices } from './levels.ts';
import { type LineInput, type PackedLines, packLines } from './lines.ts';

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
  readonly times: number;
}

/** Why an alert opened: series on the page, when it was open (null: to the end), cause, sentence. */
export type PageCause = readonly [
  series: number,
  detectedMs: number,
  endMs: number | null,
  cause: Cause,
  why: string,
];

/** One set of settings that the page can decide by itself. */
export interface PageLayer {
  readonly name: string;
  /** `named`: in the model's settings; `sweep`: only a window and smoothing of the sweep. */
  readonly kind: 'named' | 'sweep';
  readonly settings: Settings;
  /** Flags that give the settings, decisions apart; null where only a settings file can. */
  readonly flags: string | null;
  /** Ascending; on offer. */
  readonly thresholds: readonly number[];
  /** The contamination that each threshold stands for; null: they are thresholds. */
  readonly contaminations: readonly number[] | null;
  /** Position in `thresholds` of the one that these settings have. */
  readonly choice: number;
  /** All series run through one stream, as the original scripts had it. */
  readonly isOneStream: boolean;
  /** For each series the positions at which runs are cut; null: not judged under these settings. */
  readonly cuts: readonly (readonly number[] | null)[];
  /** Why its alerts opened, as a replay of these settings says; at most some hundreds. */
  readonly causes: readonly PageCause[];
  /** Levels of all series, one after another. */
  readonly levels: string;
  /** For each series, where smoothing changes anything and there is room. */
  readonly smoothed: PackedLines | null;
}

/** What the page works on, beside the model. */
export interface PageData {
  readonly times: readonly PackedTimes[];
  readonly series: readonly PageSeries[];
  readonly lines: PackedLines;
  readonly signals: readonly PageSignal[];
  readonly signalLines: PackedLines;
  /** The first is the setting that the report is about; empty where there is nothing to decide. */
  readonly layers: readonly PageLayer[];
  readonly extent: RunExtent;
  readonly rules: EventRules;
}

const LINE_POINTS = 110_000;
const FEWEST_POINTS = 300;
const SIGNAL_POINTS = 20_000;
const SMOOTHED_POINTS = 60_000;
/** Scores kept in one page; the setting that the report is about always is. */
const MOST_SCORES = 1_300_000;
/** Alerts of a setting whose causes are kept. */
const MOST_CAUSES = 200;
/** With more samples than this only the setting of the report keeps its smoothed lines. */
const ROOMY_SAMPLES = 300_000;

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

/** Contaminations on offer, as thresholds on ranks: the larger the share, the lower the threshold. */
function contaminationChoices(given: number): { thresholds: number[]; contaminations: number[] } {
  const shares = new Set([given]);
  for (let thousandths = 5; thousandths <= 500; thousandths += 5) shares.add(thousandths / 1000);
  const contaminations = [...shares].sort((a, b) => b - a);
  return { contaminations, thresholds: contaminations.map((share) => 1 - share) };
}

function choicesFor({ settings }: ReplayResult, scores: readonly Float64Array[], always: number[]) {
  const { threshold, contamination } = settings;
  if (threshold === null) return contaminationChoices(contamination ?? 0.1);
  const thresholds = thresholdChoices(scores, [threshold, ...always]);
  return { thresholds, contaminations: null };
}

interface LayerInput {
  readonly input: SettingInput;
  readonly kind: PageLayer['kind'];
}

function layerOf(
  { input, kind }: LayerInput,
  drawn: readonly ScoredSeries[],
  always: number[],
  withSmoothed: boolean,
): PageLayer {
  const { result, name, decisionlessFlags } = input;
  const { settings } = result;
  const byId = new Map(result.series.map((one) => [one.series.id, one]));
  const own = drawn.map(({ series }) => byId.get(series.id));
  const scores = own.flatMap((one) => (one === undefined ? [] : [one.scores]));
  const { thresholds, contaminations } = choicesFor(result, scores, always);
  const total = drawn.reduce((sum, { times }) => sum + times.length, 0);
  const levels = new Uint8Array(total).fill(NOT_READY);
  let at = 0;
  drawn.forEach(({ times }, s) => {
    const one = own[s];
    if (one !== undefined) levels.set(levelsOf(one.scores, thresholds), at);
    at += times.length;
  });
  const isSmoothed = own.some((one) => one !== undefined && one.smoothed !== one.values);
  const columns = drawn.map(({ times }, s): LineInput => {
    const values = own[s]?.smoothed ?? new Float64Array(times.length).fill(NaN);
    return { values, gaps: gapsOf(times), keep: [] };
  });
  const decided = settings.threshold ?? 1 - (settings.contamination ?? 0);
  return {
    ...{ name, kind, settings, flags: decisionlessFlags, thresholds, contaminations },
    choice: thresholds.indexOf(decided),
    causes: causesOf(result, drawn),
    isOneStream: settings.pool === 'all',
    cuts: own.map((one) => (one === undefined ? null : positionsOf(one.starts))),
    levels: packSymbols(levels, 8),
    smoothed:
      isSmoothed && withSmoothed ? packLines(columns, SMOOTHED_POINTS, FEWEST_POINTS) : null,
  };
}

function causesOf({ alerts }: ReplayResult, drawn: readonly ScoredSeries[]): PageCause[] {
  const places = new Map(drawn.map(({ series }, s) => [series.id, s]));
  return alerts
    .flatMap((alert): PageCause[] => {
      const place = places.get(alert.series);
      if (place === undefined || alert.cause === 'unknown') return [];
      return [[place, alert.detectedAt, alert.end, alert.cause, whyOf(alert)]];
    })
    .slice(0, MOST_CAUSES);
}

function positionsOf(column: Uint8Array): number[] {
  const positions: number[] = [];
  column.forEach((one, i) => {
    if (one === 1) positions.push(i);
  });
  return positions;
}

function signalsOf(data: RecordingData) {
  return data.series.filter(
    ({ series: { kind, metric }, times }) =>
      kind === 'signal' && metric !== 'replicas_desired' && times.length > 0,
  );
}

/** Finished results → what the page draws and decides by. Pure. */
export function buildPageData(input: ReportInput, rules: EventRules): PageData {
  const { data, main, others, sweep } = input;
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
  const count = drawn.reduce((sum, one) => sum + one.times.length, 0);
  const isRoomy = count <= ROOMY_SAMPLES;
  const wanted: LayerInput[] = [
    ...[main, ...others].map((one) => ({ input: one, kind: 'named' as const })),
    ...sweep.map((one) => ({ input: one, kind: 'sweep' as const })),
  ];
  const always = [main, ...others, ...sweep].flatMap(({ result: { settings: s } }) =>
    s.threshold === null || s.detector !== main.result.settings.detector ? [] : [s.threshold],
  );
  const isWhole = main.result.series.length === drawn.length;
  const layers: PageLayer[] = [];
  for (const [i, one] of wanted.entries()) {
    if (drawn.length === 0 || (i > 0 && (i + 1) * count > MOST_SCORES)) break;
    // A stream through all series cannot be decided from some of them.
    if (one.input.result.settings.pool === 'all' && !isWhole) continue;
    const isSame = one.input.result.settings.detector === main.result.settings.detector;
    layers.push(layerOf(one, drawn, isSame ? always : [], i === 0 || isRoomy));
  }
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
      times: times.place(t),
    })),
    signalLines: packLines(
      signals.map((one) => ({ values: one.values, gaps: gapsOf(one.times), keep: [] })),
      SIGNAL_POINTS,
      200,
    ),
    layers,
    extent: runExtent(data),
    rules,
  };
}
