import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { schemaFaults, schemaNamed } from '../support/json-schema.ts';
import { tempFolder } from '../support/temp.ts';

interface DiffJson {
  readonly workloads: readonly {
    readonly workload: string;
    readonly metric: string;
    readonly measures: readonly {
      readonly measure: string;
      readonly difference: number | null;
      readonly interval: readonly [number, number] | null;
      readonly verdict: string;
    }[];
  }[];
}

async function runs(...scenarios: readonly string[]): Promise<string> {
  const cwd = tempFolder();
  for (const name of scenarios) {
    const { code } = await runCli(['synth', name, '-o', `${name}.db`, '--quiet'], { cwd });
    expect(code).toBe(0);
  }
  return cwd;
}

test('a leak that was switched on is found; table, JSON and Markdown tell it', async () => {
  const cwd = await runs('consumememory', 'memory-leak-all');
  const diff = (...args: string[]) =>
    runCli(['diff', 'consumememory.db', 'memory-leak-all.db', '--quiet', ...args], { cwd });

  const json = await diff('--json');
  expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 0, stderr: '' });
  const told = JSON.parse(json.stdout) as DiffJson;
  expect(schemaFaults(schemaNamed('diff'), told)).toEqual([]);
  const alerts = told.workloads
    .find(({ workload, metric }) => workload === 'consumememory' && metric === 'memory')
    ?.measures.find(({ measure }) => measure === 'alerts');
  expect(alerts?.verdict).toBe('higher');
  expect(alerts?.interval?.[0]).toBeGreaterThan(0);

  const table = await diff();
  const lines = table.stdout.split('\n');
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(table.stdout).toMatch(/memory alerts +0 +\d+ .*higher/);
  expect(lines[0]).toMatch(/^memory-leak-all against consumememory: of \d+ numbers/);
  expect(table.stdout).toContain('scale-out');

  const markdown = await diff('--format', 'markdown', '-o', 'diff.md');
  expect(markdown.stdout).toBe('');
  expect(readFileSync(join(cwd, 'diff.md'), 'utf8')).toMatch(/\| memory alerts \| 0 \| \d+ \|/);
});

test('a run against itself differs in nothing', async () => {
  const cwd = await runs('steady');
  const { code, stdout } = await runCli(['diff', 'steady.db', 'steady.db'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/0 are higher, 0 lower, \d+ the same, 0\s+unclear/);
});

test('runs with nothing in common, and flags that make no sense, exit with 2', async () => {
  const cwd = await runs('steady', 'consumememory');
  const diff = (...args: string[]) => runCli(['diff', ...args], { cwd });
  const apart = await diff('steady.db', 'consumememory.db', '--align', 'deploy');
  expect(apart.code).toBe(2);
  expect(apart.stderr).toContain('no mark named "deploy"');
  expect((await diff('steady.db', 'steady.db', '--tolerance', '-1')).code).toBe(2);
  expect((await diff('steady.db')).code).toBe(2);
  expect((await diff('steady.db', 'nowhere.db')).code).toBe(5);
});
