import { describe, expect, test } from 'vitest';
import type { SeriesColumns } from '../../src/core/series.ts';
import { Following, followSamples } from '../../src/replay/following.ts';
import { overrideSettings, presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

describe('memory that follows CPU', () => {
  /** Samples at which memory is held back, where CPU says this. */
  const held = (said: readonly number[], samples = 3): number[] => {
    const following = new Following(samples);
    return said.flatMap((score, i) => {
      following.lead(score);
      return following.follows() ? [i] : [];
    });
  };

  test('says nothing for so many samples from where CPU began', () => {
    expect(held([0, 0, 1, 0, 0, 0, 0, 0])).toEqual([2, 3, 4]);
    expect(held([0, 0.9, NaN, 0])).toEqual([]);
  });

  test('is heard again while CPU goes on, and until CPU was quiet as long', () => {
    expect(held([1, 1, 1, 1, 1, 1, 1])).toEqual([0, 1, 2]);
    expect(held([1, 0, 0, 1, 0, 0, 0, 1, 0])).toEqual([0, 1, 2, 7, 8]);
  });

  test('nothing is held back unless it is asked for', () => {
    expect(held([1, 1, 1], 0)).toEqual([]);
    expect(followSamples(presetSettings('level'))).toBe(0);
    expect(followSamples(presetSettings('default'))).toBeGreaterThan(0);
  });
});

describe('a container whose CPU and memory go up at once', () => {
  const FROM = 300;
  const columns = (metric: string, until: number, pod = 'web-1'): SeriesColumns =>
    columnsOf(
      aSeries({ metric, pod }),
      Array.from({ length: 400 }, (_, i) => {
        const isUp = i >= FROM && i < until;
        return (metric === 'cpu' ? 0.1 : 2e8) * (isUp ? 5 : 1) + (i % 5) * 1e-4;
      }),
    );
  const told = (cpu: SeriesColumns, memory: SeriesColumns, follow = 15) => {
    const settings = overrideSettings(presetSettings('default'), { params: { follow } });
    const { alerts } = replay(aRecording([cpu, memory]), settings);
    return alerts.map(({ series, detectedAt }) => [
      ...[series.split('/').pop(), (detectedAt - 1_700_000_000_000) / 15_000 - FROM],
    ]);
  };
  const cpu = columns('cpu', FROM + 4);

  test('is one alert where both come down', () => {
    const memory = columns('memory', FROM + 6);
    expect(told(cpu, memory)).toEqual([['cpu', 0]]);
    expect(told(cpu, memory, 0)).toEqual([
      ['cpu', 0],
      ['memory', 1],
    ]);
  });

  test('is a second alert where memory stays up, whatever CPU does', () => {
    const memory = columns('memory', 400);
    expect(told(cpu, memory)).toEqual([
      ['cpu', 0],
      ['memory', 15],
    ]);
    expect(told(columns('cpu', 400), memory)).toEqual([
      ['cpu', 0],
      ['memory', 15],
    ]);
  });

  test('says nothing of other pods', () => {
    const elsewhere = columns('memory', FROM + 6, 'web-2');
    expect(told(cpu, elsewhere)).toEqual([
      ['cpu', 1],
      ['memory', 1],
    ]);
  });
});
