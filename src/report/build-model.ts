import type { Label, RecordingData } from '../core/recording.ts';
import type { Alert, ReplayResult, ScoredSeries, TuneResult } from '../core/results.ts';
import type { Series } from '../core/series.ts';
import { formatDuration } from '../core/time.ts';
import { formatValue } from '../core/units.ts';
import { VERSION } from '../core/version.ts';
import { coverageModel } from './coverage.ts';
import { nameInWorkload, scoreText, seriesName, workloadName } from './display.ts';
import { evidenceRows, whyOf } from './evidence.ts';
import type { AlertRow, ReportModel, RunScore, SeriesModel, SettingModel } from './model.ts';
import { adviceOf, figuresOf, headlineOf, summaryOf } from './summary.ts';
import { tuneModel } from './tune-model.ts';

/** One set of settings with what they led to. */
export interface SettingInput {
  readonly name: string;
  readonly describe: string;
  /** Command-line flags that give it; '' where only a settings file can. */
  readonly flags: string;
  /** The same without threshold, consecutive count and recovery, which the page sets itself. */
  readonly decisionlessFlags: string | null;
  readonly result: ReplayResult;
  readonly score: RunScore | null;
}

/** A named setting's replay under another window or smoothing. */
export interface VariantInput {
  /** The setting's name. */
  readonly of: string;
  readonly input: SettingInput;
}

export interface ReportInput {
  readonly title: string;
  readonly data: RecordingData;
  /** The setting that the report is about. */
  readonly main: SettingInput;
  /** What tuning recommends; null where it was not asked or found nothing. Also in `others`. */
  readonly recommended: SettingInput | null;
  /** Settings beside it, the most telling first. */
  readonly others: readonly SettingInput[];
  /** What the page can also show, where there is room: other windows and smoothings. */
  readonly variants: readonly VariantInput[];
  readonly tune: TuneResult | null;
}

/** Series drawn on one page at most; more are listed, and yet more only counted. */
export const SERIES_DRAWN = 200;
const SERIES_LISTED = 500;
const ALERT_ROWS = 200;

function fits(label: Label, series: Series): boolean {
  return (
    label.namespace === series.namespace &&
    label.pod === series.pod &&
    (label.container === '' || label.container === series.container) &&
    (label.metric === '' || label.metric === series.metric)
  );
}

function alertRow(
  alert: Alert,
  series: Series | undefined,
  labels: readonly Label[],
  isOneNamespace: boolean,
): AlertRow {
  const { start, detectedAt, end, peakScore, peakValue, cause } = alert;
  const inside = labels.find(
    (label) =>
      label.namespace === series?.namespace &&
      label.pod === series.pod &&
      label.startMs <= (end ?? Infinity) &&
      detectedAt <= label.graceEndMs,
  );
  return {
    series: alert.series,
    name: series === undefined ? alert.series : seriesName(series, isOneNamespace),
    metric: series?.metric ?? '',
    startMs: start,
    detectedMs: detectedAt,
    endMs: end,
    lasted: end === null ? 'still open' : formatDuration(Math.max(end - start, 1000)),
    peak: formatValue(peakValue, series?.unit ?? ''),
    score: scoreText(peakScore),
    ...{ cause, why: whyOf(alert), evidence: evidenceRows(alert, series?.unit ?? '') },
    label: inside?.type ?? '',
  };
}

function seriesModel(
  one: ScoredSeries,
  labels: readonly Label[],
  isOneNamespace: boolean,
): SeriesModel {
  const { series, values, alerts, notEvaluated } = one;
  let peak = -Infinity;
  for (const v of values) if (v > peak) peak = v;
  const last = values[values.length - 1];
  return {
    ...series,
    name: seriesName(series, isOneNamespace),
    shortName: nameInWorkload(series),
    group: workloadName(series, isOneNamespace),
    samples: values.length,
    alerts: alerts.length,
    labels: labels.filter((label) => fits(label, series)).length,
    peak: values.length === 0 ? '–' : formatValue(peak, series.unit),
    last: last === undefined ? '–' : formatValue(last, series.unit),
    notEvaluated,
  };
}

/** Positions of series, the most interesting first: found faults, alerts, labels, high scores. */
function byInterest(series: readonly ScoredSeries[], models: readonly SeriesModel[]): number[] {
  const keys = series.map(({ scores, times }, i) => {
    const { alerts = 0, labels = 0 } = models[i] ?? {};
    let top = -Infinity;
    for (const score of scores) if (score > top) top = score;
    const rank = (alerts > 0 && labels > 0 ? 4 : 0) + (alerts > 0 ? 2 : 0) + (labels > 0 ? 1 : 0);
    return { i, rank, alerts, top, length: times.length };
  });
  return keys
    .sort(
      (a, b) =>
        b.rank - a.rank ||
        (b.top === a.top ? 0 : b.top - a.top) ||
        b.length - a.length ||
        a.i - b.i,
    )
    .map(({ i }) => i);
}

function namespacesOf(series: readonly ScoredSeries[]): Set<string> {
  return new Set(series.map((one) => one.series.namespace));
}

/** The judged series that a page draws, in recording order, and their order of interest. */
export function drawnSeries(result: ReplayResult, labels: readonly Label[]) {
  const isOne = namespacesOf(result.series).size === 1;
  const models = result.series.map((one) => seriesModel(one, labels, isOne));
  const order = byInterest(result.series, models);
  const drawn = order.slice(0, SERIES_DRAWN).sort((a, b) => a - b);
  const place = new Map(drawn.map((i, at) => [i, at]));
  return {
    /** Positions in `result.series`. */
    drawn,
    models: drawn.map((i) => models[i]!),
    byInterest: order.slice(0, SERIES_DRAWN).map((i) => place.get(i)!),
    rest: order.slice(SERIES_DRAWN).map((i) => models[i]!),
  };
}

/** What the page says of a score, and no more of what was counted. */
function scoreOf({ events, detected, falseAlerts, medianDelaySeconds }: RunScore): RunScore {
  return { events, detected, falseAlerts, medianDelaySeconds };
}

function settingModel({ name, describe, flags, result, score }: SettingInput): SettingModel {
  return {
    ...{ name, describe, flags, settings: result.settings, alerts: result.alerts.length },
    alertingSeries: new Set(result.alerts.map(({ series }) => series)).size,
    score: score === null ? null : scoreOf(score),
    digest: result.digest,
  };
}

/** Finished results → everything the report says, as plain JSON. Pure. */
export function buildModel(input: ReportInput): ReportModel {
  const { data, main, others, tune } = input;
  const tuneFlags = input.recommended?.flags ?? '';
  const better = input.recommended?.score ?? null;
  const { result, score } = main;
  const { info, labels, marks } = data;
  const byId = new Map(result.series.map(({ series }) => [series.id, series]));
  const coverage = coverageModel(data);
  const usage = data.series.filter(({ series }) => series.kind === 'usage');
  const samples = usage.reduce((sum, { times }) => sum + times.length, 0);
  const pods = new Set(usage.map(({ series: s }) => JSON.stringify([s.namespace, s.pod]))).size;
  const findings = { data, result, score, tune, tuneFlags, better, coverage, samples, pods };
  const namespaces = namespacesOf(result.series);
  const { models, byInterest: interest, rest } = drawnSeries(result, labels);
  return {
    schemaVersion: 1,
    title: input.title,
    version: VERSION,
    run: {
      ...{ kind: info.kind, origin: info.origin, startMs: info.startMs, endMs: info.endMs },
      ...{ intervalMs: info.intervalMs, samples, pods, judged: result.series.length },
      ...{ digest: info.digest, notes: info.notes, namespaces: [...namespaces] },
    },
    headline: headlineOf(findings),
    summary: summaryOf(findings),
    advice: adviceOf(findings),
    figures: figuresOf(findings),
    coverage,
    settings: [main, ...others].map(settingModel),
    alerts: result.alerts
      .slice(0, ALERT_ROWS)
      .map((alert) => alertRow(alert, byId.get(alert.series), labels, namespaces.size === 1)),
    alertsLeftOut: Math.max(0, result.alerts.length - ALERT_ROWS),
    series: models,
    byInterest: interest,
    listed: rest.slice(0, SERIES_LISTED),
    seriesLeftOut: Math.max(0, rest.length - SERIES_LISTED),
    ...{ labels, marks },
    tune: tune === null ? null : tuneModel(tune, tuneFlags),
  };
}
