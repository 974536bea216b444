import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { epilogueOf } from '../../src/cli/help.ts';
import { CLI_MAIN, runCli } from '../support/cli.ts';
import { helpExamples } from '../support/examples.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { tempFolder } from '../support/temp.ts';

/** Examples that are run elsewhere, and where. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'podtape demo': 'npm run demo',
  'podtape demo --live': 'test/cli/record-cluster.test.ts, on the same cluster',
  'podtape diff before.db after.db --align deploy': 'its marks: test/replay/compare',
  'podtape record --source prometheus --prometheus-url http://127.0.0.1:9090 -n shop':
    'with a server: test/record/prometheus',
};

/** All files that the examples read, made once. */
let prepared: string;
beforeAll(() => {
  prepared = mkdtempSync(join(tmpdir(), 'podtape-examples-'));
  const podtape = (...args: string[]): void => {
    const done = spawnSync(process.execPath, [CLI_MAIN, ...args, '--quiet'], { cwd: prepared });
    if (done.status !== 0) throw new Error(done.stderr.toString());
  };
  for (const folder of ['bin', 'runs', 'nab']) mkdirSync(join(prepared, folder));
  const program = (name: string, script: string): void => {
    writeFileSync(join(prepared, 'bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(prepared, 'bin', name), 0o755);
  };
  program('podtape', `exec "${process.execPath}" "${CLI_MAIN}" "$@"`);
  program('k6', 'exec sleep 1');
  const short = ['--interval', '1m', '--duration', '70m'];
  podtape('synth', 'memory-leak', ...short, '-o', 'run.db');
  podtape('synth', 'steady', ...short, '-o', 'good.db');
  for (const copy of ['last.db', 'before.db', 'after.db', 'runs/a.db']) {
    cpSync(join(prepared, 'run.db'), join(prepared, copy));
  }
  const fixture = (from: string, to: string): void => {
    cpSync(resolve('fixtures', from), join(prepared, to), { recursive: true });
  };
  fixture('csv/pods.csv', 'pods.csv');
  fixture('csv/good/nab/synthetic', 'nab/data/synthetic');
  fixture('csv/good/nab/windows.json', 'nab/labels/combined_windows.json');
  fixture('prometheus/cpu.json', 'cpu.json');
  fixture('metrics/top.log', 'top.log');
  fixture('load/k6.csv', 'k6.csv');
  writeFileSync(join(prepared, 'tuned.json'), '{"window": 60, "warmup": 30}');
  writeFileSync(join(prepared, 'known.json'), '{"accepted": []}');
}, 60_000);
afterAll(() => {
  rmSync(prepared, { recursive: true, force: true });
});

/** What makes an example shorter and changes nothing else of it. */
const SHORTER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  record: { PODTAPE_INTERVAL: '500ms' },
  tune: { PODTAPE_WINDOWS: '30', PODTAPE_SMOOTHS: '1' },
};

/** Runs a line of shell in a folder of its own; one that polls is stopped after its first tick. */
async function run(line: string, api: FakeApi): Promise<{ code: number; output: string }> {
  const cwd = tempFolder();
  cpSync(prepared, cwd, { recursive: true });
  const [, output] = /(?:-o|--resume|--write-settings) (\S+)/.exec(line) ?? [];
  if (output !== undefined) rmSync(join(cwd, output), { force: true });
  const child = spawn('bash', ['-c', line.replace(/^podtape record/, 'exec podtape record')], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ HOME: cwd, PATH: `${join(cwd, 'bin')}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' },
      ...{ KUBECONFIG: api.kubeconfig(cwd), ...SHORTER[line.split(' ')[1] ?? ''] },
    },
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = new Promise<number>((settle) =>
    child.once('close', (code) => {
      settle(code ?? -1);
    }),
  );
  if (line.startsWith('podtape record') && !/--dry-run| -- /.test(line)) {
    const before = api.ledger.length;
    while (api.ledger.length === before && child.exitCode === null) {
      await new Promise((wake) => setTimeout(wake, 50));
    }
    // Long enough for the poll to become a tick.
    await new Promise((wake) => setTimeout(wake, 300));
    child.kill('SIGINT');
  }
  const code = await ended;
  if (output !== undefined && code === 0) expect(existsSync(join(cwd, output))).toBe(true);
  return { code, output: (await said).join('') };
}

describe('examples of --help run as printed', () => {
  test.each(helpExamples().filter((line) => !(line in ELSEWHERE)))('%s', async (line) => {
    const { code, output } = await run(line, await startFakeApi());
    // A gate may fail, and a recording that is stopped says so.
    const good = line.startsWith('podtape check') ? [0, 3] : [0, 130];
    expect([output, good.includes(code)]).toEqual([expect.not.stringMatching(/error:/), true]);
  });

  test('those that are run elsewhere are there', () => {
    expect(helpExamples()).toEqual(expect.arrayContaining(Object.keys(ELSEWHERE)));
  });
});

test('help says of every command what it is for, with its environment and exit codes', async () => {
  const names = commands.map(({ command }) => String(command).split(' ')[0] ?? '');
  expect(names.filter((name) => epilogueOf(name) === epilogueOf())).toEqual([]);
  const { code, stdout } = await runCli(['help', 'synth'], { cwd: tempFolder() });
  expect(code).toBe(0);
  const [, after = ''] = stdout.split('Examples:');
  expect(stdout).toContain('podtape synth <scenario>');
  expect(after.replace(/\s+/g, ' ')).toContain(epilogueOf('synth').replace(/\s+/g, ' ').trim());
});
