import { formatDuration } from '../../../core/time.ts';
import { scoreText } from '../../display.ts';
import type { WatchAlert } from '../../watch/events.ts';
import { causeChip } from '../cause-chip.ts';
import { clockText } from '../clock.ts';
import { make } from '../dom.ts';

/** An alert of the series with this name as an entry of the list. */
export function alertItem(alert: WatchAlert, name: string, offsetMs: number): HTMLElement {
  const { metric, start, detectedAt, end, peak, score, cause, why } = alert;
  const lasted = end === null ? 'open' : `lasted ${formatDuration(Math.max(1000, end - start))}`;
  return make(
    'li',
    {},
    make('span', {}, clockText(detectedAt, offsetMs)),
    make('span', {}, make('b', {}, name), ` ${metric} `, ...causeChip(cause)),
    make('span', { class: 'facts' }, `${lasted} · peak ${peak} · score ${scoreText(score)}`),
    ...(why === '' ? [] : [make('span', { class: 'why' }, why)]),
  );
}
