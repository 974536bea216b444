import { describe, expect, test } from 'vitest';
import type { Mark } from '../../src/core/recording.ts';
import { overrideSettings, presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { StartupWatch } from '../../src/replay/startup.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

const START = 1_700_000_000_000;
const at = (seconds: number): number => START + seconds * 1000;
const aMark = (change: Partial<Mark>): Mark => ({
  ...{ startMs: START, endMs: null, kind: 'restart', name: 'web: Error' },
  ...{ namespace: 'shop', pod: 'web-1', ...change },
});
const web = aSeries();

describe('a watch of 120 s', () => {
  const watchWith = (...marks: Mark[]): StartupWatch => {
    const watch = new StartupWatch(120);
    watch.begin(START);
    for (const mark of marks) watch.mark(mark);
    return watch;
  };

  test('takes what is there from the beginning for running', () => {
    const phaseAt = watchWith().forSeries(web);
    expect([0, 15, 1000].map((s) => phaseAt(at(s)))).toEqual(['running', 'running', 'running']);
  });

  test('calls a series fresh that first appears later, for 120 s', () => {
    const phaseAt = watchWith().forSeries(web);
    const seconds = [121, 240, 241];
    expect(seconds.map((s) => phaseAt(at(s)))).toEqual(['fresh', 'fresh', 'running']);
  });

  test('calls it restarted for 120 s from the mark on', () => {
    const phaseAt = watchWith(aMark({ startMs: at(50) })).forSeries(web);
    const seconds = [0, 49, 50, 169, 170];
    const expected = ['running', 'running', 'restarted', 'restarted', 'running'];
    expect(seconds.map((s) => phaseAt(at(s)))).toEqual(expected);
  });

  test('hears of marks that come in between', () => {
    const watch = watchWith();
    const phaseAt = watch.forSeries(web);
    expect(phaseAt(at(10))).toBe('running');
    watch.mark(aMark({ startMs: at(20), kind: 'pod-start', name: 'web-1' }));
    expect(phaseAt(at(30))).toBe('fresh');
  });

  test.each([
    ['another pod', { pod: 'web-2' }],
    ['another namespace', { namespace: 'other' }],
    ['another container', { name: 'proxy: OOMKilled' }],
    ['another kind of mark', { kind: 'scale-up' }],
  ])('leaves alone what %s did', (_, change) => {
    const phaseAt = watchWith(aMark({ startMs: at(10), ...change })).forSeries(web);
    expect(phaseAt(at(15))).toBe('running');
  });

  test('of 0 s takes all for running', () => {
    const watch = new StartupWatch(0);
    watch.begin(START);
    watch.mark(aMark({}));
    expect(watch.forSeries(web)(at(1))).toBe('running');
  });
});

describe('a replay', () => {
  const quiet = Array.from({ length: 200 }, (_, i) => 0.01 + (i % 7) / 10_000);
  const settings = overrideSettings(presetSettings('level'), { window: 60, warmup: 20 });

  /** CPU of starting, for 90 s, from the 150th sample on. */
  const bursting = quiet.map((v, i) => (i >= 150 && i < 156 ? 0.4 : v));

  test('has no alert for what a restart costs, and one where nothing restarted', () => {
    const mark = aMark({ startMs: at(150 * 15 - 5) });
    const columns = [columnsOf(web, bursting)];
    expect(replay(aRecording(columns, [], [mark]), settings).alerts).toEqual([]);
    expect(replay(aRecording(columns), settings).alerts).toHaveLength(1);
    const off = { ...settings, startupSeconds: 0 };
    expect(replay(aRecording(columns, [], [mark]), off).alerts).toHaveLength(1);
  });

  test('learns nothing from a restart: later scores are as if those samples were not there', () => {
    const mark = aMark({ startMs: at(150 * 15) });
    const { series } = replay(aRecording([columnsOf(web, bursting)], [], [mark]), settings);
    const kept = quiet.filter((_, i) => i < 150 || i >= 158);
    const without = replay(aRecording([columnsOf(web, kept)]), settings);
    expect([...(series[0]?.scores ?? [])].slice(158)).toEqual(
      [...(without.series[0]?.scores ?? [])].slice(150),
    );
  });

  test('judges a new pod at once by its workload, and learns from it only once it runs', () => {
    const owned = { workloadKind: 'Deployment', workload: 'web' };
    const old = columnsOf(aSeries({ pod: 'web-1', ...owned }), quiet);
    const starting = columnsOf(
      aSeries({ pod: 'web-2', ...owned }),
      Array.from({ length: 60 }, (_, i) => (i < 8 ? 0.4 : 0.01)),
      15_000,
      at(100 * 15),
    );
    const pooled = { ...settings, pool: 'workload' } as const;
    const { series, alerts } = replay(aRecording([old, starting]), pooled);
    expect(series[1]?.scores[0]).toBeGreaterThan(5);
    expect(alerts.map((alert) => [alert.series, alert.cause])).toEqual([
      [starting.series.id, 'restart'],
    ]);
    const alone = replay(aRecording([old]), pooled).series[0]?.scores.slice(100, 108);
    expect(series[0]?.scores.slice(100, 108)).toEqual(alone);
  });
});
