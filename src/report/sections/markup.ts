import { htmlEscape } from 'escape-goat';
import { formatTime } from '../../core/time.ts';
import { visible } from '../../core/visible.ts';

/** A piece of finished HTML. Whatever comes from outside goes through `e` first. */
export type Html = string;

/** Text from anywhere → HTML that shows it and does nothing else. */
export function e(text: string): Html {
  return htmlEscape(visible(text));
}

/** A column of a table: numbers stand to the right, names may break anywhere, words at spaces. */
export interface Column {
  readonly title: string;
  readonly kind?: 'n' | 'name' | 'words';
}

const classOf = (kind: Column['kind']): Html => (kind === undefined ? '' : ` class="${kind}"`);

/** Rows of finished cells → a table that scrolls sideways on narrow screens. */
export function tableHtml(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Html[])[],
  options: { readonly chosen?: number; readonly id?: string } = {},
): Html {
  const head = columns
    .map(({ title, kind }) => `<th scope="col"${classOf(kind)}>${e(title)}</th>`)
    .join('');
  const body = rows
    .map((row, i) => {
      const cells = row.map((html, c) => `<td${classOf(columns[c]?.kind)}>${html}</td>`).join('');
      return `<tr${i === options.chosen ? ' class="chosen"' : ''}>${cells}</tr>`;
    })
    .join('');
  const id = options.id === undefined ? '' : ` id="${options.id}"`;
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${e(caption)}"><table>` +
    `<thead><tr>${head}</tr></thead><tbody${id}>${body}</tbody></table></div>`
  );
}

/** A section with its heading and one line on what it is. `lead` is finished HTML. */
export function section(id: string, title: string, lead: Html, body: Html): Html {
  const intro = lead === '' ? '' : `<p class="lead">${lead}</p>`;
  return `<section aria-labelledby="${id}"><h2 id="${id}">${e(title)}</h2>${intro}${body}</section>`;
}

/** Unix ms → "2026-01-31 08:15:00". */
export function timeText(ms: number): string {
  return formatTime(ms).slice(0, 19).replace('T', ' ');
}
