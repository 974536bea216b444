import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';
import { columnBytes } from '../core/digest.ts';
import { compareText } from '../core/order.ts';
import type { RecordingData } from '../core/recording.ts';
import type { Alert, ReplayResult, ScoredSeries } from '../core/results.ts';
import { compareSeries } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';
import { settingsDigest } from '../core/settings-digest.ts';
import { explain } from './cause/explain.ts';
import { Surroundings } from './cause/surroundings.ts';
import { type AlertFacts, Judge } from './detect/judge.ts';
import { decidingThreshold } from './pipeline.ts';
import { presetNameOf } from './presets.ts';
import { notEvaluated, type ScoredStream, scoreRecording } from './score.ts';
import { mergeByTime } from '../core/merge-by-time.ts';

/** Applies threshold and consecutive count to one scored stream. */
function decideStream(
  { stream, members }: ScoredStream,
  settings: Settings,
  around: Surroundings,
): ScoredSeries[] {
  const { consecutive, within, recover } = settings;
  const judge = new Judge({ threshold: decidingThreshold(settings), consecutive, within, recover });
  const decided = members.map((columns) => ({
    ...columns,
    flags: new Uint8Array(columns.times.length),
    alerting: new Uint8Array(columns.times.length),
    alerts: [] as Alert[],
    notEvaluated: notEvaluated(stream, columns, settings),
  }));
  const bySeries = new Map(decided.map((one) => [one.series.id, one]));
  const keep = (facts: AlertFacts | null): void => {
    if (facts === null) return;
    const { alerts, times } = bySeries.get(facts.series)!;
    const untilMs = facts.end ?? times[times.length - 1]!;
    alerts.push({ ...facts, ...explain(facts, untilMs, around, settings.pool) });
  };
  mergeByTime(decided, (member, i) => {
    const { series, times, values, scores, starts, flags, alerting } = decided[member]!;
    judge.update(series.id, times[i]!, values[i]!, scores[i]!, starts[i] === 1);
    if (judge.flag) flags[i] = 1;
    if (judge.alerting) alerting[i] = 1;
    if (judge.closed !== null) keep(judge.closed);
  });
  keep(judge.pending);
  return decided;
}

/** A column's bytes for hashing: engines write NaN in more than one way, so here it has one. */
function hashedBytes(column: Float64Array): Uint8Array {
  const plain = column.slice();
  const words = new Uint32Array(plain.buffer);
  for (let i = 0; i < plain.length; i += 1) {
    if (!Number.isNaN(plain[i])) continue;
    words[2 * i] = words[2 * i + 1] = 0xffffffff;
  }
  return columnBytes(plain);
}

function replayDigest(
  data: RecordingData,
  settings: Settings,
  series: readonly ScoredSeries[],
  alerts: readonly Alert[],
): string {
  const hash = createHash('sha256');
  hash.update(canonicalJson([data.info.digest, settingsDigest(settings)]));
  for (const { series: one, scores } of series) {
    hash.update(canonicalJson([one.id, scores.length]));
    hash.update(hashedBytes(scores));
  }
  hash.update(canonicalJson(alerts));
  return hash.digest('hex');
}

/** The part of a replay after scoring: streams of a recording, in any order → decisions. */
export function decideReplay(
  data: RecordingData,
  settings: Settings,
  scored: readonly ScoredStream[],
): ReplayResult {
  const around = Surroundings.of(data);
  const series = scored
    .flatMap((stream) => decideStream(stream, settings, around))
    .sort((a, b) => compareSeries(a.series, b.series));
  const alerts = series
    .flatMap((one) => one.alerts)
    .sort((a, b) => a.detectedAt - b.detectedAt || compareText(a.series, b.series));
  return {
    recording: data.info,
    settings,
    preset: presetNameOf(settings),
    series,
    alerts,
    digest: replayDigest(data, settings, series, alerts),
  };
}

/**
 * recording × settings → decisions.
 *
 * Pure: the same recording and settings give the same result, bit by bit. Throws USAGE for
 * settings that no detector can follow.
 */
export function replay(data: RecordingData, settings: Settings): ReplayResult {
  return decideReplay(data, settings, scoreRecording(data, settings));
}
