import { plural } from '../core/plural.ts';
import { causeText } from './display.ts';
import {
  markdownCode,
  type MarkdownColumn,
  markdownRows,
  markdownText as text,
} from './markdown-text.ts';
import type { AlertRow, ReportModel, SettingModel } from './model.ts';
import { timeText } from './sections/markup.ts';

const ALERTS = 20;

const number = (title: string): MarkdownColumn => ({ title, isNumber: true });

/** The numbers of the page's tiles, one row. */
function figureTable({ figures }: ReportModel): string[] {
  if (figures.length === 0) return [];
  const columns = figures.map(({ name }) => ({ title: text(name) }));
  return [
    markdownRows(columns, [
      figures.map(({ value, remark }) => `**${text(value)}** ${text(remark)}`),
    ]),
  ];
}

function alertTable({ alerts, alertsLeftOut }: ReportModel): string[] {
  if (alerts.length === 0) return [];
  const columns = [
    ...['series', 'metric', 'detected (UTC)', 'lasted'].map((title) => ({ title })),
    ...[number('peak'), { title: 'why' }],
  ];
  const why = ({ cause, why: sentence }: AlertRow): string =>
    [causeText(cause), sentence].filter((part) => part !== '').join(': ');
  const rows = alerts
    .slice(0, ALERTS)
    .map((a) =>
      [a.name, a.metric, timeText(a.detectedMs), a.lasted, a.peak, why(a)].map((cell) =>
        text(cell),
      ),
    );
  const more = alerts.length + alertsLeftOut - ALERTS;
  return [markdownRows(columns, rows), ...(more > 0 ? [`${plural(more, 'more alert')}.`] : [])];
}

function settingRow({ name, alerts, score }: SettingModel): string[] {
  const found = score === null ? '–' : `${String(score.detected)} of ${String(score.events)}`;
  return [text(name), String(alerts), found, score === null ? '–' : String(score.falseAlerts)];
}

function settingTable({ settings }: ReportModel): string[] {
  if (settings.length < 2) return [];
  const columns = [
    { title: 'setting' },
    ...['alerts', 'known faults found', 'false alerts'].map(number),
  ];
  return [
    '<details><summary>Other settings on the same run</summary>',
    markdownRows(columns, settings.map(settingRow)),
    '</details>',
  ];
}

/** Sentences of the summary that the table of alerts does not hold already. */
function untold({ summary, coverage, alerts }: ReportModel): string[] {
  const shown = alerts.slice(0, ALERTS).filter(({ why }) => why !== '');
  return [...summary, ...coverage.sentences].filter(
    (sentence) => !shown.some(({ why }) => sentence.includes(why.slice(1))),
  );
}

/** A report as Markdown: what fits a pull-request comment. */
export function reportMarkdown(model: ReportModel): string {
  const { tune } = model;
  const parts = [
    `## ${text(model.title)}`,
    `**${text(model.headline)}**`,
    ...figureTable(model),
    ...alertTable(model),
    untold(model)
      .map((sentence) => text(sentence))
      .join(' '),
    model.advice.map((sentence) => `- ${text(sentence)}`).join('\n'),
    ...(tune === null || tune.flags === '' ? [] : [`Recommended: ${markdownCode(tune.flags)}`]),
    ...settingTable(model),
    `podtape ${model.version} · replay digest ${markdownCode(model.settings[0]?.digest ?? '')}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
