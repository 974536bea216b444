import { createHash } from 'node:crypto';
import { htmlEscape } from 'escape-goat';
import { compileCharts } from './charts/compile.ts';
import type { ReportModel } from './model.ts';
import { bodyHtml } from './sections.ts';
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

/**
 * A report as one HTML file: no network, no eval, scripts and styles allowed by their hash alone.
 *
 * `pageScript` is the bundled code of page/main.ts.
 */
export function reportHtml(model: ReportModel, pageScript: string): string {
  const script = inertCode(pageScript);
  // Charts set style attributes of their own elements; those cannot load anything under img-src.
  const policy = [
    `default-src 'none'`,
    `script-src ${hashOf(script)}`,
    `style-src-elem ${hashOf(STYLES)}`,
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
    `<title>${htmlEscape(model.title)}</title><style>${STYLES}</style></head><body>` +
    bodyHtml(model) +
    `<script type="application/json" id="charts">${inertJson(compileCharts())}</script>` +
    `<script type="application/json" id="model">${inertJson(model)}</script>` +
    `<script>${script}</script></body></html>\n`
  );
}
