import { htmlFile, type HtmlFile, pagePolicy } from '../html.ts';
import { e, section } from '../sections/markup.ts';
import { STYLES } from '../styles.ts';
import { WATCH_STYLES } from './styles.ts';

/** A page to serve, with the policy that goes into its headers. */
export interface WatchPage {
  readonly html: string;
  readonly policy: string;
}

/**
 * The live page of a recording: everything on it comes later, as events. `script` is the bundled
 * code of page/watch/main.ts.
 */
export function watchHtml(title: string, script: string): WatchPage {
  const body =
    `<header class="mast"><p class="eyebrow">podtape live</p><h1>${e(title)}</h1>` +
    `<p class="quiet" id="about"></p></header><main>` +
    `<noscript><p class="panel">The live page draws with JavaScript.</p></noscript>` +
    `<div class="live-bar"><span class="lamp" id="lamp" aria-hidden="true"></span>` +
    `<span id="state" role="status">connecting</span><span class="quiet" id="last"></span>` +
    `<span class="buttons"><label class="field-inline">Show <select id="span">` +
    `<option value="0">everything</option><option value="300000">5 minutes</option>` +
    `<option value="900000">15 minutes</option><option value="3600000">1 hour</option></select></label>` +
    `<button type="button" id="zone">Local time</button></span></div>` +
    `<p class="visually-hidden" role="log" id="said"></p>` +
    section(
      'now',
      'Now',
      '',
      `<dl class="figures four" id="figures"></dl><div class="ribbon-live" id="ribbon" role="img" aria-label="Ticks, oldest first"></div>`,
    ) +
    section(
      'alerts',
      'Alerts',
      '',
      `<div class="panel"><p id="no-alerts">No alert so far.</p><ol class="alert-list" id="alert-list"></ol></div>`,
    ) +
    section(
      'series',
      'Every series',
      'Those with an open alert first, then those that had one. Below each line its score; the dotted line is the threshold.',
      `<div id="cards" class="cards"></div><p class="quiet" id="more"></p>`,
    ) +
    `</main>`;
  const file: HtmlFile = {
    title: `${title} · podtape live`,
    ...{ styles: STYLES + WATCH_STYLES, body, script },
    connects: true,
  };
  return { html: htmlFile(file), policy: `${pagePolicy(file)}; frame-ancestors 'none'` };
}
