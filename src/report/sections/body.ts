import type { ReportModel } from '../model.ts';
import { coverageHtml, coverageKey, footHtml, leftOutHtml, settingsHtml } from './facts.ts';
import { alertsHtml, comparedHtml } from './findings.ts';
import { type Html, section } from './markup.ts';
import { contentsHtml, mastHtml, summaryHtml, tunerHtml } from './top.ts';
import { tuningHtml } from './tuning.ts';

const MARK_KEY = `<span><i class="line m"></i>mark</span>`;

/** What the colours of lanes and charts mean, of those that this run needs. */
function keyHtml(model: ReportModel, more: Html): Html {
  const label =
    model.labels.length === 0 ? '' : `<span><i class="l"></i>known fault (label)</span>`;
  const mark = model.marks.length === 0 ? '' : MARK_KEY;
  return `<div class="key"><span><i class="a"></i>alert</span>${label}${mark}${more}</div>`;
}

const LINES_KEY =
  `<span><i class="line s"></i>value, score</span>` +
  `<span><i class="line r"></i>before smoothing</span>`;

function timeline(model: ReportModel): Html {
  return section(
    'timeline',
    'What happened when',
    'Drag across a stretch of time to look closer, in every chart at once.',
    `<div class="panel lanes" id="lanes"></div><p class="quiet" id="lanes-more"></p>` +
      keyHtml(model, coverageKey(model)),
  );
}

function charts(model: ReportModel): Html {
  if (model.series.length === 0) return '';
  return (
    section(
      'overview',
      'Every series at a glance',
      'By workload, those with alerts first. Each picture leads to the series in detail.',
      `<div id="sparks"></div>`,
    ) +
    section(
      'detail',
      'Series in detail',
      'Drag the threshold in a score chart, or move the controls: alerts are computed in this page, by the code of the command line.',
      `${keyHtml(model, LINES_KEY)}<div id="panels"></div>`,
    )
  );
}

/** The body of the page: text and tables read without any script, which adds charts and controls. */
export function bodyHtml(model: ReportModel): Html {
  const hasSeries = model.series.length > 0;
  const sections =
    (hasSeries ? tunerHtml() + timeline(model) : '') +
    alertsHtml(model) +
    charts(model) +
    comparedHtml(model) +
    tuningHtml(model) +
    coverageHtml(model) +
    leftOutHtml(model) +
    settingsHtml(model);
  return (
    mastHtml(model, contentsHtml(sections)) +
    `<main>${summaryHtml(model)}` +
    `<noscript><p class="panel">Charts and controls need JavaScript, which stays inside this file; the tables do without.</p></noscript>` +
    sections +
    footHtml(model) +
    `<p class="visually-hidden" role="status" id="said"></p></main>`
  );
}
