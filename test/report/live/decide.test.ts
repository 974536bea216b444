import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeReport } from '../../../src/cli/build-report.ts';
import { judgeReplay, rulesFor } from '../../../src/cli/judge-run.ts';
import { settingsDigest } from '../../../src/core/settings-digest.ts';
import type { Settings } from '../../../src/core/settings.ts';
import { NOT_READY } from '../../../src/report/levels.ts';
import { alertsByThreshold, labelsByThreshold } from '../../../src/report/live/curve.ts';
import { decideLayer, scoreDecided } from '../../../src/report/live/decide.ts';
import { openTape } from '../../../src/report/live/tape.ts';
import { runExtent } from '../../../src/replay/evaluate/extent.ts';
import { presetSettings } from '../../../src/replay/presets.ts';
import { replay } from '../../../src/replay/replay.ts';
import { busyRun } from '../../support/runs.ts';

const data = busyRun({ pods: 4, samples: 300 });
const { model, page } = makeReport(data, presetSettings('default'), null, 'test');
const tape = openTape(model, page, NOT_READY);
const rules = rulesFor(data);
const extent = runExtent(data);

const choice = fc.record({
  layer: fc.nat({ max: page.layers.length - 1 }),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  consecutive: fc.integer({ min: 1, max: 8 }),
  within: fc.integer({ min: 1, max: 12 }),
  recover: fc.integer({ min: 1, max: 8 }),
});

function picked({
  layer,
  at,
  consecutive,
  within,
  recover,
}: ReturnType<typeof choice.generate>['value']) {
  const live = tape.layer(layer);
  const { thresholds, contaminations, settings } = live.layer;
  const place = Math.floor(at * thresholds.length);
  const chosen: Settings = {
    ...{ ...settings, consecutive, within, recover },
    threshold: contaminations === null ? (thresholds[place] ?? 0) : null,
    contamination: contaminations === null ? null : (contaminations[place] ?? 0),
  };
  return { live, chosen, choice: { choice: place, consecutive, within, recover } };
}

test('the default and both original scripts can be decided in the page', () => {
  expect(page.settings.map(({ name }) => name)).toEqual([
    'default',
    'fetch-metrics-graph',
    'fetch-metrics',
  ]);
});

test('the default can be seen under other windows and smoothings, each once', () => {
  const [main] = page.settings;
  const axes = page.layers.filter((_, at) => main?.layers.includes(at)).map((one) => one.settings);
  expect(new Set(axes.map(({ window }) => window))).toEqual(new Set([120, 240, 480, 960]));
  expect(new Set(axes.map(({ smooth }) => smooth))).toEqual(new Set([1, 3, 5]));
  expect(axes).toHaveLength(12);
  expect(new Set(page.layers.map(({ settings }) => settingsDigest(settings))).size).toBe(
    page.layers.length,
  );
});

test('under 200 random settings the page says what a replay says', () => {
  fc.assert(
    fc.property(choice, (some) => {
      const { live, chosen, choice: own } = picked(some);
      const result = replay(data, chosen);
      const decided = decideLayer(tape, live, own);
      expect(
        decided.alerts.map(({ series, start, detectedAt, end, samples }) => ({
          ...{ series: tape.series[series]?.model.id, start, detectedAt, end, samples },
        })),
      ).toEqual(
        result.alerts.map(({ series, start, detectedAt, end, samples }) => ({
          ...{ series, start, detectedAt, end, samples },
        })),
      );
      const score = scoreDecided(tape.series, live, decided, data.labels, extent, rules);
      expect(score).toEqual(judgeReplay(data, result));
    }),
    { numRuns: 200 },
  );
});

test('the curve behind the slider counts what deciding at each threshold gives', () => {
  fc.assert(
    fc.property(choice, (some) => {
      const { live, choice: own } = picked(some);
      const counts = alertsByThreshold(tape, live, own);
      const labelled = labelsByThreshold(tape, live, own, data.labels, extent, rules);
      const decided = decideLayer(tape, live, own);
      expect(counts[own.choice]).toBe(decided.alerts.length);
      if (labelled === null) return;
      const score = scoreDecided(tape.series, live, decided, data.labels, extent, rules);
      expect(labelled.events).toBe(score?.events);
      expect(labelled.detected[own.choice]).toBe(score?.detected);
      expect(labelled.falseAlerts[own.choice]).toBe(score?.falseAlerts);
    }),
    { numRuns: 60 },
  );
});
