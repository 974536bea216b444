import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetSettings } from '../dist/replay/presets.js';
import { makeReport } from '../dist/cli/build-report.js';
import { pageScript } from '../dist/cli/page-script.js';
import { reportHtml } from '../dist/report/html.js';
import { recordingData } from './measure.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const STEPS = 60;

/** Runs in the page: moves the threshold about and times each move to the end of its frame. */
const MOVE = `async () => {
  const slider = document.getElementById('threshold');
  const afterFrame = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  const times = [];
  for (let i = 0; i < ${STEPS}; i += 1) {
    await new Promise((rest) => setTimeout(rest, 60));
    await afterFrame();
    const start = performance.now();
    const share = 0.4 + 0.6 * ((i * 37) % ${STEPS}) / ${STEPS};
    slider.value = String(Math.floor(share * Number(slider.max)));
    slider.dispatchEvent(new Event('input'));
    await afterFrame();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}`;

/** Milliseconds of processor time that the page's thread has used. */
async function spent(devtools) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
}

/** How long the page of a report takes to follow its threshold, drawn: median, p90, processor; ms. */
async function sliderTimes(html) {
  const { chromium } = await import('playwright-core');
  const folder = mkdtempSync(join(tmpdir(), 'podtape-bench-'));
  const path = join(folder, 'report.html');
  writeFileSync(path, html);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    await page.goto(`file://${path}`);
    await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 60_000 });
    await page.waitForTimeout(500);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await spent(devtools);
    const times = await page.evaluate(`(${MOVE})()`);
    const processor = ((await spent(devtools)) - before) / STEPS;
    return { median: times[STEPS >> 1], p90: times[Math.floor(STEPS * 0.9)], processor };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

async function sliderRow(what, html) {
  if (!existsSync(CHROMIUM)) return { what, figure: '–', note: 'no Chromium here' };
  const { median, p90, processor } = await sliderTimes(html);
  return {
    what,
    figure: `${median.toFixed(0)} ms`,
    note: `p90 ${p90.toFixed(0)} ms, from the move to the end of its frame; ${processor.toFixed(0)} ms of processor time`,
  };
}

export async function reportBench() {
  const settings = presetSettings('default');
  const day = recordingData(100, 5760);
  const start = performance.now();
  const report = makeReport(day, settings, null, 'bench');
  const html = reportHtml(report, pageScript());
  const took = (performance.now() - start) / 1000;
  const { layers } = report.page;
  const long = makeReport(recordingData(10, 10_000), settings, null, 'bench');
  return [
    {
      what: 'report on 100 series-pairs × a day at 15 s',
      figure: `${took.toFixed(1)} s`,
      note: `${(html.length / 1e6).toFixed(2)} MB, ${String(layers.length)} settings to choose from; one thread`,
    },
    await sliderRow('its threshold moved', html),
    await sliderRow('the same, 20 series × 10,000 samples', reportHtml(long, pageScript())),
  ];
}
