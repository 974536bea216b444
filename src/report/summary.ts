import type { RecordingData } from '../core/recording.ts';
import type { ReplayResult, TuneResult } from '../core/results.ts';
import { formatDuration } from '../core/time.ts';
import type { RunScore } from './model.ts';

const plural = (n: number, one: string): string => `${String(n)} ${one}${n === 1 ? '' : 's'}`;

/** What ran, what was found, what to do: a few sentences in plain words. */
export function summarise(
  data: RecordingData,
  result: ReplayResult,
  score: RunScore | null,
  tune: TuneResult | null,
): string[] {
  const { series, alerts } = result;
  const samples = data.series.reduce((sum, { times }) => sum + times.length, 0);
  if (samples === 0) return ['This recording holds no samples, so there is nothing to judge.'];
  const span = formatDuration(data.info.endMs - data.info.startMs);
  const pods = new Set(series.map(({ series: s }) => `${s.namespace}/${s.pod}`)).size;
  const sentences = [
    `${plural(pods, 'pod')} and ${plural(series.length, 'judged series')} over ${span}, ` +
      `${plural(samples, 'sample')} in all.`.replace('seriess', 'series'),
  ].map((text) => text.replace('seriess', 'series'));
  if (alerts.length === 0) {
    sentences.push('No alert: nothing stood out under these settings.');
  } else {
    const alerting = new Set(alerts.map((alert) => alert.series)).size;
    const causes = new Map<string, number>();
    for (const { cause } of alerts) causes.set(cause, (causes.get(cause) ?? 0) + 1);
    const told = [...causes].map(([cause, n]) => `${String(n)} × ${cause}`).join(', ');
    sentences.push(`${plural(alerts.length, 'alert')} in ${String(alerting)} series: ${told}.`);
  }
  if (score !== null && score.events > 0) {
    const delay =
      score.medianDelaySeconds === null
        ? ''
        : `, half of them within ${formatDuration(score.medianDelaySeconds * 1000)}`;
    sentences.push(
      `Of ${plural(score.events, 'labelled fault')} these settings find ` +
        `${String(score.detected)}${delay}, with ${plural(score.falseEpisodes, 'false alarm')}.`,
    );
  }
  const silent = series.filter(({ notEvaluated }) => notEvaluated !== '').length;
  if (silent > 0) {
    sentences.push(
      `${plural(silent, 'series')} could not be judged; they are listed below.`.replace(
        'seriess',
        'series',
      ),
    );
  }
  if (tune !== null) {
    sentences.push(
      tune.recommended === null
        ? 'Tuning found not enough evidence to recommend a setting.'
        : `Tuning recommends: ${tune.recommended.why}`,
    );
  }
  return sentences;
}
