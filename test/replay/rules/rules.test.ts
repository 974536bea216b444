import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeSynthetic } from '../../../src/cli/write-synthetic.ts';
import type { RecordingData } from '../../../src/core/recording.ts';
import type { PartialSettings } from '../../../src/core/settings.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { overrideSettings, presetSettings } from '../../../src/replay/presets.ts';
import { replay } from '../../../src/replay/replay.ts';
import { bestCut } from '../../../src/replay/rules/nearest.ts';
import { type RuleSet, ruleSet } from '../../../src/replay/rules/rule-set.ts';
import { rulesTestYaml } from '../../../src/replay/rules/rules-test-yaml.ts';
import { rulesYaml } from '../../../src/replay/rules/rules-yaml.ts';
import { syntheticScenario } from '../../../src/replay/synthetic/scenarios.ts';
import { HOSTILE_NAMES } from '../../support/hostile-names.ts';
import { busyRun } from '../../support/runs.ts';
import { tempFolder } from '../../support/temp.ts';

const promtool = spawnSync('promtool', ['--version']).status === 0;
const SHIPPED = 'fixtures/recordings/consumememory.db';

function synthetic(name: string): RecordingData {
  const path = join(tempFolder(), 'run.db');
  const options = { scenario: syntheticScenario(name), seed: 1, durationMs: 7_200_000 };
  writeSynthetic(path, { ...options, intervalMs: 15_000, startMs: 1_767_225_600_000 }, false);
  return readRecording(path);
}

const settingsOf = (preset: string, changes: PartialSettings = {}) =>
  overrideSettings(presetSettings(preset), changes);

interface Made {
  readonly set: RuleSet;
  readonly rules: string;
  /** What `promtool test rules` says; '' where it passes. */
  readonly failures: string;
}

/** Makes rules and their unit test, and has a real promtool check and run them. */
function made(
  data: RecordingData,
  preset: string,
  changes: PartialSettings = {},
  edit = (rules: string): string => rules,
): Made {
  const folder = tempFolder();
  const result = replay(data, settingsOf(preset, changes));
  const set = ruleSet(data, result);
  const rules = edit(rulesYaml(set, result));
  writeFileSync(join(folder, 'rules.yml'), rules);
  writeFileSync(join(folder, 'rules.test.yml'), rulesTestYaml(set, 'rules.yml').yaml);
  const run = (...args: string[]) => spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
  const checked = run('check', 'rules', 'rules.yml');
  expect(checked.stderr + checked.stdout).toMatch(/SUCCESS/);
  const tested = run('test', 'rules', 'rules.test.yml');
  return { set, rules, failures: tested.status === 0 ? '' : tested.stdout + tested.stderr };
}

const agreed = ({ set }: Made) =>
  set.metrics.map(({ agreement: { metric, missedMinutes, extraMinutes } }) => [
    ...[metric, missedMinutes, extraMinutes],
  ]);

describe.skipIf(!promtool)('rules in a real promtool', () => {
  test.each([
    ['default', {}, ['shipped']],
    ['level', {}, ['shipped']],
    ['level', { detector: 'mad' }, ['shipped', 'leak']],
    ['level', { detector: 'zscore' }, ['shipped']],
    ['level', { detector: 'trough', threshold: 1 }, ['shipped']],
  ] as const)(
    '%s %j: the alerts of the replay, to the evaluation',
    (preset, changes, runs) => {
      for (const run of runs) {
        const data = run === 'leak' ? synthetic('memory-leak') : readRecording(SHIPPED);
        const one = made(data, preset, changes);
        expect(one.failures).toBe('');
        expect(agreed(one)).toEqual(agreed(one).map(([metric]) => [metric, 0, 0]));
        expect(one.set.metrics.some(({ agreement }) => agreement.matched > 0)).toBe(true);
      }
    },
    120_000,
  );

  test('what PromQL cannot compute: the nearest rule, and how far it is from the replay', () => {
    const one = made(readRecording(SHIPPED), 'isolation-per-pod');
    expect(one.failures).toBe('');
    expect(one.rules).toMatch(/Not the detector itself: PromQL has no isolation/);
    const [cpu] = one.set.metrics;
    expect(cpu?.agreement).toMatchObject({ matched: 2, missed: 0, extra: 0 });
    expect(one.rules).toMatch(/cpu: 2 of 2 episodes found, 0 missed, 0 more/);
    expect(made(readRecording(SHIPPED), 'fetch-metrics-graph').failures).toBe('');
  }, 120_000);

  test('a rule that is changed fails its unit test', () => {
    const higher = (rules: string): string => rules.replaceAll('>= 5', '>= 500');
    expect(made(readRecording(SHIPPED), 'level', {}, higher).failures).toMatch(/FAILED/);
  });

  test('pods of any name', () => {
    const names = (pod: number): string => HOSTILE_NAMES[pod] ?? '';
    const data = busyRun({ pods: 60, samples: 90, holes: 0, names });
    const one = made(data, 'level', { warmup: 20, window: 40, threshold: 3, consecutive: 1 });
    expect(one.failures).toBe('');
    expect(one.set.metrics.every(({ agreement }) => agreement.matched > 20)).toBe(true);
  }, 120_000);

  test('counts, smoothing, floors and holes: what is expected of a rule is what it does', () => {
    const arbitrary = fc.record({
      detector: fc.constantFrom('level', 'mad', 'zscore'),
      window: fc.integer({ min: 5, max: 60 }),
      smooth: fc.constantFrom(1, 2, 5),
      reference: fc.constantFrom('smoothed' as const, 'raw' as const),
      threshold: fc.constantFrom(1, 2, 3.5),
      consecutive: fc.integer({ min: 1, max: 3 }),
      within: fc.constantFrom(undefined, 4),
      recover: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 99 }), (settings, seed) => {
        const data = busyRun({ pods: 2, samples: 150, seed });
        const params = settings.detector === 'level' ? { lag: seed % 7 } : {};
        const one = made(data, 'level', { ...settings, params, warmup: 5 });
        expect(one.failures).toBe('');
        for (const { agreement } of one.set.metrics) {
          // Two samples in a hundred are missing; each may split or shift an alert.
          expect(agreement.missedMinutes).toBeLessThan(8);
        }
      }),
      { numRuns: 8, seed: 5 },
    );
  }, 120_000);
});

test('the nearest threshold is the best of all that there are', () => {
  const column = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), {
    ...{ minLength: 1, maxLength: 30 },
  });
  fc.assert(
    fc.property(column, (points) => {
      const held = Float64Array.from(points, ([value]) => value);
      const replayed = Uint8Array.from(points, ([, is]) => (is ? 1 : 0));
      const f1At = (threshold: number): number => {
        const fires = points.filter(([value]) => value >= threshold);
        const hits = fires.filter(([, is]) => is).length;
        const wanted = points.filter(([, is]) => is).length;
        return hits === 0 ? 0 : (2 * hits) / (fires.length + wanted);
      };
      const { threshold, f1 } = bestCut([held], [replayed]);
      expect(f1).toBeCloseTo(f1At(threshold), 12);
      for (let t = 0; t <= 10; t += 1) expect(f1).toBeGreaterThanOrEqual(f1At(t) - 1e-12);
    }),
  );
});
