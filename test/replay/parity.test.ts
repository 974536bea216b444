import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { overrideSettings, presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

/** Made by fixtures/parity/fetch_metrics_graph.py with scikit-learn's own forests. */
interface Parity {
  readonly window: number;
  readonly streams: readonly {
    readonly name: string;
    readonly values: readonly number[];
    readonly median: string;
    readonly newest: string;
  }[];
}

const file = new URL('../../fixtures/parity/fetch-metrics-graph.json', import.meta.url);
const parity = JSON.parse(readFileSync(file, 'utf8')) as Parity;
const asWritten = presetSettings('fetch-metrics-graph');
const onNewest = overrideSettings(asWritten, { smooth: 1 });

function flagsOf(values: readonly number[], settings: typeof asWritten) {
  const data = aRecording([columnsOf(aSeries(), values)]);
  const [series] = replay(data, settings).series;
  if (series === undefined) throw new Error('no series');
  return series;
}

function share(ours: string, theirs: string): number {
  const same = Array.from(ours).filter((flag, i) => flag === theirs[i]).length;
  return same / theirs.length;
}

/** 1 where the last two flags are both set. */
const twoInARow = (flags: string): string =>
  Array.from(flags, (flag, i) => (i > 0 && flag === '1' && flags[i - 1] === '1' ? 1 : 0)).join('');

describe.each([
  ['as written, asked about its median', asWritten, 'median'],
  ['asked about the newest value', onNewest, 'newest'],
] as const)('the second original script, %s', (_, settings, key) => {
  const compared = parity.streams.map(({ name, values, [key]: theirs }) => {
    const series = flagsOf(values, settings);
    const from = parity.window - 1;
    const ours = [...series.flags.slice(from)].join('');
    const alerting = [...series.alerting.slice(from)].join('');
    return { name, scores: series.scores, ours, alerting, theirs };
  });

  test('says nothing before its window is full, and then always something', () => {
    for (const { scores, theirs } of compared) {
      expect(scores.slice(0, 99).every((score) => Number.isNaN(score))).toBe(true);
      expect(scores.slice(99).every((score) => Number.isFinite(score))).toBe(true);
      expect(scores.length - 99).toBe(theirs.length);
    }
  });

  test('agrees with scikit-learn on at least 95 % of decisions, flags and alerts', () => {
    const flags = compared.map(({ ours, theirs }) => share(ours, theirs));
    const alerts = compared.map(({ alerting, theirs }) => share(alerting, twoInARow(theirs)));
    for (const one of [...flags, ...alerts]) expect(one).toBeGreaterThanOrEqual(0.95);
  });
});

test('as written it hardly ever fires; asked about the newest value, one time in ten', () => {
  const steady = parity.streams.filter(({ name }) => /noise|spikes|ties|bursts/.test(name));
  const rate = (settings: typeof asWritten) => {
    const flags = steady.flatMap(({ values }) => [...flagsOf(values, settings).flags.slice(99)]);
    return flags.reduce((a, b) => a + b, 0) / flags.length;
  };
  expect(rate(asWritten)).toBeLessThan(0.01);
  expect(rate(onNewest)).toBeGreaterThan(0.06);
  expect(rate(onNewest)).toBeLessThan(0.14);
});
