import { visible } from '../core/visible.ts';

/** Characters that Markdown, or GitHub's mathematics, would make something of. */
const SPECIAL = /[\\`*_{}[\]<>|#&~$]/g;
/** Where GitHub would see a mention, a reference or an address. */
const LINKING = /@|\\#|:(?=\/\/)|www(?=\.)/gi;
/** How a line of text must not begin: a list, or the underlining of a heading. */
const LEADING = /^(\d+(?=[.)])|(?=[-+=]))/;

/**
 * Text from anywhere → Markdown that shows it and does nothing else, on one line, fit for a cell of
 * a table. An empty comment parts what GitHub would otherwise link: nobody is mentioned.
 */
export function markdownText(text: string): string {
  return visible(text)
    .trim()
    .replace(/\s+/g, ' ')
    .replace(SPECIAL, (c) => `\\${c}`)
    .replace(LINKING, (text) => `${text}<!-- -->`)
    .replace(LEADING, (start) => `${start}\\`);
}

/** Text from anywhere as a code span. */
export function markdownCode(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map(({ length }) => length)));
  const room = runs.length === 0 ? '' : ' ';
  return `${fence}${room}${visible(text).replace(/\s+/g, ' ')}${room}${fence}`;
}

/** A heading of a Markdown table's column; numbers stand to the right. */
export interface MarkdownColumn {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** Columns and rows of finished cells as a Markdown table. */
export function markdownRows(
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ isNumber = false }) => (isNumber ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}
