import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';
import { compareText } from '../core/order.ts';
import type { RecordingData } from '../core/recording.ts';
import type { Alert, ReplayResult, ScoredSeries } from '../core/results.ts';
import { compareSeries, type SeriesColumns } from '../core/series.ts';
import { type Settings, settingsDigest } from '../core/settings.ts';
import { decide, type DeciderOptions, type Episode } from './detect/decider.ts';
import { decidingThreshold } from './pipeline.ts';
import { presetNameOf } from './presets.ts';
import { type ScoredColumns, type ScoredStream, scoreRecording } from './score.ts';
import { mergeByTime } from './streams.ts';

/** A decided sample of a stream: which member and where in it. */
type Place = readonly [member: number, index: number];

function toAlert(
  members: readonly ScoredColumns[],
  placeOf: (position: number) => Place,
  count: number,
  flags: Uint8Array,
  episode: Episode,
): Alert {
  const { first, detected, after } = episode;
  const at = (position: number) => {
    const [member, index] = placeOf(position);
    const columns = members[member]!;
    return {
      series: columns.series.id,
      t: columns.times[index]!,
      value: columns.values[index]!,
      score: columns.scores[index]!,
      isCut: columns.starts[index] === 1,
    };
  };
  let peak = at(detected);
  let samples = 0;
  for (let position = first; position < after; position += 1) {
    if (flags[position] !== 1) continue;
    samples += 1;
    const here = at(position);
    if (here.score > peak.score) peak = here;
  }
  // A gap closes an alert at the last sample before it: nothing is known of what came after.
  const next = after < count ? at(after) : null;
  const end = next === null ? null : next.isCut ? at(after - 1).t : next.t;
  return {
    series: at(detected).series,
    start: at(first).t,
    detectedAt: at(detected).t,
    end,
    peakScore: peak.score,
    peakValue: peak.value,
    samples,
    cause: 'unknown',
    evidence: {},
  };
}

/** Why a series has no score at all; '' where it has one. */
function notEvaluated({ scores }: ScoredColumns, { warmup }: Settings): string {
  if (scores.some((score) => !Number.isNaN(score))) return '';
  return scores.length < warmup
    ? `${String(scores.length)} samples; the settings need ${String(warmup)} before the first score`
    : 'no sample could be scored';
}

/** Applies threshold and consecutive count to one scored stream. */
function decideStream({ members }: ScoredStream, settings: Settings): readonly ScoredSeries[] {
  const { consecutive, recover } = settings;
  const options: DeciderOptions = { threshold: decidingThreshold(settings), consecutive, recover };
  const [only] = members;
  if (members.length === 1 && only !== undefined) {
    const { flags, alerting, episodes } = decide(only.scores, only.starts, options);
    const { length } = only.times;
    const alerts = episodes.map((e) => toAlert(members, (i) => [0, i], length, flags, e));
    return [{ ...only, flags, alerting, alerts, notEvaluated: notEvaluated(only, settings) }];
  }
  const places: Place[] = [];
  mergeByTime(members, (member, index) => places.push([member, index]));
  const scores = Float64Array.from(places, ([member, index]) => members[member]!.scores[index]!);
  const starts = Uint8Array.from(places, ([member, index]) => members[member]!.starts[index]!);
  const { flags, alerting, episodes } = decide(scores, starts, options);
  const alerts = episodes.map((e) => toAlert(members, (i) => places[i]!, places.length, flags, e));
  const own = members.map(({ times }) => ({
    flags: new Uint8Array(times.length),
    alerting: new Uint8Array(times.length),
  }));
  places.forEach(([member, index], i) => {
    own[member]!.flags[index] = flags[i]!;
    own[member]!.alerting[index] = alerting[i]!;
  });
  return members.map((columns, m) => ({
    ...columns,
    ...own[m]!,
    alerts: alerts.filter(({ series }) => series === columns.series.id),
    notEvaluated: notEvaluated(columns, settings),
  }));
}

const bytesOf = (column: Float64Array): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset, column.byteLength);

function replayDigest(
  data: RecordingData,
  settings: Settings,
  series: readonly (SeriesColumns & { readonly scores: Float64Array })[],
  alerts: readonly Alert[],
): string {
  const hash = createHash('sha256');
  hash.update(canonicalJson([data.info.digest, settingsDigest(settings)]));
  for (const { series: one, scores } of series) {
    hash.update(one.id);
    hash.update(bytesOf(scores));
  }
  hash.update(canonicalJson(alerts));
  return hash.digest('hex');
}

/**
 * recording × settings → decisions.
 *
 * Pure: the same recording and settings give the same result, bit by bit. Throws USAGE for
 * settings that no detector can follow.
 */
export function replay(data: RecordingData, settings: Settings): ReplayResult {
  const series = scoreRecording(data, settings)
    .flatMap((stream) => decideStream(stream, settings))
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
