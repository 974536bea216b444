import { causeText } from './display.ts';
import type { ReportModel } from './model.ts';
import { timeText } from './sections/markup.ts';
import { visible } from './sections/visible.ts';

/** Text for a Markdown cell: characters that mean something are escaped, one line. */
export const cell = (text: string): string =>
  visible(text)
    .replace(/[\\`*_{}[\]<>|#!&~]/g, (c) => `\\${c}`)
    .replace(/\s+/g, ' ');

/** A heading and rows of finished cells as a Markdown table. */
export function markdownRows(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const ROWS = 20;

/** A report as Markdown: what fits a pull-request comment. */
export function reportMarkdown(model: ReportModel): string {
  const parts = [
    `## ${cell(model.title)}`,
    `**${cell(model.headline)}**`,
    [...model.summary, ...model.coverage.sentences].map(cell).join(' '),
    ...model.advice.map((text) => `- ${cell(text)}`),
  ];
  if (model.alerts.length > 0) {
    parts.push(
      markdownRows(
        ['detected (UTC)', 'lasted', 'series', 'metric', 'peak', 'why'],
        model.alerts
          .slice(0, ROWS)
          .map((a) =>
            [
              ...[timeText(a.detectedMs), a.lasted, a.name, a.metric, a.peak],
              [causeText(a.cause), a.why].filter((text) => text !== '').join(': '),
            ].map(cell),
          ),
      ),
    );
    const more = model.alerts.length + model.alertsLeftOut - ROWS;
    if (more > 0) parts.push(`${String(more)} more alerts.`);
  }
  if (model.settings.length > 1) {
    parts.push(
      markdownRows(
        ['setting', 'alerts', 'known faults found', 'false alerts'],
        model.settings.map(({ name, alerts, score }) => [
          cell(name),
          String(alerts),
          score === null ? '–' : `${String(score.detected)} of ${String(score.events)}`,
          score === null ? '–' : String(score.falseAlerts),
        ]),
      ),
    );
  }
  if (model.tune !== null && model.tune.flags !== '') {
    parts.push(`Recommended: \`${model.tune.flags}\``);
  }
  parts.push(`podtape ${model.version}, replay digest \`${model.settings[0]?.digest ?? ''}\``);
  return `${parts.join('\n\n')}\n`;
}
