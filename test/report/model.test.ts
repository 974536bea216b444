import { expect, test } from 'vitest';
import { makeReport } from '../../src/cli/build-report.ts';
import { DEFAULT_GRID, objectiveFor, tuneRecordings } from '../../src/cli/tune-run.ts';
import { presetSettings } from '../../src/replay/presets.ts';
import { compileCharts } from '../../src/report/charts/compile.ts';
import { reportHtml } from '../../src/report/html.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { tunePictures } from '../../src/report/pictures/tune-pictures.ts';
import { schemaFaults, schemaNamed } from '../support/json-schema.ts';
import { busyRun } from '../support/runs.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

const level = presetSettings('level');

/** Versions and digests blanked, floats to nine digits. */
function golden(value: unknown): string {
  const text = JSON.stringify(
    value,
    (key, inner: unknown) => {
      if (key === 'version' && typeof inner === 'string') return '';
      if (key === 'digest') return '';
      return typeof inner === 'number' ? Number(inner.toPrecision(9)) : inner;
    },
    2,
  );
  return `${text}\n`;
}

test('the model and the Markdown of a run with tuning are those kept', async () => {
  const data = busyRun({ pods: 2, samples: 160 });
  const grid = { ...DEFAULT_GRID, windows: [30, 60], smooths: [1, 3], consecutives: [1, 2] };
  const tune = await tuneRecordings([data], level, grid, objectiveFor([data]), () => undefined, {
    ...{ inject: ['leak'], seed: 1 },
  });
  const { model } = makeReport(data, level, tune, 'A run');
  expect(schemaFaults(schemaNamed('report'), JSON.parse(JSON.stringify(model)))).toEqual([]);
  await expect(golden(model)).toMatchFileSnapshot('../golden/report-model.json');
  const text = reportMarkdown(model).replaceAll(/[0-9a-f]{64}|podtape [\d.]+/g, '…');
  await expect(text).toMatchFileSnapshot('../golden/report.md');
});

test('without labels, what is caught of injected faults stands against false alerts', async () => {
  const data = { ...busyRun({ pods: 2, samples: 160 }), labels: [] };
  const grid = { ...DEFAULT_GRID, windows: [30, 60], smooths: [1], consecutives: [1, 2] };
  const tune = await tuneRecordings([data], level, grid, objectiveFor([data]), () => undefined, {
    ...{ inject: ['leak', 'hog'], seed: 1 },
  });
  const report = makeReport(data, level, tune, 'A run');
  expect(schemaFaults(schemaNamed('report'), JSON.parse(JSON.stringify(report.model)))).toEqual([]);
  const { trade, smallest = [] } = report.model.tune ?? {};
  expect(trade).toEqual([]);
  expect(smallest.map(({ kind }) => kind)).toEqual(['leak', 'hog']);
  for (const { kind, points, front } of smallest) {
    for (const [falsePerDay, size, window, smooth, consecutive, threshold] of points) {
      const row = tune.rows.find(
        ({ settings: s, threshold: own }) =>
          s.window === window &&
          s.smooth === smooth &&
          s.consecutive === consecutive &&
          own === threshold,
      );
      expect(row?.falseAlertsPerSeriesDay).toBe(falsePerDay);
      const power = tune.injected?.settings
        .find(({ settings: s }) => s.window === window && s.consecutive === consecutive)
        ?.power.find((one) => one.kind === kind);
      expect([power?.half?.size, ...(power?.halfAt ?? [])]).toContain(size);
    }
    // Nothing beats a point of the front in both.
    for (const [x, y] of front) expect(points.some((p) => p[0] <= x && p[1] < y)).toBe(false);
  }
  if (report.model.tune === null) throw new Error('no tuning');
  const pictures = tunePictures(report.model.tune, compileCharts());
  const leak = pictures.find(({ name }) => name === 'tuning-trade-leak');
  expect(await leak?.draw()).toContain('leak caught in 50 % of places (MiB/h)');
});

test('the page is the same bytes when it is written twice', () => {
  const data = busyRun({ pods: 2, samples: 100 });
  const page = (): string => reportHtml(makeReport(data, level, null, 'Twice'), 'void 0;');
  expect(page()).toBe(page());
});

test('a day of a hundred pods stays under two megabytes', () => {
  const pods = Array.from({ length: 100 }, (_, p) =>
    busyRun({ pods: 1, samples: 5760, seed: p, holes: 0, names: () => `web-${String(p)}` }),
  );
  const data = aRecording(pods.flatMap(({ series }) => series));
  const script = ' '.repeat(620_000);
  const html = reportHtml(makeReport(data, level, null, 'A day'), script);
  expect(html.length).toBeLessThan(2_000_000);
}, 120_000);

test('where nothing is judged the summary counts no judged series, and one sample is one', () => {
  const short = columnsOf(aSeries(), [0.1]);
  const { model } = makeReport(aRecording([short]), level, null, 'A run');
  expect(model.headline).toMatch(/^Nothing could be judged: 1 sample; the settings need \d+/);
  expect(model.summary).toEqual([
    '1 pod at one moment: none of 1 series judged, 1 sample in all, one every 15s.',
  ]);
  const long = columnsOf(aSeries({ metric: 'memory' }), Array<number>(80).fill(1e8));
  const [first, last] = makeReport(aRecording([short, long]), level, null, 'A run').model.summary;
  expect(first).toMatch(/: 1 of 2 series judged, 81 samples in all/);
  expect(last).toBe('1 series could not be judged; the page says why.');
});

test('a recording that was cut off says so, with when, and what to do', () => {
  const run = busyRun({ pods: 1 });
  const { model } = makeReport(
    { ...run, info: { ...run.info, finalised: false } },
    level,
    null,
    'A run',
  );
  const end = new Date(run.info.endMs).toISOString().slice(0, 19).replace('T', ' ');
  expect(model.summary).toContain(
    `It was cut off, or is still being recorded: its last poll was at ${end} UTC.`,
  );
  expect(model.advice.join(' ')).toContain('podtape verify --finalise');
});
