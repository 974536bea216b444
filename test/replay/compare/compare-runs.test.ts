import { expect, test } from 'vitest';
import type { Mark, RecordingData } from '../../../src/core/recording.ts';
import { rngFor } from '../../../src/core/rng.ts';
import { blocksFor } from '../../../src/replay/compare/block-bootstrap.ts';
import { pairedDifference } from '../../../src/replay/compare/paired-difference.ts';
import { COMPARE_DEFAULTS, compareRuns } from '../../../src/replay/compare/compare-runs.ts';
import { aRecording, aSeries, columnsOf } from '../../support/series.ts';

const START = 1_700_000_000_000;

/** Noise around a level, each sample leaning on the one before. */
function noisy(seed: number, level: number, n = 200): number[] {
  const rng = rngFor(seed, 'noise');
  let lean = 0;
  return Array.from({ length: n }, () => {
    lean = 0.6 * lean + (rng.next() - 0.5);
    return level * (1 + 0.05 * lean);
  });
}

const mark = (kind: string, startMs: number, endMs: number | null = null, name = ''): Mark => ({
  ...{ kind, name, startMs, endMs, namespace: '', pod: '' },
});

/** A run of pods of one workload; each is [pod, values]. */
function run(
  pods: readonly (readonly [pod: string, values: readonly number[]])[],
  options: { marks?: readonly Mark[]; startMs?: number; namespace?: string } = {},
): RecordingData {
  const { marks = [], startMs = START, namespace = 'shop' } = options;
  const columns = pods.map(([pod, values]) =>
    columnsOf(aSeries({ namespace, pod, workload: 'web' }), values, 15_000, startMs),
  );
  return aRecording(columns, [], marks);
}

const compare = (a: RecordingData, b: RecordingData, markName: string | null = null) =>
  compareRuns(
    [
      { name: 'a', data: a },
      { name: 'b', data: b },
    ],
    { ...COMPARE_DEFAULTS, mark: markName },
  );

test('a run differs from itself by nothing', () => {
  const same = run([['web-1', noisy(1, 0.2)]]);
  const [row] = compare(same, same).rows;
  expect(row?.mean.difference).toBe(0);
  expect(row?.mean.verdict).toBe('same');
});

test('a rise of a fifth is told with an interval around it; noise alone is not', () => {
  const baseline = run([['web-1', noisy(1, 0.2)]]);
  const [higher] = compare(baseline, run([['web-9', noisy(2, 0.24)]])).rows;
  expect(higher?.mean.verdict).toBe('higher');
  expect(higher?.mean.relative).toBeCloseTo(0.2, 1);
  const [low, high] = higher?.mean.interval ?? [NaN, NaN];
  expect(low).toBeLessThan(0.04);
  expect(high).toBeGreaterThan(0.04);
  const [same] = compare(baseline, run([['web-9', noisy(3, 0.2)]])).rows;
  expect(same?.mean.verdict).toBe('same');
});

test('more replicas raise the total, not the mean of a pod', () => {
  const one = run([['web-1', noisy(1, 0.2)]]);
  const two = run([
    ['web-1', noisy(4, 0.2)],
    ['web-2', noisy(5, 0.2)],
  ]);
  const [row] = compare(one, two).rows;
  expect(row?.pods).toEqual([1, 2]);
  expect(row?.mean.relative).toBeCloseTo(0, 1);
  expect(row?.total.relative).toBeCloseTo(1, 1);
});

test('runs are aligned by the start of the load, wherever it lies', () => {
  const shape = (before: number): number[] => [
    ...Array<number>(before).fill(0.1),
    ...Array<number>(60).fill(0.5),
    ...Array<number>(40).fill(0.1),
  ];
  const loaded = (before: number, startMs: number): RecordingData => {
    const at = startMs + before * 15_000;
    const marks = [mark('load-start', at), mark('load-end', at + 60 * 15_000)];
    return run([['web-1', shape(before)]], { marks, startMs });
  };
  const result = compare(loaded(20, START), loaded(47, START + 86_400_000));
  expect(result.aligned).toContain('load');
  expect(result.phases.map(({ name }) => name)).toEqual(['whole run', 'load']);
  expect(result.rows.map(({ mean }) => mean.difference)).toEqual([0, 0]);
  expect(result.rows[1]?.mean.baseline).toBeCloseTo(0.5, 12);
});

test('phases of the same name are compared with one another, however long they took', () => {
  const phased = (steady: number, leak: number): RecordingData => {
    const values = [...noisy(6, 0.1, steady), ...noisy(7, 0.3, leak)];
    const middle = START + steady * 15_000;
    const marks = [
      mark('phase', START, middle, 'steady'),
      mark('phase', middle, middle + leak * 15_000, 'leak'),
    ];
    return run([['web-1', values]], { marks });
  };
  const { phases, rows } = compare(phased(40, 80), phased(80, 40));
  expect(phases.map(({ name }) => name)).toEqual(['whole run', 'steady', 'leak']);
  expect(rows[1]?.mean.relative).toBeCloseTo(0, 1);
  expect(rows[2]?.mean.relative).toBeCloseTo(0, 1);
  expect(rows[2]?.steps).toBe(40);
});

test('a named mark that a run lacks is refused with those it has', () => {
  const a = run([['web-1', noisy(1, 0.2)]], { marks: [mark('note', START, null, 'deploy')] });
  const b = run([['web-1', noisy(1, 0.2)]], { marks: [mark('note', START, null, 'other')] });
  expect(() => compare(a, b, 'deploy')).toThrow(/other/);
});

test('workloads of one run alone have no row; namespaces may be named differently', () => {
  const a = run([['web-1', noisy(1, 0.2)]], { namespace: 'before' });
  const b = run([['web-1', noisy(2, 0.2)]], { namespace: 'after' });
  expect(compare(a, b).rows).toHaveLength(1);
  const other = aRecording([
    columnsOf(aSeries({ pod: 'api-1', workload: 'api' }), noisy(1, 0.2)),
    columnsOf(aSeries({ pod: 'web-1', workload: 'web' }), noisy(1, 0.2)),
  ]);
  const result = compare(run([['web-1', noisy(1, 0.2)]]), other);
  expect(result.rows).toHaveLength(1);
  expect(result.workloads.map(({ columns }) => columns.map((one) => one !== null))).toEqual([
    [false, true],
    [true, true],
  ]);
});

test('a handful of samples gives numbers without an interval', () => {
  const few = run([['web-1', noisy(1, 0.2, 5)]]);
  const [row] = compare(few, few).rows;
  expect(row?.mean.interval).toBeNull();
  expect(row?.mean.verdict).toBe('unknown');
});

test('runs of one sample are compared, without an interval', () => {
  const [row] = compare(run([['web-1', [0.2]]]), run([['web-1', [0.3]]])).rows;
  expect(row?.mean).toMatchObject({ baseline: 0.2, candidate: 0.3, verdict: 'unknown' });
});

test('runs without samples or without a common moment are refused', () => {
  const good = run([['web-1', noisy(1, 0.2)]]);
  expect(() => compare(good, aRecording([]))).toThrow(/no samples/);
  const late = run([['web-1', noisy(1, 0.2)]], { marks: [mark('note', START + 1e9, null, 'x')] });
  const early = run([['web-1', noisy(1, 0.2)]], { marks: [mark('note', START, null, 'x')] });
  expect(() => compare(early, late, 'x')).toThrow(/in common/);
});

test('its intervals hold the true difference about as often as they say', () => {
  let held = 0;
  const runs = 200;
  for (let seed = 0; seed < runs; seed += 1) {
    const a = Float64Array.from(noisy(seed * 2 + 1, 1));
    const b = Float64Array.from(noisy(seed * 2 + 2, 1.1));
    const { interval } = pairedDifference(a, b, 'mean', 0.05, rngFor(seed, 'test'));
    if (interval !== null && interval[0] <= 0.1 && interval[1] >= 0.1) held += 1;
  }
  expect(held / runs).toBeGreaterThan(0.9);
});

test('a load that both runs went through cancels out; a leak on top of it does not', () => {
  const load = Array.from({ length: 200 }, (_, i) => (i < 60 ? 1 : i < 140 ? 6 : 2));
  const rng = rngFor(1, 'pairs');
  const a = Float64Array.from(load, (v) => v + 0.1 * rng.next());
  const same = Float64Array.from(load, (v) => v + 0.1 * rng.next());
  const leak = Float64Array.from(load, (v, i) => v + 0.01 * i + 0.1 * rng.next());
  expect(pairedDifference(a, same, 'mean', 0.05, rng).verdict).toBe('same');
  expect(pairedDifference(a, leak, 'mean', 0.05, rng).verdict).toBe('higher');
  expect(pairedDifference(a, leak, { quantile: 0.95 }, 0.05, rng).verdict).toBe('higher');
});

test('blocks grow with how long samples remember one another', () => {
  const rng = rngFor(1, 'white');
  const white = Float64Array.from({ length: 400 }, () => rng.next());
  const slow = Float64Array.from({ length: 400 }, (_, i) => Math.floor(i / 40) % 2);
  expect(blocksFor(white).length).toBe(8);
  expect(blocksFor(slow).length).toBeGreaterThan(15);
});
