import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordingData } from '../../../src/core/recording.ts';
import type { Settings } from '../../../src/core/settings.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import {
  DEFAULT_RULES,
  evaluateEvents,
  type EventRules,
} from '../../../src/replay/evaluate/events.ts';
import { runExtent } from '../../../src/replay/evaluate/extent.ts';
import { presetSettings } from '../../../src/replay/presets.ts';
import { replay } from '../../../src/replay/replay.ts';
import { scoreMembers } from '../../../src/replay/score.ts';
import type { Counts } from '../../../src/replay/tune/held.ts';
import { rankRuns, type RankedPass } from '../../../src/replay/tune/scored-run.ts';
import { buildSurface, countsAt, entryOf } from '../../../src/replay/tune/surface.ts';
import { writeSynthetic } from '../../../src/cli/write-synthetic.ts';
import { syntheticScenario } from '../../../src/replay/synthetic/scenarios.ts';
import { tempFolder } from '../../support/temp.ts';

const RULES: EventRules = { ...DEFAULT_RULES, warmupMs: 300_000 };
const recorded = fileURLToPath(
  new URL('../../../fixtures/recordings/consumememory.db', import.meta.url),
);

/** The alerts of a real replay, counted one by one. */
function replayed(data: RecordingData, settings: Settings) {
  const { series, alerts } = replay(data, settings);
  const { startMs } = data.info;
  const lastOf = new Map(series.map(({ series: { id }, times }) => [id, times.at(-1) ?? startMs]));
  const open = alerts.map((one) => (one.end ?? lastOf.get(one.series) ?? NaN) - one.detectedAt);
  const events = evaluateEvents(series, data.labels, runExtent(data), RULES);
  const counts = {
    flags: series.reduce((sum, { flags }) => sum + flags.reduce((a, b) => a + b, 0), 0),
    alerts: alerts.length,
    alertMinutes: open.reduce((a, b) => a + b, 0) / 60_000,
    detected: events.detected,
    medianDelaySeconds: events.medianDelaySeconds,
  };
  return { counts, falseEpisodes: events.falseEpisodes };
}

const anyCounts = fc.record({
  consecutive: fc.integer({ min: 1, max: 6 }),
  within: fc.option(fc.integer({ min: 2, max: 9 }), { nil: undefined }),
  recover: fc.integer({ min: 1, max: 5 }),
});

/** Holds a sweep to real replays, at thresholds taken from its own levels and between them. */
function holds(data: RecordingData, bases: readonly Settings[], runs: number): void {
  const passes = new Map<Settings, RankedPass>();
  const passOf = (base: Settings): RankedPass => {
    const known = passes.get(base);
    if (known !== undefined) return known;
    const columns = scoreMembers(data, base);
    const run = { columns, labels: data.labels, extent: runExtent(data), rules: RULES };
    const pass = rankRuns([run]);
    passes.set(base, pass);
    return pass;
  };
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom(...bases),
      anyCounts,
      share,
      fc.boolean(),
      (base, counts, at, is) => {
        const { levels } = passOf(base);
        const level = levels[Math.floor(at * (levels.length - 1))] ?? 1;
        const threshold = is ? level : level * 1.000_1 + 1e-12;
        const surface = buildSurface(passOf(base), counts satisfies Counts);
        const settings = { ...base, ...counts, threshold, contamination: null };
        const truth = replayed(data, settings);
        expect(surface.falseEpisodes[entryOf(surface, threshold)]).toBe(truth.falseEpisodes);
        expect(countsAt(surface, threshold)).toMatchObject(truth.counts);
      },
    ),
    { numRuns: runs, seed: 7 },
  );
}

const level = presetSettings('level');
const isolation = presetSettings('isolation-per-pod');

test('a sweep counts what a replay of the shipped recording does, for any settings', () => {
  const data = readRecording(recorded);
  holds(
    data,
    [
      presetSettings('default'),
      { ...level, window: 60, warmup: 20 },
      { ...level, window: 240, smooth: 3 },
      { ...isolation, pool: 'workload' },
      { ...level, window: 30, warmup: 10, refractory: 10 },
      { ...level, window: 60, pool: 'pod' },
    ],
    200,
  );
});

test('a sweep counts what a replay of a simulated leak does, for any settings', () => {
  const path = join(tempFolder(), 'leak.db');
  const scenario = syntheticScenario('memory-leak');
  const options = { seed: 1, startMs: 1_767_225_600_000, durationMs: 3_600_000 };
  writeSynthetic(path, { scenario, ...options, intervalMs: 15_000 }, true);
  holds(
    readRecording(path),
    [presetSettings('default'), { ...level, window: 120 }, { ...isolation, smooth: 1 }],
    60,
  );
});
