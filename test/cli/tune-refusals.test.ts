import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Label } from '../../src/core/recording.ts';
import { DEFAULT_RULES } from '../../src/replay/evaluate/events.ts';
import { readRuns, refuseInputs } from '../../src/cli/tune/inputs.ts';
import { checkLabels } from '../../src/cli/tune/labels.ts';
import { runCli } from '../support/cli.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';
import { tempFolder } from '../support/temp.ts';

const STEP = 15_000;
const RULES = { ...DEFAULT_RULES, warmupMs: 100 * STEP };
const VALUES = Array.from({ length: 1000 }, (_, i) => i % 7);

const label = (from: number, to: number, change: Partial<Label> = {}): Label => ({
  ...{ namespace: 'shop', pod: 'a', container: '', metric: '', type: 'leak', visibleIn: null },
  ...{ startMs: from * STEP, endMs: to * STEP, graceEndMs: to * STEP },
  ...change,
});

/** Checks labels of a run of one pod, 1,000 samples long from time 0 on. */
function check(...labels: readonly Label[]): void {
  const columns = [columnsOf(aSeries({ pod: 'a' }), VALUES, STEP, 0)];
  checkLabels('run.db', aRecording(columns, labels), RULES);
}

test.each<[string, readonly Label[], RegExp]>([
  ['matches no pod', [label(200, 300, { pod: 'b' })], /on shop\/b from .* matches no series/],
  ['matches no metric', [label(200, 300, { metric: 'disk' })], /matches no series/],
  ['lies after the run', [label(2000, 2100)], /lies outside the run, which goes from/],
  ['lies before the run', [label(-200, -100)], /lies outside the run/],
  ['overlaps another', [label(200, 300), label(250, 400)], /overlaps another, leak on shop\/a/],
  ['is over before anything is judged', [label(10, 20)], /until then detectors only warm up/],
])('a label that %s is refused by name', (_, labels, why) => {
  expect(() => {
    check(...labels);
  }).toThrow(why);
});

test('labels of other kinds, pods and times may stand beside each other', () => {
  expect(() => {
    check(label(200, 300), label(250, 400, { type: 'hog' }), label(300, 310));
  }).not.toThrow();
});

test('a run counts once, whatever its file is called', () => {
  const cwd = tempFolder();
  const recorded = new URL('../../fixtures/recordings/consumememory.db', import.meta.url);
  const [one, two] = [join(cwd, 'one.db'), join(cwd, 'two.db')];
  for (const path of [one, two]) copyFileSync(fileURLToPath(recorded), path);
  expect(readRuns([one])).toHaveLength(1);
  expect(() => readRuns([one, one])).toThrow('is named twice');
  expect(() => readRuns([one, two])).toThrow('are one run');
});

test('a file to be written is neither a recording that is read nor another result', () => {
  for (const flag of ['output', 'writeSettings', 'resume'] as const) {
    expect(() => {
      refuseInputs({ runs: ['run.db'], [flag]: './run.db' });
    }).toThrow('is a recording to tune on');
  }
  expect(() => {
    refuseInputs({ runs: ['run.db'], output: 'a.json', writeSettings: './a.json' });
  }).toThrow('name two files');
  refuseInputs({ runs: ['run.db'], output: 'a.json', writeSettings: 'b.json', resume: 'c' });
});

test('a series too short for the settings is named, and counts neither as quiet nor as watched', async () => {
  const cwd = tempFolder();
  const rows = Array.from({ length: 300 }, (_, i) => {
    const time = new Date(Date.UTC(2026, 0, 1) + i * STEP).toISOString();
    const line = (pod: string): string =>
      `${time},shop,${pod},web,${String(0.1 + (i % 9) / 100)},${String(1e8 + (i % 7) * 1e5)}\n`;
    return line('long') + (i < 20 ? line('short') : '');
  });
  const header = 'timestamp,namespace,pod,container,cpu_cores,memory_bytes\n';
  const withoutShort = rows.map((row) => row.replace(/.*,short,.*\n/, ''));
  writeFileSync(join(cwd, 'both.csv'), header + rows.join(''));
  writeFileSync(join(cwd, 'long.csv'), header + withoutShort.join(''));
  const tune = async (name: string, ...args: string[]): Promise<string> => {
    await runCli(['import', `${name}.csv`, '-o', `${name}.db`], { cwd });
    const grid = ['--preset', 'level', '--windows', '60', '--smooths', '1', '--inject', 'none'];
    return (await runCli(['tune', `${name}.db`, ...grid, ...args], { cwd })).stdout;
  };
  expect(await tune('both')).toMatch(
    /Not evaluated, which is no sign of calm: 2 series under no setting \(shop\/short\/web\/cpu,/,
  );
  interface Told {
    readonly rows: readonly { readonly evaluated: number }[];
    readonly notEvaluated: readonly { readonly series: string; readonly why: string }[];
  }
  const [both, alone] = [await tune('both', '--force', '--json'), await tune('long', '--json')].map(
    (text) => JSON.parse(text) as Told,
  );
  expect(both?.notEvaluated.map(({ series }) => series)).toEqual([
    ...['shop/short/web/cpu', 'shop/short/web/memory'],
  ]);
  expect(both?.notEvaluated[0]?.why).toMatch(/^20 samples; the settings need \d+/);
  // Alerts a day are of the days that were watched.
  expect(both?.rows).toEqual(alone?.rows);
}, 90_000);
