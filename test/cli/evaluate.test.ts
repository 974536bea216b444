import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { schemaFaults, schemaNamed } from '../support/json-schema.ts';
import { tempFolder } from '../support/temp.ts';

interface Row {
  readonly recording: string;
  readonly setting: string;
  readonly evaluation: Record<string, number | null>;
}

/** Runs `evaluate` in a folder with these synthetic recordings. */
async function evaluate(scenarios: readonly string[], ...args: string[]) {
  const cwd = tempFolder();
  const files = scenarios.map((scenario) => `${scenario}.db`);
  for (const scenario of scenarios) {
    await runCli(['synth', scenario, '-o', `${scenario}.db`], { cwd });
  }
  return runCli(['evaluate', ...files, ...args], { cwd });
}

test('tables show script and yardsticks beside the setting, within 100 columns', async () => {
  const runs = ['memory-leak', 'cpu-runaway'];
  const { code, stdout } = await evaluate(runs, '--warmup-time', '15m');
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  for (const setting of ['default', 'fetch-metrics-graph', 'never', 'random', 'oracle']) {
    // Both runs, and all runs.
    expect(lines.filter((line) => line.startsWith(`${setting} `))).toHaveLength(3);
  }
  expect(stdout).toMatch(/^memory_leak +1\/1 /m);
  expect(stdout).toMatch(/^cpu_hog +1\/1 /m);
});

test('the preset beats the original script, and only knowing the answer beats the preset', async () => {
  const { stdout } = await evaluate(['memory-leak', 'restart'], '--warmup-time', '15m', '--json');
  const answer = JSON.parse(stdout) as { rows: Row[] };
  expect(schemaFaults(schemaNamed('evaluate'), answer)).toEqual([]);
  for (const recording of ['memory-leak.db', 'restart.db']) {
    const value = (setting: string, name: string): number =>
      answer.rows.find((row) => row.recording === recording && row.setting === setting)?.evaluation[
        name
      ] ?? NaN;
    for (const name of ['f1', 'prAuc', 'eventPrAuc']) {
      const ranks = ['oracle', 'default', 'fetch-metrics-graph'].map((one) => value(one, name));
      expect(ranks[0]).toBe(1);
      expect(ranks[0]).toBeGreaterThanOrEqual(ranks[1] ?? NaN);
      expect(ranks[1]).toBeGreaterThan(ranks[2] ?? NaN);
      expect(ranks[1]).toBeGreaterThan(value('random', name));
      expect(ranks[1]).toBeGreaterThan(value('never', name));
    }
    expect(value('default', 'medianLeadSeconds')).toBeGreaterThan(0);
    expect(value('oracle', 'medianLeadSeconds')).toBeGreaterThan(
      value('default', 'medianLeadSeconds'),
    );
  }
});

test('markdown has a table for every run and one by type', async () => {
  const { stdout } = await evaluate(
    ['memory-leak'],
    '--warmup-time',
    '15m',
    '--format',
    'markdown',
  );
  expect(stdout).toMatch(/^### memory-leak\.db: 1 label, /m);
  expect(stdout).toContain('| setting | found | false |');
  expect(stdout).toContain('### By type: default');
});

test('a run without labels is refused, by name', async () => {
  const { code, stderr } = await evaluate(['steady']);
  expect({ code, named: stderr.includes('steady.db has no labels') }).toEqual({
    ...{ code: 2, named: true },
  });
});

test('a limit can be given for containers whose own is not known', async () => {
  const cwd = tempFolder();
  const start = Date.UTC(2024, 0, 1);
  const rows = Array.from({ length: 200 }, (_, i) => {
    const bytes = (100 + Math.max(0, i - 150) * 4) * 1024 * 1024 + (i % 3);
    const time = new Date(start + i * 60_000).toISOString();
    return `${time},shop,web-1,web,0.0${String(10 + (i % 5))},${String(bytes)}`;
  });
  const header = 'timestamp,namespace,pod,container,cpu_cores,memory_bytes';
  writeFileSync(join(cwd, 'a.csv'), [header, ...rows, ''].join('\n'));
  const time = (minutes: number): string => new Date(start + minutes * 60_000).toISOString();
  const label = { namespace: 'shop', pod: 'web-1', type: 'leak', start: time(150), end: time(200) };
  writeFileSync(join(cwd, 'labels.json'), JSON.stringify([label]));
  await runCli(['import', 'a.csv', '--labels', 'labels.json', '-o', 'a.db'], { cwd });
  const leadOf = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await runCli(['evaluate', 'a.db', '--json', ...args], { cwd });
    const { rows: all } = JSON.parse(stdout) as { rows: Row[] };
    expect(schemaFaults(schemaNamed('evaluate'), JSON.parse(stdout))).toEqual([]);
    return all.find(({ setting }) => setting === 'oracle')?.evaluation['medianLeadSeconds'];
  };
  expect(await leadOf()).toBeNull();
  // 4 MiB a minute from minute 150 on: 200 MiB at minute 175, 400 MiB at minute 225.
  expect(await leadOf('--memory-limit', '200Mi')).toBe(25 * 60);
  expect(await leadOf('--memory-limit', '400Mi')).toBeCloseTo(75 * 60, 0);
});

test('a corpus in the layout of NAB is scored, as its schema says', async () => {
  const cwd = tempFolder();
  mkdirSync(join(cwd, 'data/real'), { recursive: true });
  const stamp = (i: number): string =>
    new Date(Date.UTC(2024, 0, 1) + i * 300_000).toISOString().slice(0, 19).replace('T', ' ');
  const windows: Record<string, [string, string][]> = {};
  for (const [k, name] of ['a', 'b'].entries()) {
    const from = 1500 + 200 * k;
    const rows = Array.from({ length: 2000 }, (_, i) => {
      const value = 10 + (i % 12) / 10 + (i >= from && i < from + 30 ? 5 : 0);
      return `${stamp(i)},${String(value)}`;
    });
    writeFileSync(join(cwd, `data/real/${name}.csv`), `timestamp,value\n${rows.join('\n')}\n`);
    windows[`real/${name}.csv`] = [[stamp(from - 50), stamp(from + 50)]];
  }
  writeFileSync(join(cwd, 'windows.json'), JSON.stringify(windows));
  const { code, stdout } = await runCli(['evaluate', '--corpus', 'nab', 'data', '--json'], { cwd });
  expect(code).toBe(0);
  const answer = JSON.parse(stdout) as { standard: number; beside: Record<string, unknown>[] };
  expect(schemaFaults(schemaNamed('evaluate-nab'), answer)).toEqual([]);
  expect(answer.standard).toBeGreaterThan(50);
  const standard = new Map(answer.beside.map((one) => [one['setting'], one['standard']]));
  expect(standard.get('never')).toBe(0);
  expect(standard.get('oracle')).toBeGreaterThan(99);
});
