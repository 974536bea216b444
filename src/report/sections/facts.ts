import { OUTCOME_WORDS } from '../coverage.ts';
import type { ReportModel, SeriesModel } from '../model.ts';
import { e, type Html, section, tableHtml } from './markup.ts';

const NOT_JUDGED_SHOWN = 100;

/** What was seen and what was not, with reasons. */
export function coverageHtml({ coverage, run }: ReportModel): Html {
  const sentences = [...coverage.sentences, ...run.notes]
    .map((text) => `<p>${e(text)}</p>`)
    .join('');
  const columns = [
    { title: 'What happened' },
    { title: 'Why', kind: 'name' },
    { title: 'Ticks', kind: 'n' },
  ] as const;
  const rows = coverage.reasons.map(([outcome, reason, count]) => [
    e(outcome),
    e(reason === '' ? '–' : reason),
    String(count),
  ]);
  const table = rows.length === 0 ? '' : tableHtml('Ticks that were not whole', columns, rows);
  return section('seen', 'What was seen', '', `<div class="panel">${sentences}${table}</div>`);
}

/** The colours of the coverage ribbon that this run needs. */
export function coverageKey({ coverage }: ReportModel): Html {
  const states = new Set(coverage.buckets.map(({ state }) => state));
  return [...states].map((s) => `<span><i class="${s}"></i>${OUTCOME_WORDS[s]}</span>`).join('');
}

const SERIES_COLUMNS = [
  { title: 'Series', kind: 'name' },
  { title: 'Metric' },
  { title: 'Samples', kind: 'n' },
  { title: 'Alerts', kind: 'n' },
  { title: 'Peak', kind: 'n' },
  { title: 'Last', kind: 'n' },
] as const;

const seriesRow = (one: SeriesModel): Html[] => [
  e(one.name),
  e(one.metric),
  String(one.samples),
  String(one.alerts),
  e(one.peak),
  e(one.last),
];

/** Series that found no room among the charts, and those that could not be judged. */
export function leftOutHtml({ listed, seriesLeftOut, series }: ReportModel): Html {
  const more =
    seriesLeftOut > 0
      ? `<p class="quiet">${String(seriesLeftOut)} more series are in “podtape inspect”.</p>`
      : '';
  const rest =
    listed.length === 0
      ? ''
      : section(
          'listed',
          'Series without a chart',
          `Charts and controls above work on the ${String(series.length)} most interesting series; these are the next.`,
          `<div class="panel">${tableHtml('Series without a chart', SERIES_COLUMNS, listed.map(seriesRow))}${more}</div>`,
        );
  const silent = [...series, ...listed].filter(({ notEvaluated }) => notEvaluated !== '');
  if (silent.length === 0) return rest;
  const columns = [
    { title: 'Series', kind: 'name' },
    { title: 'Metric' },
    { title: 'Why', kind: 'words' },
  ] as const;
  const rows = silent
    .slice(0, NOT_JUDGED_SHOWN)
    .map((one) => [e(one.name), e(one.metric), e(one.notEvaluated)]);
  const others = silent.length - rows.length;
  return (
    rest +
    section(
      'not-judged',
      'Not judged',
      'These series have no score at all, so no alert says nothing about them.',
      `<div class="panel">${tableHtml('Series not judged', columns, rows)}` +
        `${others > 0 ? `<p class="quiet">${String(others)} more.</p>` : ''}</div>`,
    )
  );
}

function settingText(value: unknown): string {
  if (typeof value === 'string') return value;
  const isTexts = Array.isArray(value) && value.every((one) => typeof one === 'string');
  return isTexts ? value.join(', ') : JSON.stringify(value);
}

function isTold([name, value]: readonly [string, unknown]): boolean {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return name !== 'version' && value !== null && !isEmpty;
}

/** All parameters of the main settings. */
export function settingsHtml({ settings }: ReportModel): Html {
  const [main] = settings;
  if (main === undefined) return '';
  const pairs = Object.entries(main.settings)
    .filter(isTold)
    .map(([name, value]) => `<dt>${e(name)}</dt><dd class="mono">${e(settingText(value))}</dd>`)
    .join('');
  const flags =
    main.flags === '' ? '' : `<code class="block">podtape replay … ${e(main.flags)}</code>`;
  return section(
    'settings',
    'Settings',
    `The report is about “${e(main.name)}”: ${e(main.describe)}.`,
    `<div class="panel">${flags}<dl class="pairs">${pairs}</dl></div>`,
  );
}

/** What the same bytes are known by. */
export function footHtml({ version, run, settings, tune }: ReportModel): Html {
  const digests: [string, string][] = [
    ['recording', run.digest],
    ...settings.map(({ name, digest }): [string, string] => [`replay, ${name}`, digest]),
    ...(tune === null ? [] : [['tuning', tune.digest] as [string, string]]),
  ];
  const pairs = digests
    .map(([name, digest]) => `<dt>${e(name)}</dt><dd class="mono">${e(digest)}</dd>`)
    .join('');
  return (
    `<footer class="quiet"><p>Written by podtape ${e(version)}. The same recording and settings give the same digests ` +
    `on every machine.</p><dl class="pairs">${pairs}</dl></footer>`
  );
}
