import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'children/kill-at.mjs')).href;
const CSV = resolve('fixtures/csv/pods.csv');
const SHIPPED = resolve('fixtures/recordings/consumememory.db');

/** Steps of writing a file under a temporary name, flushing and naming it. */
const STEPS = ['writeSync', 'fsyncSync', 'closeSync', 'renameSync', 'after renameSync'];
const LAST = STEPS.slice(3);

const COMMANDS: Readonly<Record<string, readonly [string[], string, readonly string[]]>> = {
  // Labels and the rest are files of their own, before it.
  export: [['export', 'run.db', '-o', 'out.csv'], 'out.csv', ['fsyncSync', 'renameSync']],
  report: [['report', 'run.db', '-o', 'out.html'], 'out.html', LAST],
  settings: [
    ['tune', SHIPPED, '--preset', 'level', '--windows', '60', '--write-settings', 'out.json'],
    'out.json',
    LAST,
  ],
  scores: [['replay', 'run.db', '--scores', 'scores.csv'], 'scores.csv', STEPS],
  import: [['import', CSV, '-o', 'out.db'], 'out.db', ['fsyncSync', ...LAST]],
};

test.each(Object.entries(COMMANDS))(
  'killed at any step of writing: %s leaves what was there, or all of the new file',
  async (_, [args, name, steps]) => {
    const cwd = tempFolder();
    copyFileSync(SHIPPED, join(cwd, 'run.db'));
    const at = (folder: string): Buffer => readFileSync(join(folder, name));
    expect(await runCli([...args, '--quiet'], { cwd })).toMatchObject({ code: 0 });
    const whole = at(cwd);
    await Promise.all(
      steps.map(async (step) => {
        const own = tempFolder();
        copyFileSync(SHIPPED, join(own, 'run.db'));
        writeFileSync(join(own, name), 'mine');
        const env = { NODE_OPTIONS: `--import=${PRELOAD}`, KILL_AT: step };
        const killed = await runCli([...args, '--force', '--quiet'], { cwd: own, env });
        expect(killed.signal, step).toBe('SIGKILL');
        if (step.startsWith('after')) expect(at(own).equals(whole), step).toBe(true);
        else expect(at(own).toString(), step).toBe('mine');
      }),
    );
  },
  30_000,
);
