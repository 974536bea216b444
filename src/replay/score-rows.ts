import type { ReplayResult } from '../core/results.ts';
import { formatTime } from '../core/time.ts';
import { mergeByTime } from '../core/merge-by-time.ts';

export const SCORE_HEADER = [
  'timestamp',
  'namespace',
  'pod',
  'container',
  'metric',
  'value',
  'smoothed',
  'score',
  'flag',
  'alert',
] as const;

/**
 * Visits one row per judged sample, by time and then series: as `SCORE_HEADER` names them. The
 * score is '' while not ready. Not-a-row values are never made up: a missing sample has no row.
 */
export function eachScoreRow(
  { series }: ReplayResult,
  visit: (row: readonly (string | number)[]) => void,
): void {
  const times = new Map<number, string>();
  mergeByTime(series, (s, i) => {
    const { series: key, times: column, values, smoothed, scores, flags, alerting } = series[s]!;
    const t = column[i]!;
    let text = times.get(t);
    if (text === undefined) {
      // One moment is shared by many series; only the last few are asked for again.
      if (times.size > 64) times.clear();
      text = formatTime(t);
      times.set(t, text);
    }
    const score = scores[i]!;
    visit([
      ...[text, key.namespace, key.pod, key.container, key.metric, values[i]!, smoothed[i]!],
      ...[Number.isNaN(score) ? '' : score, flags[i]!, alerting[i]!],
    ]);
  });
}
