import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSynthetic } from '../../src/cli/write-synthetic.ts';
import type { Cause } from '../../src/core/results.ts';
import type { PartialSettings } from '../../src/core/settings.ts';
import { readRecording } from '../../src/record/recording/reader.ts';
import { overrideSettings, presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { syntheticScenario } from '../../src/replay/synthetic/scenarios.ts';

/** A run in which one cause is switched on, and the settings that see it. */
interface CauseRun {
  readonly scenario: string;
  readonly preset: string;
  readonly changes: PartialSettings;
  /** Alerts that open in these phases, on this workload and metric ('' is any), have the cause. */
  readonly phases: readonly string[];
  readonly workload: string;
  readonly metric: string;
  readonly cause: Cause;
}

const APP = 'consumememory';
const aRun = (
  scenario: string,
  cause: Cause,
  phases: string[],
  workload: string,
  metric: string,
  preset = 'default',
  changes: PartialSettings = {},
): CauseRun => ({ scenario, preset, changes, phases, workload, metric, cause });

const pooled = { pool: 'workload', window: 60, warmup: 30, threshold: 3 } as const;

/** Every cause switched on by hand in a load model. */
const CAUSE_RUNS: readonly CauseRun[] = [
  aRun('cpu-runaway', 'cpu-without-load', ['hog'], 'web', 'cpu'),
  aRun('memory-leak', 'memory-leak', ['leak'], APP, 'memory'),
  aRun('memory-leak-all', 'memory-leak', ['leak'], APP, 'memory'),
  aRun('restart', 'memory-leak', ['oom'], APP, 'memory'),
  aRun('scale-out', 'load', ['surge'], APP, ''),
  aRun('scale-out', 'load', ['surge'], APP, '', 'level', pooled),
  aRun('scale-out', 'load', ['surge'], APP, '', 'level', { ...pooled, detector: 'mad' }),
  aRun('consumememory', 'load', ['ramp'], APP, '', 'isolation-per-pod'),
  aRun('hoarding', 'retention', ['surge', 'hoard'], APP, 'memory'),
  aRun('crash-loop', 'restart', ['crash'], APP, '', 'default', { startupSeconds: 0 }),
  aRun('dilution', 'dilution', ['idle'], APP, '', 'level', { ...pooled, detector: 'mad' }),
  aRun('steady', 'unknown', ['steady'], '', '', 'isolation-per-pod'),
];

export const CAUSES: readonly Cause[] = [
  ...['cpu-without-load', 'memory-leak', 'load', 'retention', 'restart', 'dilution'],
  'unknown',
] as Cause[];

/** Counts of alerts by their true cause and then the cause that they were given. */
export type Confusion = ReadonlyMap<Cause, ReadonlyMap<Cause, number>>;

const START = Date.parse('2026-01-01T00:00:00Z');

/** Replays every run with some seeds, and counts what the alerts of its fault were said to be. */
export function confusionOf(seeds: readonly number[]): Confusion {
  const counts = new Map<Cause, Map<Cause, number>>();
  const folder = mkdtempSync(join(tmpdir(), 'podtape-causes-'));
  try {
    for (const run of CAUSE_RUNS) {
      for (const seed of seeds) {
        const path = join(folder, 'run.db');
        const scenario = syntheticScenario(run.scenario);
        const sizes = { startMs: START, durationMs: 7_200_000, intervalMs: 15_000 };
        writeSynthetic(path, { scenario, seed, ...sizes }, true);
        for (const cause of causesGiven(path, run)) {
          const row = counts.get(run.cause) ?? new Map<Cause, number>();
          counts.set(run.cause, row);
          row.set(cause, (row.get(cause) ?? 0) + 1);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return counts;
}

function causesGiven(path: string, run: CauseRun): Cause[] {
  const data = readRecording(path);
  const result = replay(data, overrideSettings(presetSettings(run.preset), run.changes));
  const workloads = new Map(data.series.map(({ series }) => [series.id, series.workload]));
  return result.alerts
    .filter(({ series, start }) => {
      const phase = data.marks.find(
        ({ kind, startMs, endMs }) =>
          kind === 'phase' && startMs <= start && start < (endMs ?? Infinity),
      );
      return (
        phase !== undefined &&
        run.phases.includes(phase.name) &&
        (run.workload === '' || workloads.get(series) === run.workload) &&
        series.endsWith(`/${run.metric}`.replace(/\/$/, ''))
      );
    })
    .map(({ cause }) => cause);
}

/** How many alerts of a cause were told as it, and how many told as it were of it. */
export function ratesOf(confusion: Confusion, cause: Cause) {
  const of = [...(confusion.get(cause)?.values() ?? [])].reduce((sum, n) => sum + n, 0);
  const as = CAUSES.map((truth) => confusion.get(truth)?.get(cause) ?? 0).reduce((a, b) => a + b);
  const right = confusion.get(cause)?.get(cause) ?? 0;
  return { of, as, right, recall: right / of, precision: right / as };
}

/** The table of docs/causes.md. */
export function confusionTable(confusion: Confusion): string {
  const rate = (part: number, whole: number): string =>
    whole === 0 ? '–' : (part / whole).toFixed(2);
  const rows = CAUSES.map((truth) => {
    const { of, as, right } = ratesOf(confusion, truth);
    const counts = CAUSES.map((given) => String(confusion.get(truth)?.get(given) ?? 0));
    return [truth, ...counts, rate(right, of), rate(right, as)];
  });
  const head = ['switched on', ...CAUSES, 'recall', 'precision'];
  const all = [head, ...rows];
  const widths = head.map((_, c) => Math.max(...all.map((row) => row[c]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, c) => cell.padEnd(widths[c] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
