import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { TuneResult } from '../../src/core/results.ts';
import { readRecording } from '../../src/record/recording/reader.ts';
import { overrideSettings, presetSettings } from '../../src/replay/presets.ts';
import type { TuneGrid } from '../../src/replay/tune/grid.ts';
import { gridFrom } from '../../src/cli/tune/grid.ts';
import { tuneCsv, tuneText } from '../../src/cli/tune/table.ts';
import { DEFAULT_GRID, objectiveFor, tuneRecordings } from '../../src/cli/tune-run.ts';

const recording = readRecording(
  fileURLToPath(new URL('../../fixtures/recordings/consumememory.db', import.meta.url)),
);
const level = presetSettings('level');
const SMALL = { ...DEFAULT_GRID, windows: [60, 120], smooths: [1], consecutives: [1, 2] };

const sweep = (grid: Partial<TuneGrid>, base = level): Promise<TuneResult> =>
  tuneRecordings(
    [recording],
    base,
    { ...SMALL, ...grid },
    objectiveFor([recording]),
    () => undefined,
  );

/** A sweep's rows as texts, in an order of their own. */
const rowsOf = (...results: readonly TuneResult[]): string[] =>
  results.flatMap(({ rows }) => rows.map((row) => JSON.stringify(row))).sort();

test('detectors and pools are axes like any other: each row is that of a sweep of its own', async () => {
  const grid = { detectors: ['level', 'zscore'], pools: ['container', 'workload'] as const };
  const together = await sweep({ ...grid, thresholds: [2, 4] });
  const zscore = overrideSettings(level, { detector: 'zscore' });
  const apart: TuneResult[] = [];
  for (const base of [level, zscore]) {
    for (const pool of grid.pools)
      apart.push(await sweep({ thresholds: [2, 4] }, { ...base, pool }));
  }
  expect(rowsOf(together)).toEqual(rowsOf(...apart));
  expect(together.grid).toMatchObject({ ...grid, passes: 8 });
});

test('each detector has thresholds of its own scale listed', async () => {
  const { rows, grid } = await sweep({ detectors: ['level', 'isolation'] });
  const listed = (detector: string): number[] => [
    ...new Set(
      rows.filter((row) => row.settings.detector === detector).map(({ threshold }) => threshold),
    ),
  ];
  // Scores of isolation never exceed 1.
  expect(Math.max(...listed('isolation'))).toBeLessThanOrEqual(1.5);
  expect(Math.max(...listed('level'))).toBeGreaterThan(1.5);
  expect(grid.thresholds).toEqual([...grid.thresholds].sort((a, b) => a - b));
});

test('a detector whose members have windows of their own is scored once for all windows', async () => {
  const { grid, rows } = await sweep({ detectors: ['weighted-sum', 'level'] }, nabLike());
  expect(grid.passes).toBe(3);
  expect(rows.some(({ settings }) => settings.detector === 'weighted-sum')).toBe(true);
});

/** An ensemble in which nothing is left to a shared window or smoothing. */
function nabLike() {
  return {
    ...level,
    detector: 'weighted-sum',
    members: [
      { detector: 'level', params: {}, threshold: 5, window: 60, warmup: 20, smooth: 1 },
      { detector: 'zscore', params: {}, threshold: 4, window: 120, warmup: 20, smooth: 1 },
    ],
    warmup: 20,
    threshold: 1,
  };
}

test('a table of all axes fits a terminal and tells every setting apart', async () => {
  const result = await sweep({
    ...{ detectors: ['seasonal-extreme', 'isolation'], pools: ['container', 'workload'] },
    ...{ windows: [60, 120], smooths: [1, 3], refractories: [0, 30], consecutives: [1, 2] },
    ...{ withins: [1, 5], recovers: [1, 5] },
  });
  for (const line of tuneText(result).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  const [header = '', ...lines] = tuneCsv(result).split('\n');
  expect(header).toMatch(/^detector,pool,window,/);
  const places = lines.map((line) => line.split(',').slice(0, 9).join());
  expect(new Set(places).size).toBe(places.length);
});

test.each([
  [{ pools: 'container,node' }, '--pools takes some of container, pod, workload'],
  [{ pools: 'all' }, '--pools takes some of'],
  [{ detectors: 'levle' }, '--detectors takes some of isolation, level'],
  [{ detectors: '' }, '--detectors takes some of'],
])('a list of words %j is refused', (flags, message) => {
  expect(() => gridFrom(flags, DEFAULT_GRID, level)).toThrow(message);
});
