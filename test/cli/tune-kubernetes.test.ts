import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { type CliResult, runCli } from '../support/cli.ts';
import { type FakeJobs, startFakeJobs } from '../support/fake-jobs.ts';
import { tempFolder } from '../support/temp.ts';

const GRID = ['--windows', '60,120', '--smooths', '1', '--inject', 'none'];
const IMAGE = ['--image', 'registry.example/podtape:1', '--volume', 'runs', '--shards', '2'];

/** A folder that stands for the shared volume, with one recording; and the cluster beside it. */
async function volumeAndCluster() {
  const cwd = tempFolder();
  copyFileSync(resolve('fixtures/recordings/consumememory.db'), join(cwd, 'run.db'));
  const api = await startFakeJobs(cwd);
  const there = (...more: string[]): Promise<CliResult> =>
    runCli(
      [
        ...['tune', 'run.db', '--preset', 'level', ...GRID, '--on', 'kubernetes', ...IMAGE],
        ...['--mount-path', cwd, '--kubeconfig', api.kubeconfig, ...more],
      ],
      { cwd },
    );
  return { cwd, api, there };
}

const created = ({ requests }: FakeJobs): number =>
  requests.filter((request) => request.startsWith('POST')).length;

test('a sweep of Jobs, one pod of them killed, gives the bytes of one machine and tidies up', async () => {
  const { cwd, api, there } = await volumeAndCluster();
  const tries: string[] = [];
  api.onStart = (job, { index, attempt, child }) => {
    tries.push(`${job.replace(/.*-/, '')} ${String(index)} ${String(attempt)}`);
    if (job.endsWith('sweep') && index === 1 && attempt === 0) child.kill('SIGKILL');
  };
  const { code, stdout, stderr } = await there('--json', '--write-settings', 'best.json');
  const here = await runCli(['tune', 'run.db', '--preset', 'level', ...GRID, '--json'], { cwd });
  expect(stderr).toContain('1 pods failed on the way and were run again');
  expect(code).toBe(0);
  expect(stdout).toBe(here.stdout);
  expect(existsSync(join(cwd, 'best.json'))).toBe(true);
  expect(tries.toSorted()).toEqual([
    ...['look 0 0', 'look 1 0', 'merge 0 0', 'plan 0 0'],
    ...['sweep 0 0', 'sweep 1 0', 'sweep 1 1'],
  ]);
  const deleted = api.requests.filter((request) => request.startsWith('DELETE'));
  expect(deleted.length).toBe(4);
}, 60_000);

test('a Job whose input is bad ends at once with its words; the same command replaces it', async () => {
  const { api, there } = await volumeAndCluster();
  const bad = await there('--objective', 'cost');
  expect(bad.code).toBe(4);
  expect(bad.stderr).toMatch(/-plan failed: index 0 failed, last with exit code 2: error: /);
  expect(created(api)).toBe(1);
  const again = await there('--objective', 'cost');
  expect(again.stderr).toMatch(/--objective cost needs --cost/);
  // The first request to create it finds the failed one.
  expect(created(api)).toBe(3);
}, 60_000);

test('who may not create Jobs is told which right is missing', async () => {
  const { api, there } = await volumeAndCluster();
  api.refuse = (request) => (request.startsWith('POST') ? 403 : null);
  const { code, stderr } = await there();
  expect(code).toBe(4);
  expect(stderr).toContain('You may not create jobs in namespace "load" (403)');
});

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

test.runIf(hasKubectl)('kubectl takes the Jobs of a dry run', async () => {
  const { cwd, api, there } = await volumeAndCluster();
  const { stdout } = await there('--dry-run');
  expect(readdirSync(cwd).sort()).toEqual(['kubeconfig', 'run.db']);
  const kubectl = spawn(
    'kubectl',
    ['create', '--dry-run=client', '--validate=false', '-o', 'name', '-f', '-'],
    {
      cwd,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, KUBECONFIG: api.kubeconfig },
    },
  );
  kubectl.stdin.end(stdout);
  expect((await text(kubectl.stdout)).trim().split('\n')).toEqual([
    expect.stringMatching(/^job\.batch\/podtape-tune-[0-9a-f]{8}-sweep$/),
    expect.stringMatching(/-look$/),
    expect.stringMatching(/-merge$/),
  ]);
});

test.each([
  [['--volume', 'runs'], 'needs --image, or PODTAPE_IMAGE'],
  [['--image', 'a'], 'needs --volume CLAIM'],
  [['--image', 'a', '--volume', 'b', '--mount-path', 'data'], 'a path from the root'],
  [['--image', 'a', '--volume', 'b', '--shards', '0'], '--shards takes a whole number'],
])('tune --on kubernetes %j is refused', async (args, message) => {
  const cwd = tempFolder();
  const { code, stderr } = await runCli(['tune', 'run.db', '--on', 'kubernetes', ...args], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
