import { createHash } from 'node:crypto';
import { htmlEscape } from 'escape-goat';
import { compileCharts } from './charts/compile.ts';
import type { Report } from './report.ts';
import { bodyHtml, titleHtml } from './sections/body.ts';
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

/**
 * A report as one HTML file: no network, no eval, scripts and styles allowed by their hash alone.
 *
 * `pageScript` is the bundled code of page/main.ts.
 */
export function reportHtml(report: Report, pageScript: string): string {
  const { model, page } = report;
  const script = inertCode(pageScript);
  const policy = [
    `default-src 'none'`,
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(STYLES)}`,
    // Charts set style attributes of their own elements; under img-src those can load nothing.
    `style-src-attr 'unsafe-inline'`,
    'img-src data:',
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${htmlEscape(policy)}">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">` +
    `<meta name="referrer" content="no-referrer">` +
    `<title>${titleHtml(model)}</title><style>${STYLES}</style></head><body>` +
    bodyHtml(model) +
    dataBlock('charts', compileCharts()) +
    dataBlock('model', model) +
    dataBlock('data', page) +
    `<script>${script}</script></body></html>\n`
  );
}
