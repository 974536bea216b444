import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import { rngFor } from '../../src/core/rng.ts';
import type { MemberSettings, Settings } from '../../src/core/settings.ts';
import { checkDetector } from '../../src/replay/detect/registry.ts';
import { pipelinesFor } from '../../src/replay/pipeline.ts';
import { overrideSettings, presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

const base = overrideSettings(presetSettings('default'), { detector: 'level', warmup: 40 });
const rng = rngFor(4, 'pipeline');
const values = Array.from({ length: 400 }, (_, i) => 0.1 + rng.next() / 50 + (i === 300 ? 2 : 0));
const data = aRecording([columnsOf(aSeries(), values)]);

const single = (member: MemberSettings): Settings =>
  overrideSettings(base, {
    ...{ detector: member.detector, params: member.params, threshold: 1e9, consecutive: 1 },
    ...{ window: member.window, smooth: member.smooth, warmup: member.warmup, members: [] },
  });

const ensemble = (detector: string, members: MemberSettings[], params = {}): Settings => ({
  ...base,
  ...{ detector, params, members, threshold: 1, contamination: null, consecutive: 1 },
});

const scoresOf = (settings: Settings) => [...(replay(data, settings).series[0]?.scores ?? [])];

const one: MemberSettings = { detector: 'level', params: {}, window: 100, threshold: 5 };
const two: MemberSettings = { detector: 'ewma', params: {}, window: 60, smooth: 3, threshold: 4 };

describe('an ensemble', () => {
  const [a, b] = [scoresOf(single(one)), scoresOf(single(two))];
  const apart = (i: number): [number, number] => [(a[i] ?? NaN) / 5, (b[i] ?? NaN) / 4];

  test('any-of says what its loudest member says, in units of its threshold', () => {
    scoresOf(ensemble('any-of', [one, two])).forEach((score, i) => {
      const said = apart(i).filter((x) => !Number.isNaN(x));
      expect(score).toBe(said.length === 0 ? NaN : Math.max(...said));
    });
  });

  test('k-of says what at least k members say', () => {
    scoresOf(ensemble('k-of', [one, two], { k: 2 })).forEach((score, i) => {
      expect(score).toBe(Math.min(...apart(i)));
    });
  });

  test('a weighted sum weighs its members, those that are ready', () => {
    const weighted = ensemble('weighted-sum', [
      { ...one, weight: 2 },
      { ...two, weight: 0.5 },
    ]);
    scoresOf(weighted).forEach((score, i) => {
      const [x, y] = apart(i);
      const said = [2 * x, 0.5 * y].filter((part) => !Number.isNaN(part));
      expect(score).toBe(said.length === 0 ? NaN : said.reduce((sum, part) => sum + part));
    });
  });

  test('a member that wants several in a row says their smallest', () => {
    const said = scoresOf(ensemble('any-of', [{ ...one, consecutive: 3 }]));
    const plain = a.map((x) => x / 5);
    said.forEach((score, i) => {
      if (Number.isNaN(score)) return;
      expect(score).toBe(Math.min(...plain.slice(i - 2, i + 1)));
    });
    expect(said.findIndex((x) => !Number.isNaN(x))).toBe(
      plain.findIndex((x) => !Number.isNaN(x)) + 2,
    );
  });

  test('needs members, known ones, with thresholds of their own', () => {
    const bad: Settings[] = [
      ensemble('any-of', []),
      ensemble('any-of', [{ ...one, detector: 'ratio-rules' }]),
      ensemble('any-of', [{ ...one, params: { nonsense: 1 } }]),
      ensemble('any-of', [{ ...one, window: 20, warmup: 30 }]),
      { ...ensemble('any-of', [one]), threshold: null, contamination: 0.1 },
      { ...base, members: [one] },
      { ...base, detector: 'nonsense' },
      { ...base, params: { quantile: 3 } },
      { ...base, threshold: null },
    ];
    for (const settings of bad) {
      expect(() => {
        checkDetector(settings);
      }).toThrow(ToolError);
    }
  });
});

test('a refractory score is 0 unless it beats those before it', () => {
  const plain = scoresOf(base);
  const picked = scoresOf({ ...base, refractory: 10 });
  picked.forEach((score, i) => {
    const now = plain[i] ?? NaN;
    const before = plain.slice(Math.max(0, i - 10), i).filter((x) => !Number.isNaN(x));
    const expected = now > Math.max(-Infinity, ...before) ? now : 0;
    expect(score).toBe(Number.isNaN(now) ? NaN : expected);
  });
});

test('a series with numbers too large to square is said not to be evaluated', () => {
  const wild = columnsOf(
    aSeries({ pod: 'web-2' }),
    values.map((v, i) => (i === 7 ? 1e200 : v)),
  );
  const { series } = replay(aRecording([columnsOf(aSeries(), values), wild]), base);
  expect(series.map(({ notEvaluated }) => notEvaluated)).toEqual([
    '',
    expect.stringContaining('1e+200'),
  ]);
});

test('a series shorter than the warm-up is said not to be evaluated', () => {
  const short = aRecording([columnsOf(aSeries(), values.slice(0, 5))]);
  const [own] = replay(short, ensemble('any-of', [one, two])).series;
  expect(own?.notEvaluated).toContain('need 40');
});

test('a value that is no number never reaches a detector', () => {
  const facts = { unit: 'cores', name: 'x', isLabelled: () => false } as const;
  const pipeline = pipelinesFor(base, facts)(facts);
  for (const value of [NaN, Infinity, -Infinity]) {
    expect(() => {
      pipeline.update(0, value);
    }).toThrow();
  }
});
