import { cell, markdownRows } from '../markdown.ts';
import { type ComparisonModel, intervalText, shareText, tellingOf } from './model.ts';

const ROWS = 30;

/** A comparison as Markdown: what fits a pull-request comment. */
export function comparisonMarkdown(model: ComparisonModel): string {
  const isMany = model.runs.length > 2;
  const parts = [
    `## ${cell(model.title)}`,
    `**${cell(model.headline)}**`,
    ...model.summary.map(cell),
    ...model.advice.map((text) => `- ${cell(text)}`),
  ];
  const rows = model.changes.slice(0, ROWS).flatMap(({ name, metric, runName, cells: [whole] }) => {
    if (whole == null) return [];
    const { mean, high } = whole;
    return [
      [
        `${name} ${metric}`,
        ...(isMany ? [runName] : []),
        tellingOf(whole).verdict,
        mean.baseline,
        mean.candidate,
        shareText(mean.share),
        intervalText(mean.interval),
        `${high.baseline} → ${high.candidate}`,
      ].map(cell),
    ];
  });
  if (rows.length > 0) {
    const head = ['what', ...(isMany ? ['run'] : []), 'verdict', 'before', 'after', 'change'];
    parts.push(markdownRows([...head, '95 % interval', 'busiest pod, p95'], rows));
  }
  const more = model.changes.length - ROWS;
  if (more > 0) parts.push(`${String(more)} more metrics.`);
  parts.push(`podtape ${model.version}`);
  return `${parts.join('\n\n')}\n`;
}
