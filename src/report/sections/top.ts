import { formatDuration } from '../../core/time.ts';
import type { ReportModel } from '../model.ts';
import { e, type Html, timeText } from './markup.ts';

/** Title, where the run comes from and when it was. */
export function mastHtml({ title, run }: ReportModel): Html {
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
    `<p class="quiet">${e(`${run.kind} from ${run.origin}${where} · ${when}${every}`)}</p></header>`
  );
}

/** What to take away: sentence, figures, and what to do next. */
export function summaryHtml(model: ReportModel): Html {
  const { headline, summary, advice, figures } = model;
  const sentences = summary.map((text) => `<p>${e(text)}</p>`).join('');
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
    `${sentences}${next === '' ? '' : `<ul class="advice">${next}</ul>`}</div>` +
    `${tiles === '' ? '' : `<dl class="figures">${tiles}</dl>`}</section>`
  );
}

/** The controls; the page's script fills and wires them. */
export function tunerHtml(): Html {
  const number = (id: string, name: string): Html =>
    `<label class="field">${name}<input type="number" id="${id}" min="1" max="1000" step="1" inputmode="numeric"></label>`;
  return (
    `<section class="tuner hidden" id="tuner" aria-label="Settings to play with">` +
    `<label class="field">Settings<select id="layer"></select></label>` +
    `<div class="field wide"><div class="row"><label for="threshold" id="threshold-name">Threshold</label>` +
    `<output id="threshold-value" for="threshold"></output></div><div class="slider" id="slider">` +
    `<svg id="curve" preserveAspectRatio="none" aria-hidden="true"></svg>` +
    `<input type="range" id="threshold" min="0" max="1" step="1"></div></div>` +
    `<div class="counts">${number('consecutive', 'Flags')}${number('within', 'of the last')}${number('recover', 'Stays open for')}</div>` +
    `<div class="verdict"><span class="told" id="count" role="status"></span><span class="quiet" id="plateau"></span><code id="flags" class="hidden"></code>` +
    `<span class="buttons"><button type="button" id="unzoom" class="hidden">Whole run</button>` +
    `<button type="button" id="zone">Local time</button>` +
    `<button type="button" id="copy">Copy flags</button>` +
    `<button type="button" id="download">Settings file</button>` +
    `<button type="button" id="reset" disabled>Reset</button></span></div></section>`
  );
}
