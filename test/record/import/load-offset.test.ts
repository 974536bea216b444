import { expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { seriesId, type SeriesColumns } from '../../../src/core/series.ts';
import { estimateOffset } from '../../../src/record/import/load-offset.ts';

const T0 = 1_700_000_000_000;

function columns(metric: string, pod: string, points: [number, number][]): SeriesColumns {
  const key = { namespace: 'shop', pod, container: '', metric };
  const isCpu = metric === 'cpu';
  return {
    series: {
      ...{ ...key, id: seriesId(key), unit: isCpu ? 'cores' : 'requests/s' },
      kind: isCpu ? 'usage' : 'signal',
      ...{ workloadKind: null, workload: null, node: null, podUid: null },
      ...{ request: null, limit: null },
    },
    times: Float64Array.from(points, ([t]) => t),
    values: Float64Array.from(points, ([, v]) => v),
  };
}

type Rate = (seconds: number) => number;

/** Ten minutes of load, from minute 5 on of a recording of twenty: ramp, plateau, dip, plateau. */
const ramped: Rate = (s) =>
  s < 300 || s >= 900 ? 0 : s < 420 ? (s - 300) / 3 : s < 600 ? 40 : s < 660 ? 15 : 50;
const steady: Rate = (s) => (s >= 300 && s < 900 ? 40 : 0);

/** The load as its own clock tells it, and what three pods used for it, with noise. */
function scene(rate: Rate, clockAheadMs: number, noise: number, seed: number) {
  const rng = rngFor(seed, 'load');
  const mean = (from: number, to: number): number => {
    let sum = 0;
    for (let s = from; s < to; s += 1) sum += rate(s);
    return sum / (to - from);
  };
  const load: [number, number][] = [];
  for (let s = 310; s <= 900; s += 10) load.push([T0 + s * 1000 + clockAheadMs, mean(s - 10, s)]);
  const cpu = [0, 1, 2].map((pod) => {
    const points: [number, number][] = [];
    for (let s = 15 + pod * 4; s <= 1200; s += 15) {
      const cores = 0.02 + 0.005 * mean(s - 15, s) + noise * (rng.next() - 0.5);
      points.push([T0 + s * 1000, Math.max(0, cores)]);
    }
    return columns('cpu', `web-${String(pod)}`, points);
  });
  return estimateOffset(columns('requests', '', load), cpu);
}

test.each([0, 7, -7, 42, -180, 260, 3])(
  'a clock that is %i s ahead is found, through noise, for a ramp and for a steady load',
  (ahead) => {
    for (const rate of [ramped, steady]) {
      for (const [noise, seed] of [
        [0, 1],
        [0.05, 2],
        [0.1, 3],
      ] as const) {
        const found = scene(rate, ahead * 1000, noise, seed);
        expect(found).toMatchObject({ isClear: true });
        const wrongMs = Math.abs((found?.offsetMs ?? NaN) + ahead * 1000);
        expect(wrongMs).toBeLessThanOrEqual(found?.plusMinusMs ?? 0);
        expect(found?.plusMinusMs).toBeLessThanOrEqual(30_000);
      }
    }
  },
);

test('CPU that has nothing to do with the load gives no clear offset', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    expect(scene(() => 0, 0, 0.1, seed)?.isClear ?? false).toBe(false);
  }
});

test('a load that comes again and again fits at several offsets, and is not clear', () => {
  const waves: Rate = (s) => (Math.floor(s / 60) % 2 === 0 ? 40 : 0);
  expect(scene(waves, 0, 0.02, 1)?.isClear).toBe(false);
});

test('nothing is told of too little, or of what never changes', () => {
  const cpu = [
    columns('cpu', 'web', [
      [T0, 0.1],
      [T0 + 15_000, 0.1],
    ]),
  ];
  expect(estimateOffset(columns('requests', '', []), cpu)).toBeNull();
  expect(
    estimateOffset(
      columns('requests', '', [
        [T0, 1],
        [T0 + 10_000, 1],
      ]),
      cpu,
    ),
  ).toBeNull();
  expect(
    estimateOffset(
      columns('requests', '', [
        [T0, 1],
        [T0 + 10_000, 1],
      ]),
      [],
    ),
  ).toBeNull();
});
