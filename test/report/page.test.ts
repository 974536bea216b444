import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { makeReport } from '../../src/cli/build-report.ts';
import { pageScript } from '../../src/cli/page-script.ts';
import { DEFAULT_GRID, objectiveFor, tuneRecordings } from '../../src/cli/tune-run.ts';
import type { RecordingData } from '../../src/core/recording.ts';
import { rngFor } from '../../src/core/rng.ts';
import { presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { reportHtml } from '../../src/report/html.ts';
import { axeProblems } from '../support/axe.ts';
import { inChromium, openFile, sharedBrowser } from '../support/chromium.ts';
import { busyRun } from '../support/runs.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';
import { tempFolder } from '../support/temp.ts';

const browser = sharedBrowser();

const level = presetSettings('level');

/** Writes the report of a recording and returns its path. */
function written(data: RecordingData, settings = level): string {
  const path = join(tempFolder(), 'report.html');
  writeFileSync(path, reportHtml(makeReport(data, settings, null, 'A test run'), pageScript()));
  return path;
}

inChromium('opens from a file with networking off: charts, no request, no complaint', async () => {
  const { page, complaints } = await openFile(browser(), written(busyRun()));
  await page.locator('#panels').scrollIntoViewIfNeeded();
  await page.locator('details.series[open] .chart svg path').first().waitFor();
  expect(await page.locator('.spark .line').count()).toBe(6);
  expect(await page.locator('#curve path').count()).toBeGreaterThan(1);
  expect(complaints).toEqual([]);
});

inChromium(
  'with tuning: heat maps and trade-off are drawn, cells and points are chosen by a click',
  async () => {
    const data = busyRun();
    const grid = { ...DEFAULT_GRID, windows: [30, 60], smooths: [1], consecutives: [1, 2] };
    const tune = await tuneRecordings([data], level, grid, objectiveFor([data]), () => undefined);
    const path = join(tempFolder(), 'tuned.html');
    const report = makeReport(data, level, tune, 'Tuned');
    writeFileSync(path, reportHtml(report, pageScript()));
    const { page, complaints } = await openFile(browser(), path);
    for (const name of ['windowThreshold', 'windowConsecutive', 'tradeOff']) {
      const chart = page.locator(`[data-chart=${name}]`);
      await chart.scrollIntoViewIfNeeded();
      await chart.locator('svg path').first().waitFor();
    }
    await page.locator('#window').selectOption('60');
    await page
      .locator('[data-chart=windowThreshold] svg .mark-rect path')
      .first()
      .click({ force: true });
    await expect.poll(() => page.locator('#window').inputValue()).toBe('30');
    await page.locator('#window').selectOption('60');
    const at = report.model.tune?.trade.findIndex(([, , window]) => window === 30) ?? -1;
    expect(at).not.toBe(-1);
    const points = page.locator('[data-chart=tradeOff] svg .mark-symbol path');
    await points.nth(at).dispatchEvent('click');
    await expect.poll(() => page.locator('#window').inputValue()).toBe('30');
    expect(complaints).toEqual([]);
  },
);

inChromium('without labels: a click on a point shows what catches such a leak', async () => {
  const data = { ...busyRun({ pods: 2, samples: 160 }), labels: [] };
  const grid = { ...DEFAULT_GRID, windows: [30, 60], smooths: [1], consecutives: [1, 2] };
  const tune = await tuneRecordings([data], level, grid, objectiveFor([data]), () => undefined, {
    ...{ inject: ['leak'], seed: 1 },
  });
  const report = makeReport(data, level, tune, 'Tuned');
  const path = join(tempFolder(), 'unlabelled.html');
  writeFileSync(path, reportHtml(report, pageScript()));
  const { page, complaints } = await openFile(browser(), path);
  const { points = [] } = report.model.tune?.smallest[0] ?? {};
  const at = points.findIndex(([, , window]) => window === 30);
  expect(at).not.toBe(-1);
  await page.locator('#window').selectOption('60');
  const chart = page.locator('[data-chart=tradeLeak]');
  await chart.scrollIntoViewIfNeeded();
  await chart.locator('svg .mark-symbol path').nth(at).dispatchEvent('click');
  await expect.poll(() => page.locator('#window').inputValue()).toBe('30');
  expect(complaints).toEqual([]);
});

/** Runs in the page: sets the controls and says which threshold that came to. */
const MOVE_CONTROLS = `(consecutive, recover, share) => {
  const set = (id, value) => {
    const input = document.getElementById(id);
    input.value = String(value);
    input.dispatchEvent(new Event('input'));
    return input;
  };
  set('consecutive', consecutive);
  set('recover', recover);
  set('threshold', Math.floor(share * Number(document.getElementById('threshold').max)));
  const twice = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
  return new Promise((resolve) =>
    twice(() => resolve(document.getElementById('threshold-value').textContent)),
  );
}`;

inChromium('its controls give the alerts of the command line', async () => {
  const data = busyRun({ pods: 4, samples: 300 });
  const { page, complaints } = await openFile(browser(), written(data));
  const rng = rngFor(3, 'controls');
  for (let i = 0; i < 25; i += 1) {
    const consecutive = 1 + rng.below(5);
    const recover = 1 + rng.below(5);
    const share = rng.next();
    const threshold = await page.evaluate<string>(
      `(${MOVE_CONTROLS})(${String(consecutive)}, ${String(recover)}, ${String(share)})`,
    );
    const settings = { ...level, threshold: Number(threshold), consecutive, recover };
    const { alerts } = replay(data, settings);
    const told = await page.locator('#count').textContent();
    expect(told?.split(' ')[0]).toBe(String(alerts.length));
    await expect
      .poll(() => page.locator('#alert-rows tr').count())
      .toBe(Math.min(60, alerts.length));
  }
  expect(complaints).toEqual([]);
});

inChromium(
  'works by keyboard: threshold, panels, samples, and a link that leads back',
  async () => {
    const path = written(busyRun());
    const { page, complaints } = await openFile(browser(), path);
    await page.locator('#threshold').focus();
    const before = await page.locator('#threshold-value').textContent();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.locator('#threshold-value').textContent()).not.toBe(before);
    const after = await page.locator('#threshold-value').textContent();
    const closed = page.locator('details.series:not([open]) > summary').first();
    await closed.focus();
    await page.keyboard.press('Enter');
    const opened = page.locator('details.series[open] .charts').first();
    await opened.locator('svg path').first().waitFor();
    await opened.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await opened.locator('.readout').textContent()).toMatch(/UTC · .*score/);
    const { hash } = new URL(page.url());
    expect(hash).toContain('threshold=');
    const again = await openFile(browser(), path, { fragment: hash });
    expect(await again.page.locator('#threshold-value').textContent()).toBe(after);
    expect([...complaints, ...again.complaints]).toEqual([]);
  },
);

inChromium('dragging across time looks closer in every chart, the button goes back', async () => {
  const { page } = await openFile(browser(), written(busyRun()), { timezoneId: 'Asia/Tokyo' });
  const lane = page.locator('.lane').last();
  await lane.scrollIntoViewIfNeeded();
  const box = await lane.boundingBox();
  if (box === null) throw new Error('no lane');
  await page.mouse.move(box.x + box.width * 0.3, box.y + 8);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 8, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => page.url()).toContain('from=');
  await page.locator('#zone').click();
  await expect
    .poll(() => page.locator('#alerts + div th').first().textContent())
    .toContain('+09:00');
  await page.locator('#unzoom').click();
  await expect.poll(() => page.url()).not.toContain('from=');
});

const gap = new Float64Array();
const inputs: [name: string, data: RecordingData, says: RegExp][] = [
  ['no series', aRecording([]), /Nothing to judge/],
  ['no samples', aRecording([columnsOf(aSeries(), [])]), /Nothing to judge/],
  ['one sample', aRecording([columnsOf(aSeries(), [0.1])]), /Nothing could be judged/],
  ['no alerts and no labels', aRecording([columnsOf(aSeries(), Array(80).fill(0.1))]), /No alert/],
  [
    'a series that is all gap',
    aRecording([
      columnsOf(aSeries(), Array(80).fill(0.1)),
      { series: aSeries({ metric: 'memory' }), times: gap, values: gap },
    ]),
    /Not judged/,
  ],
];

inChromium.each(inputs)('a page for %s says so plainly', async (_, data, says) => {
  const { page, complaints } = await openFile(browser(), written(data));
  expect(await page.locator('body').innerText()).toMatch(says);
  expect(complaints).toEqual([]);
});

inChromium('two thousand series: the most interesting are drawn, the next are listed', async () => {
  const columns = Array.from({ length: 2000 }, (_, p) =>
    columnsOf(aSeries({ pod: `web-${String(p)}` }), Array(60).fill(0.1 + p / 1e5)),
  );
  const path = written(aRecording(columns));
  expect(readFileSync(path).length).toBeLessThan(2_000_000);
  const { page, complaints } = await openFile(browser(), path);
  expect(await page.locator('details.series').count()).toBe(200);
  expect(await page.locator('body').innerText()).toContain('1300 more series');
  expect(complaints).toEqual([]);
});

inChromium.each([
  ['light, 1440 wide', { width: 1440 }],
  ['dark, 1440 wide', { width: 1440, dark: true }],
  ['light, 390 wide', { width: 390 }],
])('nothing serious for axe: %s', async (_, options) => {
  const { page } = await openFile(browser(), written(busyRun()), options);
  const room = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(room).toBe(0);
  expect(await axeProblems(page)).toEqual([]);
});
