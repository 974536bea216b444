import type { RecordingData } from '../core/recording.ts';
import type { Alert, ReplayResult, ScoredSeries, TuneResult } from '../core/results.ts';
import { formatDuration, formatTime } from '../core/time.ts';
import { formatValue } from '../core/units.ts';
import { VERSION } from '../core/version.ts';
import { coverageModel } from './coverage.ts';
import { detailModel, sparkGroups } from './details.ts';
import { seriesName, settingsFlags } from './display.ts';
import type { AlertRow, ReportModel, RunScore } from './model.ts';
import { summarise } from './summary.ts';
import { tuneModel } from './tune-model.ts';

/** A setting that is shown beside the main one. */
export interface OtherSetting {
  readonly name: string;
  readonly describe: string;
  readonly result: ReplayResult;
  readonly score: RunScore | null;
}

export interface ReportInput {
  readonly title: string;
  readonly data: RecordingData;
  readonly result: ReplayResult;
  /** The threshold that decides: of a contamination, its threshold on ranks. */
  readonly threshold: number;
  readonly score: RunScore | null;
  /** The main setting's name and what it is. */
  readonly name: string;
  readonly describe: string;
  readonly others: readonly OtherSetting[];
  readonly tune: TuneResult | null;
}

const DETAILS = 12;
const SPARKS = 120;
const ALERT_ROWS = 200;

function alertRow(alert: Alert, one: ScoredSeries | undefined, detailed: boolean): AlertRow {
  const series = one?.series;
  const { start, detectedAt, end, peakScore, peakValue, cause, evidence } = alert;
  return {
    series: alert.series,
    detailed,
    pod: series === undefined ? alert.series : seriesName(series),
    metric: series?.metric ?? '',
    start: formatTime(start),
    detectedAt: formatTime(detectedAt),
    lasted: end === null ? 'still open' : formatDuration(Math.max(end - start, 1000)),
    peak: formatValue(peakValue, series?.unit ?? ''),
    score: peakScore.toPrecision(3),
    cause,
    evidence: Object.entries(evidence)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', '),
  };
}

/** The series shown in full: with alerts first, then labelled ones, then the highest scores. */
function detailed(data: RecordingData, series: readonly ScoredSeries[]): ScoredSeries[] {
  const isLabelled = ({ series: s }: ScoredSeries): boolean =>
    data.labels.some((label) => label.namespace === s.namespace && label.pod === s.pod);
  const top = ({ scores }: ScoredSeries): number =>
    scores.reduce((most, score) => (score > most ? score : most), -Infinity);
  return series
    .filter(({ times }) => times.length > 1)
    .map((one) => ({ one, alerts: one.alerts.length, labelled: isLabelled(one), top: top(one) }))
    .sort(
      (a, b) =>
        Number(b.labelled && b.alerts > 0) - Number(a.labelled && a.alerts > 0) ||
        Math.min(b.alerts, 1) - Math.min(a.alerts, 1) ||
        Number(b.labelled) - Number(a.labelled) ||
        b.top - a.top,
    )
    .slice(0, DETAILS)
    .map(({ one }) => one);
}

/** Finished results → everything the report says. Pure. */
export function buildModel(input: ReportInput): ReportModel {
  const { data, result, others, tune } = input;
  const { settings, series, alerts } = result;
  const shown = detailed(data, series);
  const ids = new Set(shown.map((one) => one.series.id));
  const byId = new Map(series.map((one) => [one.series.id, one]));
  const groups = sparkGroups(series, SPARKS);
  const drawn = groups.reduce((sum, { sparks }) => sum + sparks.length, 0);
  const setting = (value: unknown): string =>
    typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return {
    schemaVersion: 1,
    title: input.title,
    version: VERSION,
    origin: data.info.origin,
    kind: data.info.kind,
    startMs: data.info.startMs,
    endMs: data.info.endMs,
    recordingDigest: data.info.digest,
    replayDigest: result.digest,
    summary: summarise(data, result, input.score, tune),
    notes: data.info.notes,
    coverage: coverageModel(data),
    settings: Object.entries(settings)
      .filter(([name, value]) => name !== 'version' && value !== null)
      .map(([name, value]) => [name, setting(value)]),
    flags: settingsFlags(settings, result.preset),
    decider: {
      threshold: input.threshold,
      consecutive: settings.consecutive,
      recover: settings.recover,
    },
    compared: [
      { name: input.name, describe: input.describe, alerts: alerts.length, score: input.score },
      ...others.map(({ name, describe, result: other, score }) => ({
        ...{ name, describe, alerts: other.alerts.length, score },
      })),
    ],
    alerts: alerts
      .slice(0, ALERT_ROWS)
      .map((alert) => alertRow(alert, byId.get(alert.series), ids.has(alert.series))),
    alertsLeftOut: Math.max(0, alerts.length - ALERT_ROWS),
    groups,
    seriesLeftOut: series.length - drawn,
    notEvaluated: series
      .filter(({ notEvaluated }) => notEvaluated !== '')
      .map((one) => `${one.series.id}: ${one.notEvaluated}`),
    details: shown.map((one) => detailModel(one, data)),
    tune: tune === null ? null : tuneModel(tune),
  };
}
