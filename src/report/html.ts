import { createHash } from 'node:crypto';
import { htmlEscape } from 'escape-goat';
import { compileCharts } from './charts/compile.ts';
import type { Report } from './report.ts';
import { bodyHtml } from './sections/body.ts';
import { e } from './sections/markup.ts';
import { STYLES } from './styles.ts';

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/** A value as JSON that cannot end the script element it stands in. */
function inertJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Code as it may stand in a script element. Throws a plain Error when it could end it. */
function inertCode(code: string): string {
  const safe = code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  if (/<\/script|<!--/i.test(safe)) throw new Error('The page script could end its element.');
  return safe;
}

/** Data for the page's script to read; browsers do not run it. */
const dataBlock = (id: string, value: unknown): string =>
  `<script type="application/json" id="${id}">${inertJson(value)}</script>`;

/** What an HTML file of ours is made of: finished HTML and texts. */
export interface HtmlFile {
  /** Plain text. */
  readonly title: string;
  readonly styles: string;
  readonly body: string;
  /** The one script that may run; null: none. */
  readonly script: string | null;
  /** Whether the script may ask the server that the page came from; else nothing may. */
  readonly connects?: boolean;
}

/** The Content-Security-Policy of a page: its one style sheet, its one script, and nothing else. */
export function pagePolicy({ styles, script, connects = false }: HtmlFile): string {
  return [
    `default-src 'none'`,
    ...(script === null ? [] : [`script-src ${hashOf(inertCode(script))}`]),
    `style-src ${hashOf(styles)}`,
    // Charts set style attributes of their own elements; under img-src those can load nothing.
    `style-src-attr 'unsafe-inline'`,
    'img-src data:',
    ...(connects ? [`connect-src 'self'`] : []),
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}

/**
 * A page with a policy: no network, no eval, its one style sheet and its one script allowed by their
 * hash alone. Throws a plain Error when the script could end its element.
 */
export function htmlFile(file: HtmlFile): string {
  const { title, styles, body, script } = file;
  const code = script === null ? null : inertCode(script);
  const policy = pagePolicy(file);
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${htmlEscape(policy)}">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">` +
    `<meta name="referrer" content="no-referrer">` +
    `<title>${e(title)}</title><style>${styles}</style></head><body>${body}` +
    `${code === null ? '' : `<script>${code}</script>`}</body></html>\n`
  );
}

/** A report as one HTML file; `pageScript` is the bundled code of page/main.ts. */
export function reportHtml({ model, page }: Report, pageScript: string): string {
  return htmlFile({
    title: `${model.title} · podtape`,
    styles: STYLES,
    body:
      bodyHtml(model) +
      dataBlock('charts', compileCharts()) +
      dataBlock('model', model) +
      dataBlock('data', page),
    script: pageScript,
  });
}
