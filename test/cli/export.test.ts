import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createRecording } from '../../src/record/recording/writer.ts';
import { runCli, startCli } from '../support/cli.ts';
import { aBatch, definePod, META } from '../support/recordings.ts';
import { tempFolder } from '../support/temp.ts';

const SHIPPED = resolve('fixtures/recordings/consumememory.db');

test('export, import, replay: the same digest by every format, as a user would do it', async () => {
  const cwd = tempFolder();
  const digest = async (run: string): Promise<string> => {
    const { stdout } = await runCli(['replay', run, '--json'], { cwd });
    return (JSON.parse(stdout) as { digest: string }).digest;
  };
  const wanted = await digest(SHIPPED);
  for (const name of ['run.csv', 'run.om', 'run.parquet']) {
    const made = await runCli(['export', SHIPPED, '-o', name], { cwd });
    expect(made).toMatchObject({ code: 0, stdout: '' });
    expect(made.stderr).toMatch(/37 marks and 2 labels/);
    expect(made.stderr).toMatch(/Not exported: polls/);
    expect((await runCli(['import', name, '-o', `${name}.db`], { cwd })).code).toBe(0);
    expect(await digest(`${name}.db`)).toBe(wanted);
  }
});

test('a format that nothing tells, a file that exists and a run that is not there are told', async () => {
  const cwd = tempFolder();
  const run = (...args: string[]) => runCli(['export', ...args], { cwd });
  expect(await run(SHIPPED, '-o', 'run.txt')).toMatchObject({ code: 2 });
  expect((await run(SHIPPED, '-o', 'csv')).stderr).toMatch(/--format csv\?/);
  expect(await run('none.db', '-o', 'run.csv')).toMatchObject({ code: 5 });
  writeFileSync(join(cwd, 'run.csv'), 'mine');
  expect(await run(SHIPPED, '-o', 'run.csv')).toMatchObject({ code: 6 });
  expect(readdirSync(cwd)).toEqual(['run.csv']);
  expect(readFileSync(join(cwd, 'run.csv'), 'utf8')).toBe('mine');
  expect(await run(SHIPPED, '-o', 'run.csv', '--force', '--quiet')).toMatchObject({
    ...{ code: 0, stderr: '' },
  });
  expect(readFileSync(join(cwd, 'run.csv'), 'utf8').slice(0, 9)).toBe('timestamp');
});

test('a killed export leaves nothing under its name', async () => {
  const cwd = tempFolder();
  const writer = createRecording(join(cwd, 'run.db'), META, { mode: 'atomic' });
  const ids = Array.from({ length: 200 }, (_, i) => definePod(writer, `pod-${String(i)}`));
  for (let t = 0; t < 1500; t += 1) {
    const all = { series: ids, times: ids.map(() => t * 15_000), values: ids.map((id) => id + t) };
    writer.commitTick(aBatch({ scheduledMs: t * 15_000, ...all }));
  }
  writer.finalise();
  const { child, ended } = startCli(['export', 'run.db', '-o', 'out.csv'], { cwd });
  const isPartial = (): boolean =>
    readdirSync(cwd).some((name) => name.startsWith('.out.csv.part'));
  while (!isPartial() && child.exitCode === null) await new Promise((done) => setTimeout(done, 2));
  child.kill('SIGKILL');
  expect((await ended).signal).toBe('SIGKILL');
  expect(existsSync(join(cwd, 'out.csv'))).toBe(false);
});
