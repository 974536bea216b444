import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RecordingData } from '../../../src/core/recording.ts';
import { compareRuns } from '../../../src/replay/compare/compare-runs.ts';
import { comparisonHtml } from '../../../src/report/comparison/html.ts';
import { comparisonMarkdown } from '../../../src/report/comparison/markdown.ts';
import { comparisonModel, intervalText, shareText } from '../../../src/report/comparison/model.ts';
import { roundTicks, timeTicks } from '../../../src/report/comparison/ticks.ts';
import { axeProblems } from '../../support/axe.ts';
import { inChromium, openPage, sharedBrowser } from '../../support/chromium.ts';
import { schemaFaults, schemaNamed } from '../../support/json-schema.ts';
import { busyRun } from '../../support/runs.ts';
import { aRecording, aSeries, columnsOf } from '../../support/series.ts';
import { tempFolder } from '../../support/temp.ts';

const browser = sharedBrowser();

function compared(runs: readonly (readonly [name: string, data: RecordingData])[]) {
  const comparison = compareRuns(runs.map(([name, data]) => ({ name, data })));
  const model = comparisonModel({
    ...{ title: 'A test', comparison, settings: 'default' },
    alerts: runs.map(() => ({ alerts: 1, series: 2 })),
  });
  return { comparison, model };
}

function written(runs: readonly (readonly [name: string, data: RecordingData])[]): string {
  const { comparison, model } = compared(runs);
  const path = join(tempFolder(), 'comparison.html');
  writeFileSync(path, comparisonHtml(model, comparison));
  return path;
}

const louder = (data: RecordingData, by: number): RecordingData => ({
  ...data,
  series: data.series.map((one) => ({ ...one, values: one.values.map((v) => v * by) })),
});

test('says what rose first, in words, and what stayed', () => {
  const run = busyRun({ holes: 0 });
  const { model } = compared([
    ['before', run],
    ['after', louder(run, 1.5)],
  ]);
  expect(schemaFaults(schemaNamed('comparison'), JSON.parse(JSON.stringify(model)))).toEqual([]);
  expect(model.headline).toBe('Against before, of 2 metrics: 2 higher.');
  expect(model.summary.join(' ')).toContain('Alerts: 1 in before, 1 in after.');
  expect(comparisonMarkdown(model)).toContain('| web cpu | higher |');
});

test('shares are told as people say them', () => {
  expect([0.123, -0.034, 0, 1.5, null].map(shareText)).toEqual([
    '+12 %',
    '−3.4 %',
    '±0 %',
    '×2.5',
    'from 0',
  ]);
  expect(intervalText([-0.02, 0.3])).toBe('−2.0 % to +30 %');
});

test('ticks are round and lie inside', () => {
  expect(roundTicks(0, 10, 3)).toEqual([0, 5, 10]);
  expect(roundTicks(57.2, 65.9, 3)).toEqual([60, 65]);
  expect(timeTicks(-60_000, 7_200_000, 6)).toEqual([0, 1_800_000, 3_600_000, 5_400_000, 7_200_000]);
});

inChromium('needs no script, asks for nothing, and shows other views by keyboard', async () => {
  const run = busyRun();
  const path = written([
    ['before', run],
    ['after', louder(run, 1.2)],
    ['later', louder(run, 0.7)],
  ]);
  const { page, complaints } = await openPage(browser(), path);
  expect(await page.locator('script').count()).toBe(0);
  expect(await page.locator('svg.v-mean .run').count()).toBe(6);
  expect(await page.locator('svg.v-total').first().isVisible()).toBe(false);
  await page.locator('#v-mean').focus();
  await page.keyboard.press('ArrowLeft');
  expect(await page.locator('svg.v-total').first().isVisible()).toBe(true);
  expect(await page.locator('svg.v-mean').first().isVisible()).toBe(false);
  expect(complaints).toEqual([]);
});

inChromium.each([
  ['light, 1440 wide', { width: 1440 }],
  ['dark, 390 wide', { width: 390, dark: true }],
])('nothing serious for axe: %s', async (_, options) => {
  const run = busyRun();
  const path = written([
    ['before', run],
    ['after', louder(run, 1.2)],
  ]);
  const { page } = await openPage(browser(), path, options);
  const room = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(room).toBe(0);
  expect(await axeProblems(page)).toEqual([]);
});

test('runs with nothing in common say so', () => {
  const one = aRecording([columnsOf(aSeries({ workload: 'a' }), Array<number>(30).fill(1))]);
  const other = aRecording([columnsOf(aSeries({ workload: 'b' }), Array<number>(30).fill(1))]);
  const { model, comparison } = compared([
    ['x', one],
    ['y', other],
  ]);
  expect(model.headline).toContain('no workload in common');
  expect(comparisonHtml(model, comparison)).toContain('Not in every run');
});
