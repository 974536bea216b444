import { formatDuration } from '../../core/time.ts';
import { causeSign, causeText } from '../display.ts';
import type { ReportModel } from '../model.ts';
import { e, type Html, timeText } from './markup.ts';

/** Title, where the run comes from and when it was, and the contents. */
export function mastHtml({ title, run }: ReportModel, contents: Html): Html {
  const from = timeText(run.startMs).slice(0, 16);
  const to = timeText(run.endMs).slice(0, 16);
  const isOneDay = from.slice(0, 10) === to.slice(0, 10);
  const when =
    run.samples === 0
      ? 'no samples'
      : `${from} to ${isOneDay ? to.slice(11) : to} UTC · ${formatDuration(run.endMs - run.startMs)}`;
  const every =
    run.intervalMs === null ? '' : ` · a sample every ${formatDuration(run.intervalMs)}`;
  const [namespace = ''] = run.namespaces;
  const where =
    run.namespaces.length === 1 && namespace !== '' && !run.origin.includes(namespace)
      ? `, namespace ${namespace}`
      : '';
  return (
    `<a class="skip" href="#detail">Skip to the charts</a><header class="mast">` +
    `<p class="eyebrow">podtape report</p><h1>${e(title)}</h1>` +
    `<p class="quiet">${e(`${run.kind} from ${run.origin}${where} · ${when}${every}`)}</p>${contents}</header>`
  );
}

/** A sentence of the summary: one on a series leads to it. */
function sentenceHtml(
  text: string,
  { series, alerts }: ReportModel,
): { readonly plain?: Html; readonly finding?: Html } {
  const at = series.findIndex(({ name }) => text.startsWith(`${name}: `));
  const own = series[at];
  if (own === undefined) return { plain: `<p>${e(text)}</p>` };
  const rest = text.slice(own.name.length + 2);
  const cause = alerts.find(
    (row) => row.name === own.name && row.why !== '' && rest.startsWith(causeText(row.cause)),
  );
  // The alert that it was told of may be of the pod's other metric.
  const place = cause === undefined ? at : series.findIndex(({ id }) => id === cause.series);
  const chip =
    cause === undefined
      ? ''
      : `<span class="chip cause cause-${cause.cause}"><span aria-hidden="true">${e(causeSign(cause.cause))}</span> ${e(causeText(cause.cause))}</span> `;
  const why = cause === undefined ? rest : rest.slice(causeText(cause.cause).length + 2);
  return {
    finding: `<li><a href="#s-${String(place)}">${e(own.name)}</a> ${chip}<span class="why">${e(why)}</span></li>`,
  };
}

const CONTENTS: readonly (readonly [id: string, title: string])[] = [
  ['timeline', 'What happened when'],
  ['alerts', 'Alerts'],
  ['overview', 'Every series'],
  ['detail', 'Series in detail'],
  ['compared', 'Other settings'],
  ['tuning', 'Tuning'],
  ['seen', 'What was seen'],
  ['settings', 'Settings'],
];

/** Links to the sections of a page; those it does not have are left out. */
export function contentsHtml(body: Html): Html {
  const links = CONTENTS.filter(([id]) => body.includes(`<h2 id="${id}">`))
    .map(([id, title]) => `<li><a href="#${id}">${title}</a></li>`)
    .join('');
  return `<nav aria-label="Contents"><ul class="toc">${links}</ul></nav>`;
}

/** What to take away: sentence, figures, and what to do next. */
export function summaryHtml(model: ReportModel): Html {
  const { headline, summary, advice, figures } = model;
  const told = summary.map((text) => sentenceHtml(text, model));
  const found = told.flatMap(({ finding }) => finding ?? []).join('');
  const sentences = told.flatMap(({ plain }) => plain ?? []).join('');
  const next = advice.map((text) => `<li>${e(text)}</li>`).join('');
  const tiles = figures
    .map(
      ({ value, name, remark, tone }) =>
        `<div class="${tone}"><dt>${e(name)}</dt><dd class="value">${e(value)}</dd>` +
        `<dd>${e(remark)}</dd></div>`,
    )
    .join('');
  return (
    `<section class="summary" aria-label="Summary"><div><p class="headline">${e(headline)}</p>` +
    `${sentences}${found === '' ? '' : `<ul class="findings">${found}</ul>`}${next === '' ? '' : `<ul class="advice">${next}</ul>`}</div>` +
    `${tiles === '' ? '' : `<dl class="figures">${tiles}</dl>`}</section>`
  );
}

const COUNTS: readonly (readonly [id: string, name: string, title: string])[] = [
  ['consecutive', 'Flags in a row', 'So many samples at or over the threshold open an alert'],
  ['within', 'of the last', 'The flags may be spread over so many samples'],
  ['recover', 'Quiet to close', 'So many quiet samples in a row close an alert'],
];

/** The controls; the page's script fills and wires them. */
export function tunerHtml(): Html {
  const choice = (id: string, name: string): Html =>
    `<label class="field">${name}<select id="${id}"></select></label>`;
  const counts = COUNTS.map(
    ([id, name, title]) =>
      `<label class="field" title="${title}">${name}<input type="number" id="${id}" min="1" max="1000" step="1" inputmode="numeric"></label>`,
  ).join('');
  const button = (id: string, name: string, more = ''): Html =>
    `<button type="button" id="${id}"${more}>${name}</button>`;
  return (
    `<section class="tuner hidden" id="tuner" aria-label="Settings to play with">` +
    `<div class="pick">${choice('setting', 'Settings')}${choice('window', 'Window')}${choice('smooth', 'Smoothing')}</div>` +
    `<div class="field wide"><div class="row"><label for="threshold" id="threshold-name">Threshold</label>` +
    `<span class="curve-key" aria-hidden="true"><span class="alerts">alerts</span><span class="found" id="found-key">known faults found</span></span>` +
    `<output id="threshold-value" for="threshold"></output></div><div class="slider" id="slider">` +
    `<svg id="curve" preserveAspectRatio="none" aria-hidden="true"></svg>` +
    `<input type="range" id="threshold" min="0" max="1" step="1"></div>` +
    `<div class="verdict"><span class="told" id="count" role="status"></span><span class="quiet" id="plateau"></span></div></div>` +
    `<div class="side"><div class="counts">${counts}</div><div class="buttons">` +
    button('unzoom', 'Whole run', ' class="hidden"') +
    button('zone', 'Local time') +
    button('copy', 'Copy as flags') +
    button('download', 'Settings file') +
    button('reset', 'Reset', ' disabled') +
    `</div></div><code id="flags" class="hidden"></code></section>`
  );
}
