import { formatDuration } from '../../core/time.ts';
import { causeSign, causeText } from '../display.ts';
import type { AlertRow, ReportModel, RunScore } from '../model.ts';
import { e, type Html, section, tableHtml, timeText } from './markup.ts';

const ALERT_COLUMNS = [
  { title: 'Detected (UTC)' },
  { title: 'Began' },
  { title: 'Lasted', kind: 'n' },
  { title: 'Series', kind: 'name' },
  { title: 'Metric' },
  { title: 'Peak', kind: 'n' },
  { title: 'Score', kind: 'n' },
  { title: 'Why', kind: 'words' },
] as const;

/** A cause as a tag, its sentence, and the numbers behind it. */
function causeHtml({ cause, why, evidence }: AlertRow): Html {
  if (cause === 'unknown' && why === '') return '';
  const sign = `<span aria-hidden="true">${e(causeSign(cause))}</span>`;
  const tag =
    cause === 'unknown'
      ? ''
      : `<span class="chip cause cause-${cause}">${sign} ${e(causeText(cause))}</span> `;
  const pairs = evidence.map(([name, text]) => `<dt>${e(name)}</dt><dd>${e(text)}</dd>`).join('');
  const numbers =
    pairs === ''
      ? ''
      : `<details class="numbers"><summary>numbers</summary><dl class="pairs">${pairs}</dl></details>`;
  return `${tag}${e(why)}${numbers}`;
}

/** Alerts of the main settings; the page's script keeps the rows up to date with the controls. */
export function alertsHtml(model: ReportModel): Html {
  const place = new Map(model.series.map(({ id }, i) => [id, i]));
  const rows = model.alerts.map((row) => {
    const at = place.get(row.series);
    const label =
      row.label === '' ? '' : `<span class="chip labelled">in label ${e(row.label)}</span> `;
    return [
      e(timeText(row.detectedMs)),
      e(timeText(row.startMs).slice(11)),
      e(row.lasted),
      at === undefined ? e(row.name) : `<a href="#s-${String(at)}">${e(row.name)}</a>`,
      e(row.metric),
      e(row.peak),
      e(row.score),
      label + causeHtml(row),
    ];
  });
  const more =
    model.alertsLeftOut > 0
      ? `<p class="quiet">${String(model.alertsLeftOut)} more alerts: “podtape replay” lists them all.</p>`
      : '';
  const none = `<p id="no-alerts"${model.alerts.length > 0 ? ' class="hidden"' : ''}>No alert under these settings.</p>`;
  return section(
    'alerts',
    'Alerts',
    '',
    `<div class="panel">${none}${tableHtml('Alerts', ALERT_COLUMNS, rows, { id: 'alert-rows' })}${more}</div>`,
  );
}

/** Found, false alerts and delay of a setting as cells. */
function scoreCells(score: RunScore | null): Html[] {
  if (score === null || score.events === 0) return ['–', '–', '–'];
  const { detected, events, falseAlerts, medianDelaySeconds: delay } = score;
  return [
    `${String(detected)} of ${String(events)}`,
    String(falseAlerts),
    delay === null ? '–' : formatDuration(delay * 1000),
  ];
}

const COMPARED_COLUMNS = [
  { title: 'Settings' },
  { title: 'What they are', kind: 'words' },
  { title: 'Alerts', kind: 'n' },
  { title: 'in series', kind: 'n' },
  { title: 'Known faults found', kind: 'n' },
  { title: 'False alerts', kind: 'n' },
  { title: 'Median delay', kind: 'n' },
] as const;

/** The main settings beside the original scripts and others. */
export function comparedHtml({ settings }: ReportModel): Html {
  if (settings.length < 2) return '';
  const rows = settings.map(({ name, describe, alerts, alertingSeries, score }) => [
    `<b>${e(name)}</b>`,
    e(describe),
    String(alerts),
    String(alertingSeries),
    ...scoreCells(score),
  ]);
  return section(
    'compared',
    'The same recording under other settings',
    'What each would have said. Choose one under “Settings” to see its alerts in every chart.',
    `<div class="panel">${tableHtml('Settings compared', COMPARED_COLUMNS, rows, { chosen: 0 })}</div>`,
  );
}
