import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const GRID = ['--windows', '120', '--smooths', '1,3', '--consecutives', '2,3'];

interface TuneJson {
  readonly objective: string;
  readonly digest: string;
  readonly recommended: { readonly settings: { readonly threshold: number } } | null;
  readonly confidence: { readonly enough: boolean; readonly because: readonly string[] } | null;
  readonly injected: {
    readonly faults: readonly { readonly kind: string }[];
    readonly settings: readonly { readonly power: readonly unknown[] }[];
  } | null;
}

async function tune(cwd: string, ...args: string[]): Promise<TuneJson> {
  const { stdout } = await runCli(['tune', ...args, ...GRID, '--json'], { cwd });
  return JSON.parse(stdout) as TuneJson;
}

/** A folder with a simulated leak (one label) and a quiet run. */
async function withRuns(): Promise<string> {
  const cwd = tempFolder();
  await runCli(['synth', 'memory-leak', '-o', 'leak.db'], { cwd });
  await runCli(['synth', 'steady', '-o', 'steady.db'], { cwd });
  return cwd;
}

test('a result has the same bytes for any number of workers, and another for another seed', async () => {
  const cwd = await withRuns();
  const [one, two, other] = await Promise.all([
    tune(cwd, 'steady.db', '--inject', 'all', '--jobs', '1'),
    tune(cwd, 'steady.db', '--inject', 'all', '--jobs', '2'),
    tune(cwd, 'steady.db', '--inject', 'all', '--jobs', '1', '--seed', '2'),
  ]);
  expect(two).toEqual(one);
  expect(other.digest).not.toBe(one.digest);
  expect(one.injected?.faults.map(({ kind }) => kind)).toEqual([
    ...['leak', 'stair', 'hog', 'step', 'spike'],
  ]);
  expect(one.injected?.settings.every(({ power }) => power.length === 5)).toBe(true);
});

test('without labels leaks and hogs are injected, unless none is asked for', async () => {
  const cwd = await withRuns();
  const [plain, none] = await Promise.all([
    tune(cwd, 'steady.db'),
    tune(cwd, 'steady.db', '--inject', 'none'),
  ]);
  expect(plain.injected?.faults.map(({ kind }) => kind)).toEqual(['leak', 'hog']);
  expect(none.injected).toBeNull();
  expect(plain.confidence).toMatchObject({ enough: false });
  expect(plain.confidence?.because[0]).toMatch(/series-days were watched/);
});

test('one label is too few to rely on, and the terminal says so in lines that fit it', async () => {
  const cwd = await withRuns();
  const { stdout } = await runCli(['tune', 'leak.db', ...GRID, '--inject', 'hog'], { cwd });
  expect(stdout).toMatch(
    /not enough evidence to rely on it, because\n- only 1 label can be judged/,
  );
  expect(stdout).toMatch(/The recommended setting catches these faults/);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('the dial is an alert budget, with labels and without', async () => {
  const cwd = await withRuns();
  const [labelled, unlabelled] = await Promise.all([
    tune(cwd, 'leak.db', '--sensitivity', 'low'),
    tune(cwd, 'steady.db', '--sensitivity', 'high', '--inject', 'none'),
  ]);
  expect(labelled.objective).toMatch(/^recall .* at most 1\/week per workload$/);
  expect(unlabelled.objective).toBe('an alert budget of 4/day per workload');
});

test('of a replay the dial moves the threshold', async () => {
  const cwd = await withRuns();
  const replay = async (...args: string[]) =>
    (await runCli(['replay', 'leak.db', '--json', ...args], { cwd })).stdout;
  const { settings } = JSON.parse(await replay('--sensitivity', 'low')) as {
    settings: { threshold: number };
  };
  expect(settings.threshold).toBe(1.5);
  expect(await replay('--sensitivity', 'medium')).toBe(await replay());
});

test('what cannot be asked for is refused before any work', async () => {
  const cwd = await withRuns();
  const refused = async (...args: string[]) => {
    const { code, stderr } = await runCli(args, { cwd });
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused('tune', 'leak.db', '--inject', 'flood')).toMatch(/no fault "flood"/);
  expect(await refused('tune', 'leak.db', '--seed', '-1')).toMatch(/whole number/);
  expect(await refused('replay', 'leak.db', '--sensitivity', 'low', '--threshold', '2')).toMatch(
    /sets the threshold itself/,
  );
});
