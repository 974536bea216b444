import { htmlEscape } from 'escape-goat';
import { formatTime } from '../core/time.ts';
import type { ReportModel, RunScore, TuneTableRow } from './model.ts';

/** A piece of finished HTML. Everything that comes from outside goes through htmlEscape first. */
type Html = string;

const e = (text: string): Html => htmlEscape(text);

interface Cell {
  readonly title: string;
  readonly isNumber?: boolean;
  readonly isName?: boolean;
}

/** Rows of finished HTML cells → a table that scrolls sideways on narrow screens. */
function tableHtml(
  caption: string,
  cells: readonly Cell[],
  rows: readonly (readonly Html[])[],
  chosen = -1,
): Html {
  const kind = ({ isNumber, isName }: Cell): string =>
    isNumber === true ? ' class="n"' : isName === true ? ' class="name"' : '';
  const head = cells.map((cell) => `<th scope="col"${kind(cell)}>${e(cell.title)}</th>`).join('');
  const body = rows
    .map((row, i) => {
      const tds = row
        .map((html, c) => `<td${kind(cells[c] ?? { title: '' })}>${html}</td>`)
        .join('');
      return `<tr${i === chosen ? ' class="chosen"' : ''}>${tds}</tr>`;
    })
    .join('');
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${e(caption)}"><table>` +
    `<thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
  );
}

const chart = (name: string, index: number | string, describe: string): Html =>
  `<div class="chart" data-chart="${e(name)}" data-at="${e(String(index))}" role="img" aria-label="${e(describe)}"></div>`;

function overview(model: ReportModel): Html {
  const { coverage } = model;
  const buckets =
    coverage.buckets.length === 0
      ? ''
      : chart('coverage', 0, `Coverage. ${coverage.sentence}`) +
        `<div class="key"><span><i class="ok"></i>seen</span><span><i class="partial"></i>partial</span>` +
        `<span><i class="empty"></i>empty answer</span><span><i class="alert"></i>failed</span>` +
        `<span><i class="missed"></i>missed or gap</span></div>`;
  const notes = model.notes.map((note) => `<p class="quiet">${e(note)}</p>`).join('');
  return `<h2 id="coverage">What was seen</h2><div class="panel"><p>${e(coverage.sentence)}</p>${buckets}${notes}</div>`;
}

function scoreCells(score: RunScore | null): Html[] {
  if (score === null || score.events === 0) return ['–', '–', '–'];
  const { detected, events, falseEpisodes, medianDelaySeconds } = score;
  return [
    `${String(detected)} of ${String(events)}`,
    String(falseEpisodes),
    medianDelaySeconds === null ? '–' : `${String(Math.round(medianDelaySeconds))} s`,
  ];
}

function compared(model: ReportModel): Html {
  if (model.compared.length < 2) return '';
  const rows = model.compared.map(({ name, describe, alerts, score }) => [
    `<b>${e(name)}</b>`,
    e(describe),
    String(alerts),
    ...scoreCells(score),
  ]);
  const cells = [
    { title: 'Setting' },
    { title: 'What it is', isName: true },
    { title: 'Alerts', isNumber: true },
    { title: 'Labels found', isNumber: true },
    { title: 'False alarms', isNumber: true },
    { title: 'Median delay', isNumber: true },
  ];
  return (
    `<h2 id="compared">The same recording under other settings</h2>` +
    `<div class="panel">${tableHtml('Settings compared', cells, rows, 0)}</div>`
  );
}

function alerts(model: ReportModel): Html {
  if (model.alerts.length === 0) {
    return `<h2 id="alerts">Alerts</h2><div class="panel"><p>No alert under these settings.</p></div>`;
  }
  const rows = model.alerts.map((row) => [
    e(row.detectedAt.slice(0, 19).replace('T', ' ')),
    e(row.lasted),
    row.detailed ? `<a href="#${anchorOf(model, row.series)}">${e(row.pod)}</a>` : e(row.pod),
    e(row.metric),
    e(row.peak),
    e(row.score),
    e(row.cause) + (row.evidence === '' ? '' : `<br><span class="quiet">${e(row.evidence)}</span>`),
  ]);
  const cells = [
    { title: 'Detected (UTC)' },
    { title: 'Lasted' },
    { title: 'Pod', isName: true },
    { title: 'Metric' },
    { title: 'Peak', isNumber: true },
    { title: 'Score', isNumber: true },
    { title: 'Cause' },
  ];
  const more =
    model.alertsLeftOut > 0
      ? `<p class="quiet">${String(model.alertsLeftOut)} more alerts are in “podtape replay”.</p>`
      : '';
  return (
    `<h2 id="alerts">Alerts</h2><div class="panel">` +
    `${tableHtml('Alerts', cells, rows)}${more}</div>`
  );
}

/** Anchors are numbers, never names from outside. */
function anchorOf(model: ReportModel, series: string): string {
  return `series-${String(model.details.findIndex(({ id }) => id === series))}`;
}

function sparks(model: ReportModel): Html {
  if (model.groups.length === 0) return '';
  const groups = model.groups
    .map((group, g) => {
      const cards = group.sparks
        .map((spark, s) => {
          const detail = anchorOf(model, spark.id);
          const title = [spark.metric, spark.name].filter((part) => part !== '').join(' · ');
          const name = detail === 'series--1' ? e(title) : `<a href="#${detail}">${e(title)}</a>`;
          const badge =
            spark.alerts === 0
              ? `<span class="quiet">${e(spark.last)}</span>`
              : `<span class="badge">${String(spark.alerts)} alert${spark.alerts === 1 ? '' : 's'}</span>`;
          const told = `${group.workload} ${title}: peak ${spark.peak}, last ${spark.last}, ${String(spark.alerts)} alerts`;
          return (
            `<div class="spark${spark.alerts > 0 ? ' hot' : ''}"><div class="spark-head">` +
            `<span title="${e(title)}">${name}</span>${badge}</div>` +
            `${chart('spark', `${String(g)}.${String(s)}`, told)}</div>`
          );
        })
        .join('');
      const wide = group.sparks.length > 2 ? ' wide' : '';
      return `<div class="group${wide}"><h3>${e(group.workload)}</h3><div class="sparks">${cards}</div></div>`;
    })
    .join('');
  const more =
    model.seriesLeftOut > 0
      ? `<p class="quiet">${String(model.seriesLeftOut)} more series are not drawn.</p>`
      : '';
  return `<h2 id="overview">Every series at a glance</h2><div class="groups">${groups}</div>${more}`;
}

function controls(model: ReportModel): Html {
  const { consecutive, recover } = model.decider;
  const number = (id: string, name: string, value: number): Html =>
    `<label>${name} <input type="number" id="${id}" min="1" max="60" value="${String(value)}"></label>`;
  return (
    `<div class="controls" id="controls" role="group" aria-label="Detector settings">` +
    `<label>threshold <input type="range" id="threshold" min="0" max="1000" step="1"> ` +
    `<output id="threshold-value" for="threshold"></output></label>` +
    number('consecutive', 'in a row', consecutive) +
    number('recover', 'stays open for', recover) +
    `<span id="count" aria-live="polite"></span>` +
    `<button type="button" id="copy">Copy as flags</button>` +
    `<button type="button" id="reset">Reset</button></div>`
  );
}

function details(model: ReportModel): Html {
  if (model.details.length === 0) return '';
  const panels = model.details
    .map((detail, i) => {
      const signals = detail.signals
        .map(
          (signal, s) =>
            `<div class="chart-name">${e(signal.name)}</div>` +
            chart('signal', `${String(i)}.${String(s)}`, `${signal.name} beside ${detail.title}`),
        )
        .join('');
      return (
        `<section class="panel" id="series-${String(i)}" aria-label="${e(detail.title)}">` +
        `<h3>${e(detail.title)}</h3>` +
        `<p class="quiet">${e(detail.subtitle)} · <span data-alerts="${String(i)}"></span></p>` +
        `<div class="chart-name">${e(detail.unit === '' ? 'value' : detail.unit)}</div>` +
        chart('value', i, `${detail.title}: values, alerts, labels and marks over time`) +
        `<div class="chart-name">score and threshold</div>` +
        chart('score', i, `${detail.title}: anomaly score over time with the threshold`) +
        `${signals}</section>`
      );
    })
    .join('');
  return (
    `<section class="details"><h2 id="details">Series in detail</h2>` +
    `<p class="quiet">Move the threshold: alerts are computed here, by the same code as on the command line.</p>` +
    controls(model) +
    `<div class="key"><span><i class="line raw"></i>raw</span><span><i class="line smoothed"></i>smoothed, or score</span>` +
    `<span><i class="alert"></i>alert</span><span><i class="label"></i>label (known fault)</span>` +
    `<span><i class="line mark"></i>mark (restart, scaling, phase)</span><span><i class="line limit"></i>limit</span></div>` +
    `${panels}</section>`
  );
}

function tuneRow(row: TuneTableRow): Html[] {
  const percent = (n: number | null): string => (n === null ? '–' : n.toFixed(2));
  return [
    String(row.window),
    String(row.smooth),
    String(row.consecutive),
    String(row.threshold),
    String(row.alerts),
    `${String(row.detected)} of ${String(row.labels)}`,
    String(row.falseAlerts),
    row.falsePerDay.toFixed(2),
    row.delay === null ? '–' : `${String(Math.round(row.delay))} s`,
    percent(row.f1),
  ];
}

function tuning(model: ReportModel): Html {
  const { tune } = model;
  if (tune === null) {
    return (
      `<h2 id="tuning">Tuning</h2><div class="panel"><p>Nothing was tuned for this report; ` +
      `<code>podtape report --tune</code> adds it.</p></div>`
    );
  }
  const titles = ['window', 'smooth', 'in a row', 'threshold', 'alerts', 'labels found'];
  const cells = [...titles, 'false', 'false a day', 'delay', 'F1'].map((title) => ({
    title,
    isNumber: true,
  }));
  const flags = tune.flags === '' ? '' : `<p><code>${e(tune.flags)}</code></p>`;
  const pictures =
    `<div class="two"><div><div class="chart-name">best score by window and threshold</div>` +
    `${chart('windowThreshold', 0, 'Best score by window and threshold; the table has the numbers')}</div>` +
    `<div><div class="chart-name">best score by window and consecutive count</div>` +
    `${chart('windowConsecutive', 0, 'Best score by window and consecutive count')}</div>` +
    (tune.tradeOff.length === 0
      ? ''
      : `<div><div class="chart-name">what more recall costs in false alerts</div>` +
        `${chart('tradeOff', 0, 'Recall against false alerts; the recommended setting is the large dot')}</div>`) +
    `</div>`;
  return (
    `<h2 id="tuning">Which settings are better</h2><div class="panel"><p>${e(tune.why)}</p>${flags}` +
    `<p class="quiet">Judged by ${e(tune.objective)}; ${String(tune.settingsTried)} rows of the grid, the best of each setting below.</p>` +
    `${tableHtml('Best settings', cells, tune.rows.map(tuneRow), 0)}</div>${pictures}`
  );
}

function settings(model: ReportModel): Html {
  const pairs = model.settings
    .map(([name, value]) => `<dt>${e(name)}</dt><dd class="mono">${e(value)}</dd>`)
    .join('');
  const silent =
    model.notEvaluated.length === 0
      ? ''
      : `<h2 id="not-evaluated">Not judged</h2><div class="panel">${model.notEvaluated
          .slice(0, 100)
          .map((text) => `<p class="quiet">${e(text)}</p>`)
          .join('')}</div>`;
  return `${silent}<h2 id="settings">Settings</h2><div class="panel"><p><code>${e(model.flags)}</code></p><dl>${pairs}</dl></div>`;
}

/** The body of the page: readable without any script, charts are filled in by the page's own. */
export function bodyHtml(model: ReportModel): Html {
  const when =
    model.endMs > 0
      ? `${formatTime(model.startMs).slice(0, 16).replace('T', ' ')} to ` +
        `${formatTime(model.endMs).slice(0, 16).replace('T', ' ')} UTC`
      : 'no samples';
  const summary = model.summary.map((sentence) => `<p>${e(sentence)}</p>`).join('');
  return (
    `<main><header><h1>${e(model.title)}</h1>` +
    `<p class="quiet">${e(model.kind)} from ${e(model.origin)}, ${e(when)}</p></header>` +
    `<section class="summary">${summary}</section>` +
    overview(model) +
    compared(model) +
    alerts(model) +
    sparks(model) +
    details(model) +
    tuning(model) +
    settings(model) +
    `<footer class="quiet"><p>podtape ${e(model.version)} · recording <span class="mono">${e(model.recordingDigest)}</span>` +
    ` · replay <span class="mono">${e(model.replayDigest)}</span></p></footer></main>`
  );
}
