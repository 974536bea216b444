import { countBelow } from '../../core/count-below.ts';
import { formatDuration } from '../../core/time.ts';
import { formatValue } from '../../core/units.ts';
import { scoreText } from '../display.ts';
import type { LiveAlert } from '../live/decide.ts';
import type { LiveLayer, LiveSeries } from '../live/tape.ts';
import type { AlertRow } from '../model.ts';
import type { PageCause } from '../page-layers.ts';
import { causeChip } from './cause-chip.ts';
import { clockText, zoneName } from './clock.ts';
import { byId, make, setText } from './dom.ts';
import { InView } from './in-view.ts';
import type { Store } from './store.ts';

const MOST_ROWS = 60;

/** The value drawn nearest to a sample. */
export function drawnValue({ line }: LiveSeries, sample: number): number {
  const { positions, values } = line;
  const at = countBelow(positions, sample, 0, positions.length - 1);
  const before = Math.max(0, at - 1);
  const isBefore = sample - positions[before]! < positions[at]! - sample;
  return values[isBefore ? before : at] ?? NaN;
}

/** What the report's own settings said of the same alert, if they gave it. */
function known(rows: readonly AlertRow[], id: string, alert: LiveAlert): AlertRow | undefined {
  return rows.find(({ series, detectedMs }) => series === id && detectedMs === alert.detectedAt);
}

const byLayer = new WeakMap<LiveLayer, ReadonlyMap<number, readonly PageCause[]>>();

function causesBySeries(live: LiveLayer): ReadonlyMap<number, readonly PageCause[]> {
  const known = byLayer.get(live);
  if (known !== undefined) return known;
  const causes = new Map<number, PageCause[]>();
  for (const cause of live.layer.causes) {
    causes.set(cause[0], [...(causes.get(cause[0]) ?? []), cause]);
  }
  byLayer.set(live, causes);
  return causes;
}

/**
 * Why an alert opened: what a replay under the layer's own settings said of it, or of the alert
 * that was open at the same time; the page has no other pods' samples to tell by itself.
 */
export function causeOf({ live }: Store, alert: LiveAlert): PageCause | undefined {
  const own = causesBySeries(live).get(alert.series) ?? [];
  const same = own.find(([, detectedMs]) => detectedMs === alert.detectedAt);
  return (
    same ??
    own.find(
      ([, from, to]) => from <= (alert.end ?? Infinity) && alert.detectedAt <= (to ?? Infinity),
    )
  );
}

function whyOf(store: Store, alert: LiveAlert): (Node | string)[] {
  const found = causeOf(store, alert);
  if (found === undefined) return [];
  const [series, detectedMs, , cause, why] = found;
  const isSame = detectedMs === alert.detectedAt;
  const clock = clockText(detectedMs, store.view.offsetMs);
  const chip = causeChip(cause, isSame ? '' : `, as for the alert of ${clock}`);
  const id = store.tape.series[series]?.model.id ?? '';
  const row =
    isSame && store.view.layer === store.home.layer
      ? known(store.model.alerts, id, alert)
      : undefined;
  const pairs = (row?.evidence ?? []).flatMap(([name, text]) => [
    make('dt', {}, name),
    make('dd', {}, text),
  ]);
  const numbers =
    pairs.length === 0
      ? []
      : [
          make(
            'details',
            { class: 'numbers' },
            make('summary', {}, 'numbers'),
            make('dl', { class: 'pairs' }, ...pairs),
          ),
        ];
  return [...chip, ` ${why}`, ...numbers];
}

function rowOf(store: Store, alert: LiveAlert): HTMLElement {
  const { model, tape, live, view } = store;
  const series = tape.series[alert.series]!;
  const { id, name, metric, unit } = series.model;
  const row = known(model.alerts, id, alert);
  const inside = model.labels.find(
    (label) =>
      label.namespace === series.model.namespace &&
      label.pod === series.model.pod &&
      label.startMs <= (alert.end ?? Infinity) &&
      alert.detectedAt <= label.graceEndMs,
  );
  const isHome = view.layer === store.home.layer;
  const score = live.layer.thresholds[alert.peakLevel - 1] ?? 0;
  const cell = (kind: string, ...content: (string | Node)[]): HTMLElement =>
    make('td', kind === '' ? {} : { class: kind }, ...content);
  const { endMs } = model.run;
  const isLong = endMs - model.run.startMs > 86_400_000;
  const lasted =
    alert.end === null ? 'still open' : formatDuration(Math.max(alert.end - alert.start, 1000));
  return make(
    'tr',
    {},
    cell('', clockText(alert.detectedAt, view.offsetMs, true)),
    cell('', clockText(alert.start, view.offsetMs, isLong)),
    cell('n', lasted),
    cell('name', make('a', { href: `#s-${String(alert.series)}` }, name)),
    cell('', metric),
    cell('n', row?.peak ?? formatValue(drawnValue(series, alert.peakAt), unit)),
    cell('n', isHome && row !== undefined ? row.score : `≥ ${scoreText(score)}`),
    cell(
      'words',
      ...(inside === undefined
        ? []
        : [make('span', { class: 'chip labelled' }, `in label ${inside.type}`), ' ']),
      ...whyOf(store, alert),
    ),
  );
}

/** Keeps the table of alerts to what the controls say. */
export function mountAlertTable(store: Store): void {
  const body = byId('alert-rows', HTMLElement);
  const none = byId('no-alerts', HTMLElement);
  const region = body.closest<HTMLElement>('.scroll');
  const heading = region?.querySelector('th');
  const more = make('p', { class: 'quiet' });
  region?.after(more);
  const draw = (): void => {
    const { alerts } = store.decided;
    body.replaceChildren(...alerts.slice(0, MOST_ROWS).map((alert) => rowOf(store, alert)));
    none.classList.toggle('hidden', alerts.length > 0);
    region?.classList.toggle('hidden', alerts.length === 0);
    const left = alerts.length - MOST_ROWS;
    setText(more, left > 0 ? `${String(left)} more alerts are not listed.` : '');
    if (heading) setText(heading, `Detected (${zoneName(store.view.offsetMs)})`);
  };
  const inView = new InView(none.parentElement ?? none, draw);
  store.watch(({ decisions, zone }) => {
    if (decisions || zone) inView.refresh();
  });
}
