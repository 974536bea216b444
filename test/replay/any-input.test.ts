import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PartialSettings, Settings } from '../../src/core/settings.ts';
import { COMBINERS, DETECTOR_IDS } from '../../src/replay/detect/registry.ts';
import { overrideSettings, presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { aRecording, aSeries } from '../support/series.ts';

const START = 1_700_000_000_000;

const value = fc.oneof(
  fc.constantFrom(0, 0.1, 0.1, 1e-9, 1e9, 1e150, 1e200),
  fc.integer({ min: 0, max: 3 }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
/** Samples of one time: how long after those before it, and of CPU and memory, each or neither. */
const row = fc.tuple(
  fc.constantFrom(1, 15_000, 15_000, 15_000, 60_000, 3_600_000),
  fc.option(value),
  fc.option(value),
);
const pods = fc.array(fc.array(row, { maxLength: 60 }), { maxLength: 3 });
const counts = fc.record({
  window: fc.constantFrom(2, 7, 30, 5000),
  smooth: fc.constantFrom(1, 4),
  consecutive: fc.integer({ min: 1, max: 3 }),
  recover: fc.integer({ min: 1, max: 3 }),
  refractory: fc.constantFrom(0, 5),
  startupSeconds: fc.constantFrom(0, 120),
  pool: fc.constantFrom('container' as const, 'all' as const),
});

function recordingOf(
  rows: readonly (readonly (readonly [number, number | null, number | null])[])[],
) {
  return aRecording(
    rows.flatMap((own, p) =>
      ['cpu', 'memory'].map((metric, m) => {
        let t = START;
        const samples = own.flatMap(([step, ...both]) => {
          t += step;
          const v = both[m];
          return v == null ? [] : [{ t, v }];
        });
        return {
          series: aSeries({ pod: `web-${String(p)}`, metric }),
          times: Float64Array.from(samples, (one) => one.t),
          values: Float64Array.from(samples, (one) => one.v),
        };
      }),
    ),
  );
}

function settingsOf(detector: string, changes: PartialSettings): Settings {
  const base = overrideSettings(presetSettings('level'), { ...changes, detector });
  const isEnsemble = COMBINERS.some(({ id }) => id === detector);
  const members = ['level', 'joint-rise', 'ewma'].map((id) => ({
    ...{ detector: id, params: {}, threshold: 2 },
  }));
  // Low, so that there are alerts to look at.
  return { ...base, members: isEnsemble ? members : [], threshold: 0.5 };
}

test.each(DETECTOR_IDS)(
  '%s takes any recording: scores are numbers or absent, silence is explained',
  (id) => {
    fc.assert(
      fc.property(pods, counts, (rows, changes) => {
        const data = recordingOf(rows);
        const { series, alerts } = replay(data, settingsOf(id, changes));
        expect(series).toHaveLength(data.series.length);
        for (const { scores, times, notEvaluated } of series) {
          expect(scores).toHaveLength(times.length);
          const isScored = scores.some((score) => !Number.isNaN(score));
          expect(scores.every((score) => Math.abs(score) !== Infinity)).toBe(true);
          expect(notEvaluated === '').toBe(isScored);
        }
        for (const { start, detectedAt, end, samples, peakScore } of alerts) {
          expect(start).toBeLessThanOrEqual(detectedAt);
          expect(detectedAt).toBeLessThanOrEqual(end ?? detectedAt);
          expect(samples).toBeGreaterThanOrEqual(1);
          expect(peakScore).toBeGreaterThanOrEqual(0.5);
        }
      }),
      { numRuns: 25 },
    );
  },
);
