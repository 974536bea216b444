import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLI_MAIN, runCli, type CliResult } from '../support/cli.ts';
import { startFakeApi } from '../support/fake-api.ts';
import { canMount, outputOf, startChild } from '../support/node-child.ts';
import { tempFolder } from '../support/temp.ts';

// Skipped where the machine does not let a process mount a file system of its own.
test.skipIf(!canMount())(
  'a read-only file system ends a recording before its first poll, and a finished one is used there',
  { timeout: 60_000 },
  async () => {
    const api = await startFakeApi();
    const [cwd, home] = [tempFolder(), tempFolder()];
    const kubeconfig = api.kubeconfig(home);
    const args = ['record', '-o', 'run.db', '--interval', '200ms', '--duration', '1s'];
    expect(await runCli(args, { cwd, env: { KUBECONFIG: kubeconfig } })).toMatchObject({ code: 0 });
    const replayed = await runCli(['replay', 'run.db', '--json'], { cwd });
    const asked = api.requests.length;

    const program = new URL('children/read-only.mjs', import.meta.url);
    const child = startChild(program, [CLI_MAIN, kubeconfig, cwd], true);
    const results = JSON.parse(await outputOf(child)) as Record<string, CliResult>;
    for (const name of ['record', 'resume', 'report', 'synth']) {
      expect(results[name], name).toMatchObject({ code: 6, stdout: '' });
      expect(results[name]?.stderr.trim().split('\n'), name).toHaveLength(1);
      expect(results[name]?.stderr, name).toMatch(/^error: .*(read-only|not writable|EROFS)/);
    }
    expect(api.requests).toHaveLength(asked);
    expect(results['verify']).toMatchObject({ code: 0 });
    expect(results['replay']?.stdout).toBe(replayed.stdout);
    expect(readdirSync(cwd)).toEqual(['run.db']);
  },
);
