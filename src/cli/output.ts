import { styleText } from 'node:util';
import { ToolError } from '../core/errors.ts';
import { visible } from '../core/visible.ts';
import { markdownRows, markdownText } from '../report/markdown-text.ts';

/** Writes a result to stdout; a closed pipe (`| head`) ends the program quietly. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Writes a message to stderr, on one line whatever names are in it, unless --quiet. */
export function say(text: string, flags: { readonly quiet?: boolean } = {}): void {
  if (flags.quiet !== true) process.stderr.write(`${visible(text)}\n`);
}

/** The same as a warning. */
export function warn(text: string, flags: { readonly quiet?: boolean } = {}): void {
  if (flags.quiet === true) return;
  process.stderr.write(`${colour('yellow', 'warning:')} ${visible(text)}\n`);
}

/** Colours a text for stderr where that is wanted (NO_COLOR, FORCE_COLOR, terminal). */
export function colour(style: 'red' | 'green' | 'yellow' | 'bold' | 'dim', text: string): string {
  return styleText(style, text, { stream: process.stderr });
}

const FORMATS = new Set(['json', 'table', 'csv', 'yaml', 'wide', 'name', 'markdown', 'html']);

/** Refuses `-o json` and the like: `-o` is always a file. Throws USAGE. */
export function checkOutputFile(file: string | undefined): void {
  if (file !== undefined && FORMATS.has(file)) {
    throw new ToolError('USAGE', `-o takes a file; did you mean --format ${file}?`, { file });
  }
}

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'right';
}

/** Rows → kubectl-style columns, two spaces apart. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => visible(cell(row)))),
  ];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((text, i) => {
          const width = widths[i] ?? 0;
          return columns[i]?.align === 'right' ? text.padStart(width) : text.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Rows → a Markdown table; names in them are escaped. */
export function markdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return markdownRows(
    columns.map(({ title, align }) => ({
      title: title.toLowerCase(),
      isNumber: align === 'right',
    })),
    rows.map((row) => columns.map(({ cell }) => markdownText(cell(row)))),
  );
}
