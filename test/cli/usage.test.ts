import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI_MAIN, runCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const cli = (args: readonly string[], cwd: string, env = {}) => runCli(args, { cwd, env });

/** A folder with a small imported recording in run.db. */
const base = mkdtempSync(join(tmpdir(), 'podtape-usage-'));
beforeAll(() => {
  copyFileSync('fixtures/csv/pods.csv', join(base, 'pods.csv'));
  const args = [CLI_MAIN, 'import', 'pods.csv', '-o', 'run.db', '--quiet'];
  expect(spawnSync(process.execPath, args, { cwd: base }).status).toBe(0);
});
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('a wrong command line exits 2 with one line that helps', () => {
  test.each<[string[], RegExp]>([
    [[], /Name a command/],
    [['repaly', 'run.db'], /Did you mean replay/],
    [['replay'], /Not enough/],
    [['replay', 'run.db', '--windw', '3'], /Unknown flag --windw; did you mean --window\?/],
    [['replay', 'run.db', '--window', '3', '--window', '4'], /--window was given twice/],
    [['replay', 'run.db', '--window', 'abc'], /--window needs a number/],
    [['replay', 'run.db', '--window', '1e9'], /window/],
    [['replay', 'run.db', '--window', '2.5'], /window/],
    [['replay', 'run.db', '--window'], /Not enough arguments following: window/],
    [['replay', 'run.db', '--threshold', '1', '--contamination', '0.1'], /either a threshold/],
    [['replay', 'run.db', '--detector', 'magic'], /There is no detector "magic"/],
    [['replay', 'run.db', '--preset', 'magic'], /There is no preset "magic"/],
    [['replay', 'run.db', '--param', 'x'], /--param relative=0.3/],
    [['replay', 'run.db', '--param', 'nothing=1'], /has no parameter "nothing"/],
    [['replay', 'run.db', '--settings', 'none.json'], /none\.json/],
    [['replay', 'run.db', '-o', 'json'], /did you mean --format json\?/],
    [['replay', 'run.db', '--constructor.prototype.x', '1'], /Unknown flag/],
    [['tune', 'run.db', '--windows', '3,x'], /whole numbers/],
    [['tune', 'run.db', '--jobs', '0'], /--jobs/],
    [['tune', 'run.db', '--preset', 'fetch-metrics'], /--pool container/],
    [['synth', 'magic', '-o', 'x.db'], /There is no scenario "magic"/],
    [['synth', 'steady', '-o', 'x.db', '--duration', '5'], /duration/],
    [['synth', 'steady', '-o', 'x.db', '--seed', '-1'], /--seed/],
    [['import', 'pods.csv'], /output/],
    [['evaluate', 'run.db'], /no labels/],
    [['label', 'run.db', 'add'], /--namespace/],
    [['replay', 'run.db', '--window', '0x1f'], /--window needs a number in decimal digits/],
    [['replay', 'run.db', '--window', '-5'], /window/],
    [['replay', 'run.db', '--warmup', '1e400'], /--warmup needs a number/],
    [['replay', 'run.db', '--json=maybe'], /--json takes no value/],
    [['replay', 'run.db', '--__proto__.x', '1'], /Unknown flag --__proto__/],
    [
      ['replay', 'run.db', `--${'x'.repeat(100_000)}`],
      /^error: Unknown flag --x{60}; see --help\.$/m,
    ],
    [['replay', 'run.db', '--', 'k6'], /Only "podtape record" runs a command/],
    [['inspect', 'run.db', 'more'], /Unexpected argument "more"/],
    [['verify'], /Not enough/],
    [['salvage', 'run.db'], /Missing required argument: output/],
    [['report', 'run.db', '-o', 'html'], /did you mean --format html\?/],
    [['report', 'run.db', '--format', 'pdf'], /Choices: "html"/],
    [['tune', 'run.db', '--jobs', '1.5'], /--jobs takes a whole number/],
    [['record', '--live', '--live-port', '70000'], /--live-port takes a port/],
    [['record', '-n', 'a\nb'], /is no namespace/],
    [['record', '--resume'], /Not enough arguments following: resume/],
    [['import', 'none.csv', '-o', 'x.db'], /none\.csv: there is no such file/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await cli(args, base);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/\bat .*\.js:/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('a recording that cannot be read exits 5', () => {
  test('missing, empty, text, cut short', async () => {
    const cwd = tempFolder();
    copyFileSync(join(base, 'run.db'), join(cwd, 'run.db'));
    writeFileSync(join(cwd, 'empty.db'), '');
    writeFileSync(join(cwd, 'text.db'), 'timestamp,value\n'.repeat(100));
    copyFileSync(join(cwd, 'run.db'), join(cwd, 'cut.db'));
    truncateSync(join(cwd, 'cut.db'), 9000);
    for (const [file, message] of [
      ['none.db', /no such file/],
      ['empty.db', /empty/],
      ['text.db', /not a podtape recording/],
      ['cut.db', /cut\.db/],
    ] as const) {
      for (const command of ['replay', 'inspect', 'report']) {
        const { code, stderr } = await cli([command, file], cwd);
        expect(stderr).toMatch(message);
        expect(code).toBe(5);
      }
    }
    expect(readdirSync(cwd).some((name) => name.endsWith('.html'))).toBe(false);
  });
});

test('results go to stdout, messages to stderr, and --json is JSON', async () => {
  const { code, stdout, stderr } = await cli(['replay', 'run.db', '--json'], base);
  expect(code).toBe(0);
  const result = JSON.parse(stdout) as { digest: string; alerts: unknown[]; series: unknown[] };
  expect(result.alerts).toHaveLength(1);
  expect(result.series).toHaveLength(4);
  expect(stderr).toContain(result.digest);
});

test('--verify exits 3 when the digest is another', async () => {
  const { stdout } = await cli(['replay', 'run.db', '--json'], base);
  const { digest } = JSON.parse(stdout) as { digest: string };
  expect((await cli(['replay', 'run.db', '--verify', digest], base)).code).toBe(0);
  expect((await cli(['replay', 'run.db', '--verify', 'x'], base)).code).toBe(3);
});

test('flags go before environment before file before preset', async () => {
  writeFileSync(join(base, 's.json'), '{"window": 50, "warmup": 20}');
  const windowOf = async (args: string[], env = {}): Promise<number> => {
    const all = ['replay', 'run.db', '--json', '--preset', 'level', ...args];
    const { stdout } = await cli(all, base, env);
    return (JSON.parse(stdout) as { settings: { window: number } }).settings.window;
  };
  const env = { PODTAPE_WINDOW: '60' };
  expect(await windowOf([])).toBe(480);
  expect(await windowOf(['--settings', 's.json'])).toBe(50);
  expect(await windowOf(['--settings', 's.json'], env)).toBe(60);
  expect(await windowOf(['--settings', 's.json', '--window', '70'], env)).toBe(70);
});

test('the environment may say what is meant for other commands; a flag may not', async () => {
  const env = { PODTAPE_MOUNT_PATH: '/x', PODTAPE_PORT: 'tcp://10.0.0.1:80', PODTAPE_WINDOW: '60' };
  expect((await cli(['inspect', 'run.db'], base, env)).code).toBe(0);
  const mistaken = await cli(['inspect', 'run.db', '--window', '60'], base, env);
  expect(mistaken.code).toBe(2);
  expect(mistaken.stderr).toContain('Unknown flag --window');
});

test('what exists is not overwritten without --force, and stays as it was', async () => {
  const path = join(base, 'report.html');
  writeFileSync(path, 'mine');
  expect((await cli(['report', 'run.db', '-o', 'report.html'], base)).code).toBe(6);
  expect(readFileSync(path, 'utf8')).toBe('mine');
  expect((await cli(['report', 'run.db', '-o', 'report.html', '--force'], base)).code).toBe(0);
  expect(readFileSync(path, 'utf8')).toContain('Content-Security-Policy');
  expect((await cli(['import', 'pods.csv', '-o', 'run.db'], base)).code).toBe(6);
  expect((await cli(['report', 'run.db', '-o', 'no/folder.html'], base)).code).toBe(6);
});

test('names that no file can have are refused, and links are never followed', async () => {
  const cwd = tempFolder();
  copyFileSync(join(base, 'run.db'), join(cwd, 'run.db'));
  writeFileSync(join(cwd, 'precious'), 'mine');
  symlinkSync('precious', join(cwd, 'link'));
  for (const args of [
    ['synth', 'steady', '--duration', '5m', '-o', `${'x'.repeat(300)}.db`],
    ['report', 'run.db', '-o', `${'x'.repeat(300)}.html`],
    ['synth', 'steady', '--duration', '5m', '-o', 'link', '--force'],
    ['synth', 'steady', '--duration', '5m', '-o', 'none/../run.db'],
    ['import', 'run.db', '-o', '.', '--force'],
  ]) {
    const { code, stderr } = await cli(args, cwd);
    expect({ code, stderr }).toMatchObject({ code: 6 });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
  expect(await cli(['report', 'run.db', '-o', 'link', '--force'], cwd)).toMatchObject({ code: 0 });
  expect(readFileSync(join(cwd, 'precious'), 'utf8')).toBe('mine');
  expect(readdirSync(cwd).sort()).toEqual(['link', 'precious', 'run.db']);
});

test('tune gives the same bytes for one, two and three workers', async () => {
  const outputs = new Set<string>();
  for (const jobs of ['1', '2', '3']) {
    const args = ['tune', 'run.db', '--json', '--jobs', jobs, '--windows', '20,40,60'];
    const { code, stdout } = await cli(args, base);
    expect(code).toBe(0);
    outputs.add(stdout);
  }
  expect(outputs.size).toBe(1);
});

test('a settings file written by tune is read by replay', async () => {
  const tuned = await cli(['tune', 'run.db', '--write-settings', 'best.json', '--force'], base);
  expect(tuned.code).toBe(0);
  const { code, stdout } = await cli(
    ['replay', 'run.db', '--settings', 'best.json', '--json'],
    base,
  );
  expect(code).toBe(0);
  const best = JSON.parse(readFileSync(join(base, 'best.json'), 'utf8')) as { threshold: number };
  const { settings } = JSON.parse(stdout) as { settings: { threshold: number } };
  expect(settings.threshold).toBe(best.threshold);
});

test('scores: one row a sample, by time and then series', async () => {
  expect((await cli(['replay', 'run.db', '--scores', 'scores.csv'], base)).code).toBe(0);
  const [header, ...rows] = readFileSync(join(base, 'scores.csv'), 'utf8').trim().split('\n');
  expect(header).toBe('timestamp,namespace,pod,container,metric,value,smoothed,score,flag,alert');
  expect(rows).toHaveLength(640);
  const keys = rows.map((row) => row.split(',').slice(0, 5).join(' '));
  expect([...keys].sort()).toEqual(keys);
  expect(rows[0]?.endsWith(',,0,0')).toBe(true);
});

test('| head ends quietly', async () => {
  const script = `"${process.execPath}" "${CLI_MAIN}" replay run.db --json | head -1; echo "\${PIPESTATUS[0]}"`;
  const child = spawn('bash', ['-c', script], { cwd: base, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  expect(text.trim().split('\n')).toEqual(['{', '0']);
  expect(complaints).not.toMatch(/error|EPIPE/i);
});

test('every command has help with an example', async () => {
  const { stdout } = await cli(['--help'], base);
  const names = [...stdout.matchAll(/^ {2}podtape ([a-z]+)/gm)].map((match) => match[1] ?? '');
  expect(names.length).toBeGreaterThanOrEqual(11);
  for (const name of new Set(names)) {
    const help = await cli([name, '--help'], base);
    expect(help.code).toBe(0);
    expect(help.stdout, name).toMatch(/Examples:/);
  }
}, 60_000);

test('completion prints a script, and the flags of a command', async () => {
  const cwd = tempFolder();
  const script = await runCli(['completion'], { cwd });
  expect(script.code).toBe(0);
  expect(script.stdout).toContain('_podtape_yargs_completions');
  const flags = await runCli(['--get-yargs-completions', 'podtape', 'check', '--'], { cwd });
  expect(flags.stdout.split('\n')).toContain('--baseline');
});
