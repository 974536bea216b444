import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../src/core/settings.ts';
import { jointRise } from '../../../src/replay/detect/joint-rise.ts';
import { checkDetector } from '../../../src/replay/detect/registry.ts';
import { overrideSettings, presetSettings } from '../../../src/replay/presets.ts';
import { replay } from '../../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from '../../support/series.ts';

const MIB = 1024 * 1024;

function scoresOf(pairs: readonly (readonly [number, number])[], window = 480, warmup = 5) {
  const scorer = jointRise.create({ window, warmup, params: { span: 10 } });
  return pairs.map(([cpu, mebibytes]) => {
    scorer.update(cpu, mebibytes * MIB);
    return scorer.cpuScore;
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[half] ?? NaN)
    : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
}

describe('joint-rise', () => {
  test('equals its definition', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 30 }));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 80 }), (pairs) => {
        scoresOf(pairs, 20).forEach((score, i) => {
          const cpu = pairs.slice(Math.max(0, i - 20), i).map(([v]) => v);
          const memory = pairs.slice(Math.max(0, i - 10), i).map(([, v]) => v);
          const [now, bytes] = pairs[i] ?? [NaN, NaN];
          if (i + 1 < 5) {
            expect(score).toBeNaN();
            return;
          }
          const middle = median(cpu);
          const spread = Math.max(Math.max(...cpu) - middle, 0.3 * middle, 0.001);
          const isRising = bytes - Math.max(...memory) >= 4;
          expect(score).toBeCloseTo(isRising ? Math.max(0, (now - middle) / spread) : 0, 9);
        });
      }),
    );
  });

  test('asks for both: CPU alone or memory alone says nothing', () => {
    const calm = Array.from({ length: 50 }, (_, i) => [1 + (i % 2) / 10, 100] as const);
    const after = (cpu: number, mebibytes: number) =>
      scoresOf([...calm, [cpu, mebibytes] as const]).at(-1);
    expect(after(20, 120)).toBeGreaterThan(50);
    expect(after(20, 100)).toBe(0);
    expect(after(1, 120)).toBe(0);
  });
});

describe('as a member of an ensemble', () => {
  const settings = presetSettings('default');
  const cpu = Array.from({ length: 200 }, (_, i) => (i === 150 ? 1 : 0.1 + (i % 3) / 100));
  const memory = Array.from({ length: 200 }, (_, i) => (i === 150 ? 120 : 100) * MIB);
  const data = aRecording([
    columnsOf(aSeries(), cpu),
    columnsOf(aSeries({ metric: 'memory' }), memory),
  ]);

  test('a single sample of both alerts, on the CPU series', () => {
    const { alerts } = replay(data, settings);
    expect(alerts.map(({ series }) => series)).toEqual([aSeries().id]);
    const without = settings.members.filter(({ detector }) => detector !== 'joint-rise');
    expect(replay(data, { ...settings, members: without }).alerts).toEqual([]);
  });

  test('needs one beside it that judges a single series, and no second of its kind', () => {
    const joint = { detector: 'joint-rise', params: {}, threshold: 5 };
    const level = { detector: 'level', params: {}, threshold: 5 };
    const withMembers = (members: Settings['members']): Settings => ({ ...settings, members });
    expect(() => {
      checkDetector(withMembers([joint, level]));
    }).not.toThrow();
    expect(() => {
      checkDetector(withMembers([joint]));
    }).toThrow('judges one series');
    expect(() => {
      checkDetector(withMembers([joint, joint, level]));
    }).toThrow('one member');
  });

  test('another detector leaves the ensemble behind, and has its own threshold', () => {
    const alone = overrideSettings(settings, { detector: 'isolation' });
    expect(alone).toMatchObject({ members: [], threshold: 0.83, consecutive: 2 });
  });
});
