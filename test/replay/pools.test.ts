import { describe, expect, test } from 'vitest';
import type { Mark } from '../../src/core/recording.ts';
import { rngFor } from '../../src/core/rng.ts';
import type { ScoredSeries } from '../../src/core/results.ts';
import type { SeriesColumns } from '../../src/core/series.ts';
import { overrideSettings, presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

const START = 1_700_000_000_000;
const STEP = 15_000;
/** Samples of the run before the autoscaler adds a pod. */
const BEFORE = 200;
const at = (sample: number): number => START + sample * STEP;

/** Two pods of a workload from the beginning, a third when it scales out. */
function scaledOut(third: (i: number) => number): SeriesColumns[] {
  return ['web-1', 'web-2', 'web-3'].map((pod, p) => {
    const series = aSeries({ pod, workloadKind: 'Deployment', workload: 'web' });
    const rng = rngFor(5, pod);
    const noise = (): number => 0.1 + 0.01 * rng.next();
    if (p < 2) return columnsOf(series, Array.from({ length: BEFORE + 60 }, noise), STEP, START);
    const values = Array.from({ length: 60 }, (_, i) => noise() * third(i));
    return columnsOf(series, values, STEP, at(BEFORE));
  });
}
const started: Mark = {
  ...{ startMs: at(BEFORE) - 5000, endMs: null, kind: 'pod-start', name: 'web-3' },
  ...{ namespace: 'shop', pod: 'web-3' },
};

describe('a pod that the autoscaler just added', () => {
  const added = (
    pool: 'container' | 'workload',
    third: (i: number) => number,
    preset = 'level',
  ): ScoredSeries | undefined => {
    const settings = overrideSettings(presetSettings(preset), { pool });
    const { series } = replay(aRecording(scaledOut(third), [], [started]), settings);
    return series.find((one) => one.series.pod === 'web-3');
  };
  const firstScore = (one: ScoredSeries | undefined): number | undefined =>
    one?.scores.findIndex((score) => !Number.isNaN(score));

  // The default wants two samples before it says anything.
  test.each([
    ['level', 0],
    ['default', 1],
  ])('%s judges it at once in the pool', (preset, sample) => {
    expect(firstScore(added('workload', () => 1, preset))).toBe(sample);
    const alone = added('container', () => 1, preset)?.scores.slice(0, 30);
    expect(alone?.every((score) => Number.isNaN(score))).toBe(true);
  });

  test('is no alert for being new', () => {
    expect(added('workload', () => 1)?.alerts).toEqual([]);
  });

  test.each(['level', 'default'])('%s sees it run away within two samples', (preset) => {
    const hog = (i: number): number => (i >= 12 ? 8 : 1);
    const [alert] = added('workload', hog, preset)?.alerts ?? [];
    expect(alert?.detectedAt).toBe(at(BEFORE + 13));
    expect(added('container', hog, preset)?.alerts).toEqual([]);
  });

  test('does not teach the pool how starting looks', () => {
    // Two minutes at 8 times the usual, as runtimes start.
    const others = (third: (i: number) => number): number[] => {
      const settings = overrideSettings(presetSettings('level'), { pool: 'workload' });
      const { series } = replay(aRecording(scaledOut(third), [], [started]), settings);
      const web = series.find((one) => one.series.pod === 'web-1');
      return [...(web?.scores ?? [])].slice(-50, -44);
    };
    expect(others((i) => (i < 8 ? 8 : 1))).toEqual(others(() => 1));
  });
});
