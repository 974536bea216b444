import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const recording = resolve('fixtures/recordings/consumememory.db');
const GRID = ['--preset', 'level', '--smooths', '1,3', '--inject', 'none'];

test('shards that keep their passes in one folder add up to the bytes of one machine, one killed', async () => {
  const cwd = tempFolder();
  const tune = ['tune', recording, ...GRID, '--windows', '60,120'];
  const whole = await runCli([...tune, '--json'], { cwd });
  const shard = (index: number) =>
    startCli([...tune, '--resume', 'kept/', '--shard', `${String(index)}/2`, '--jobs', '1'], {
      cwd,
    });
  const keeps = () =>
    readdirSync(cwd).includes('kept') && readdirSync(join(cwd, 'kept')).length > 0;

  const killed = shard(0);
  while (!keeps()) await new Promise((wake) => setTimeout(wake, 5));
  killed.child.kill('SIGKILL');
  expect((await killed.ended).signal).toBe('SIGKILL');

  const first = await shard(1).ended;
  expect(first.code).toBe(0);
  expect(first.stdout).toBe('');
  expect(first.stderr).toMatch(/has done its part; [1-9]\d* passes of others are missing/);
  for (const index of [0, 1]) expect((await shard(index).ended).code).toBe(0);
  expect((await shard(0).ended).stderr).toContain('All passes are finished');

  const files = readdirSync(join(cwd, 'kept'));
  const merged = await runCli([...tune, '--resume', 'kept', '--json'], { cwd });
  expect(merged.stdout).toBe(whole.stdout);
  // There was nothing left to run, so nothing was kept.
  expect(readdirSync(join(cwd, 'kept'))).toEqual(files);
}, 60_000);

test.each([
  [['--shard', '0/2'], '--resume FOLDER/'],
  [['--shard', '0/2', '--resume', 'a.state'], '--resume FOLDER/'],
  [['--shard', '2/2', '--resume', 'kept/'], 'I from 0 to N - 1'],
  [['--shard', 'first', '--resume', 'kept/'], 'takes I/N'],
])('tune %j is refused', async (args, message) => {
  const { code, stderr } = await runCli(['tune', recording, ...args], { cwd: tempFolder() });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('a dry run as JSON names passes, samples and the thresholds that would be listed', async () => {
  const cwd = tempFolder();
  const tune = ['tune', recording, ...GRID, '--windows', '60', '--json'];
  const told = JSON.parse((await runCli([...tune, '--dry-run'], { cwd })).stdout) as {
    readonly passes: number;
    readonly thresholds: readonly number[];
  };
  expect(told.passes).toBe(2);
  const chosen = JSON.parse((await runCli(tune, { cwd })).stdout) as { readonly grid: object };
  expect(chosen.grid).toMatchObject({ thresholds: told.thresholds });
});
