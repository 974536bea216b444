import { plural } from '../../core/plural.ts';
import { type MarkdownColumn, markdownRows, markdownText as text } from '../markdown-text.ts';
import { type ComparisonModel, intervalText, shareText, tellingOf } from './model.ts';

const ROWS = 30;

const number = (title: string): MarkdownColumn => ({ title, isNumber: true });

function changeTable({ changes, runs }: ComparisonModel): string[] {
  const isMany = runs.length > 2;
  const rows = changes.slice(0, ROWS).flatMap(({ name, metric, runName, cells: [whole] }) => {
    if (whole == null) return [];
    const { mean, high } = whole;
    const { verdict } = tellingOf(whole);
    const row = [
      ...[`${name} ${metric}`, ...(isMany ? [runName] : []), verdict, mean.baseline],
      ...[mean.candidate, shareText(mean.share), intervalText(mean.interval)],
      `${high.baseline} → ${high.candidate}`,
    ];
    return [row.map((cell) => text(cell))];
  });
  if (rows.length === 0) return [];
  const columns = [
    ...['what', ...(isMany ? ['run'] : []), 'verdict'].map((title) => ({ title })),
    ...['before', 'after', 'change', '95 % interval', 'busiest pod, p95'].map(number),
  ];
  const more = changes.length - ROWS;
  return [markdownRows(columns, rows), ...(more > 0 ? [`${plural(more, 'more metric')}.`] : [])];
}

/** What only some runs have, by those that have it: no difference can be told of it. */
function missingLines({ missing }: ComparisonModel): string[] {
  const byRuns = new Map<string, string[]>();
  for (const { name, metric, runs } of missing) {
    const key = runs.join(', ');
    byRuns.set(key, [...(byRuns.get(key) ?? []), `${name} ${metric}`]);
  }
  return [...byRuns].map(([runs, names]) => {
    const more = names.length > ROWS ? `, and ${String(names.length - ROWS)} more` : '';
    return `- Only in ${text(runs)}: ${text(names.slice(0, ROWS).join(', ') + more)}.`;
  });
}

/** A comparison as Markdown: what fits a pull-request comment. */
export function comparisonMarkdown(model: ComparisonModel): string {
  const parts = [
    `## ${text(model.title)}`,
    `**${text(model.headline)}**`,
    ...changeTable(model),
    model.summary.map((sentence) => text(sentence)).join(' '),
    [...model.advice.map((sentence) => `- ${text(sentence)}`), ...missingLines(model)].join('\n'),
    `podtape ${model.version}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
