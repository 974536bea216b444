import { describe, expect, test } from 'vitest';
import type { Mark } from '../../src/core/recording.ts';
import { rngFor } from '../../src/core/rng.ts';
import type { Settings } from '../../src/core/settings.ts';
import { PAIR_DETECTORS } from '../../src/replay/detect/registry.ts';
import { partsOf } from '../../src/replay/parts.ts';
import { overrideSettings, presetSettings, PRESETS } from '../../src/replay/presets.ts';
import { decideReplay, replay } from '../../src/replay/replay.ts';
import { judgesTogether, scoreMembers, scoreRecording } from '../../src/replay/score.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

const START = 1_700_000_000_000;
const STEP = 15_000;

/** Two workloads and pods without one; pods with a second container; pods that come late. */
function busyRecording() {
  const columns = Array.from({ length: 9 }, (_, p) => `web-${String(p)}`).flatMap((pod, p) =>
    ['web', ...(p % 4 === 1 ? ['sidecar'] : [])].flatMap((container) =>
      ['cpu', 'memory'].map((metric) => {
        const rng = rngFor(4, `${pod} ${container} ${metric}`);
        const workload = p % 3 === 2 ? null : `app-${String(p % 3)}`;
        const kind = workload === null ? null : 'Deployment';
        const late = p > 6 ? 150 : 0;
        const values = Array.from({ length: 300 - late }, (_, i) => {
          const value = 1 + 0.1 * rng.next() + (i % 80 > 76 ? 4 : 0);
          return metric === 'cpu' ? value / 10 : value * 1e8;
        });
        const series = aSeries({ pod, container, metric, workload, workloadKind: kind });
        return columnsOf(series, values, STEP, START + late * STEP);
      }),
    ),
  );
  const requests = aSeries({ pod: '', container: '', metric: 'requests', kind: 'signal' });
  const load = columnsOf(
    requests,
    Array.from({ length: 300 }, (_, i) => i),
  );
  const restart: Mark = {
    ...{ startMs: START + 200 * STEP, endMs: null, kind: 'restart', name: 'web' },
    ...{ namespace: 'shop', pod: 'web-3' },
  };
  return aRecording([...columns, load], [], [restart]);
}

const data = busyRecording();

const inParts = (settings: Settings, most: number) =>
  decideReplay(
    data,
    settings,
    partsOf(data, settings, most)
      .reverse()
      .flatMap((part) => scoreRecording(part, settings, data.info.startMs)),
  );

const POOLS = ['container', 'pod', 'workload', 'all'] as const;
/** A pair detector judges containers apart, or all in one window. */
const poolsOf = ({ detector }: Settings) =>
  PAIR_DETECTORS.some(({ id }) => id === detector) ? (['container', 'all'] as const) : POOLS;

describe.each(PRESETS.map(({ name, settings }) => ({ name, settings })))('$name', (preset) => {
  test.each(poolsOf(preset.settings))('scored in parts as in one piece, pool %s', (pool) => {
    for (const containers of ['all', 'first'] as const) {
      const settings = overrideSettings(preset.settings, { pool, containers });
      const whole = replay(data, settings);
      for (const most of [2, 3, 50]) {
        const parted = inParts(settings, most);
        expect(parted.digest).toBe(whole.digest);
        if (most === 3) expect(parted.series).toEqual(whole.series);
      }
    }
  });
});

test('parts hold every judged series once and are of about one size', () => {
  const settings = overrideSettings(presetSettings('default'), { pool: 'container' });
  const parts = partsOf(data, settings, 4);
  const ids = parts.flatMap(({ series }) => series.map(({ series: { id } }) => id));
  const judged = data.series.filter(({ series }) => series.kind === 'usage');
  expect(ids.sort()).toEqual(judged.map(({ series }) => series.id).sort());
  expect(parts).toHaveLength(4);
  const sizes = parts.map(({ series }) => series.reduce((n, { times }) => n + times.length, 0));
  expect(Math.max(...sizes)).toBeLessThan(2 * Math.min(...sizes));
});

test('what shares a window stays together; one window for all is one part', () => {
  const pooled = (pool: (typeof POOLS)[number]) =>
    overrideSettings(presetSettings('default'), { pool });
  expect(partsOf(data, pooled('all'), 50)).toHaveLength(1);
  // Two workloads, and three pods without one.
  expect(partsOf(data, pooled('workload'), 50)).toHaveLength(5);
  expect(partsOf(data, pooled('container'), 50)).toHaveLength(9);
});

test('a recording in which nothing is judged has no parts', () => {
  expect(partsOf(aRecording([]), presetSettings('default'), 3)).toEqual([]);
});

test('a metric is scored without the other as with it, unless they are judged together', () => {
  const kinds = new Set<boolean>();
  for (const { name, settings } of PRESETS) {
    const isTogether = judgesTogether(settings);
    kinds.add(isTogether);
    const whole = scoreMembers(data, settings);
    for (const metric of ['cpu', 'memory']) {
      const series = data.series.filter((one) => one.series.metric === metric);
      const alone = scoreMembers({ ...data, series }, settings);
      const scoresOf = (scored: typeof whole) =>
        scored.filter((one) => one.series.metric === metric).map(({ scores }) => scores);
      if (!isTogether) expect(scoresOf(alone), name).toEqual(scoresOf(whole));
    }
  }
  expect(kinds.size).toBe(2);
});
