import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const main = resolve('dist/cli/main.js');
const recording = resolve('fixtures/recordings/consumememory.db');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'podtape-kept-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function tune(...args: string[]) {
  const done = spawnSync(process.execPath, [main, 'tune', recording, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

const GRID = ['--preset', 'level', '--windows', '60:240:60', '--smooths', '1,3', '--json'];

describe('tune --resume', () => {
  test('gives the same bytes as without, also from a file cut short and damaged', () => {
    const whole = tune(...GRID, '--jobs', '1').out;
    const state = join(folder, 'a.state');
    expect(tune(...GRID, '--jobs', '2', '--resume', state).out).toBe(whole);
    const lines = readFileSync(state, 'utf8').trim().split('\n');
    expect(lines.length).toBeGreaterThan(8);
    const damaged = lines[2]?.replace(/[0-9]/, (digit) => (digit === '1' ? '2' : '1')) ?? '';
    writeFileSync(state, [...lines.slice(0, 2), damaged, ...lines.slice(3, 6)].join('\n'));
    appendFileSync(state, '\n0123 {"key":"cut sh');
    const again = tune(...GRID, '--resume', state);
    expect(again.out).toBe(whole);
    expect(again.err).toContain('2 damaged lines were left out');
    expect(tune(...GRID, '--resume', state).out).toBe(whole);
  });

  test('refuses a file that it did not write', () => {
    writeFileSync(join(folder, 'other.txt'), 'something\n');
    const { code, err } = tune(...GRID, '--resume', 'other.txt');
    expect(code).toBe(2);
    expect(err).toContain('is not a file that tune --resume wrote');
    expect(readFileSync(join(folder, 'other.txt'), 'utf8')).toBe('something\n');
  });
});

test('Ctrl-C keeps what is done, says how to go on, and ends with 130', async () => {
  const long = [...GRID.slice(0, 2), '--windows', '10:900:2', '--jobs', '2', '--json'];
  let told = '';
  let code: unknown = null;
  // Long enough for the first passes, much shorter than all of them; a busy machine needs longer.
  for (const waitMs of [2500, 8000, 20_000]) {
    const child = spawn(process.execPath, [main, 'tune', recording, ...long], { cwd: folder });
    told = '';
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    await new Promise((settle) => setTimeout(settle, waitMs));
    child.kill('SIGINT');
    code = await new Promise((settle) => child.once('exit', settle));
    if (code === 130 && !told.includes('before a scoring pass')) break;
  }
  expect(code).toBe(130);
  const [, state] = /add --resume (\S+) to the same command/.exec(told) ?? [];
  expect(told).toMatch(/Stopped after [1-9]\d* of \d+ scoring passes/);
  expect(existsSync(join(folder, state ?? 'none'))).toBe(true);
}, 60_000);

test.each([
  [['--windows', '60:x'], 'takes whole numbers or ranges'],
  [['--windows', '2:20000'], 'at most 10000 numbers'],
  [['--windows', '2:9000', '--smooths', '1:999'], 'over 100000'],
  [['--objective', 'cost'], '--objective cost needs --cost'],
  [['--cost', 'miss=1,false=0'], 'always alerting is best'],
  [['--budget', '1/day', '--objective', 'f1'], '--budget goes with --objective recall'],
  [['--sensitivity', 'low', '--objective', 'f1'], 'leave --objective'],
  [['--grid', 'absent.json'], 'Cannot use the grid file absent.json'],
  [['--jobs', '0'], '--jobs takes a whole number'],
])('tune %j is refused before any work', (args, message) => {
  const { code, out, err } = tune(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

test('labels that match no series are refused', () => {
  const path = join(folder, 'wrong.db');
  const podtape = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });
  podtape('synth', 'memory-leak', '-o', path, '--quiet');
  const labels = join(folder, 'labels.json');
  writeFileSync(
    labels,
    JSON.stringify([
      {
        namespace: 'shop',
        pod: 'nobody',
        start: '2026-01-01T01:00:00Z',
        end: '2026-01-01T01:05:00Z',
        type: 'x',
      },
    ]),
  );
  podtape('label', path, 'import', labels);
  const { status, stderr } = podtape('tune', path);
  expect(status).toBe(2);
  expect(stderr).toContain('matches no series');
});
