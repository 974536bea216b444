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

/**
 * How a table is told from others: a row that stands out, a name, cells that stack on narrow
 * screens.
 */
interface TableOptions {
  readonly chosen?: number;
  readonly id?: string;
  readonly stacks?: boolean;
}

/**
 * Rows of finished cells → a table that scrolls sideways on narrow screens, or stacks its cells
 * there.
 */
export function tableHtml(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Html[])[],
  { chosen, id, stacks = false }: TableOptions = {},
): Html {
  const head = columns
    .map(({ title, kind }) => `<th scope="col"${classOf(kind)}>${e(title)}</th>`)
    .join('');
  const body = rows
    .map((row, i) => {
      const cells = row.map((html, c) => {
        const { title = '', kind } = columns[c] ?? {};
        const name = stacks && title !== '' ? ` data-title="${e(title)}"` : '';
        return `<td${classOf(kind)}${name}>${html}</td>`;
      });
      return `<tr${i === chosen ? ' class="chosen"' : ''}>${cells.join('')}</tr>`;
    })
    .join('');
  const name = id === undefined ? '' : ` id="${id}"`;
  return (
    `<div class="scroll${stacks ? ' stacks' : ''}" tabindex="0" role="region" aria-label="${e(caption)}"><table>` +
    `<thead><tr>${head}</tr></thead><tbody${name}>${body}</tbody></table></div>`
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
