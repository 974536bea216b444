import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const csv = fileURLToPath(new URL('../../fixtures/csv/pods.csv', import.meta.url));

/** A folder with run.db, made from a small CSV of pods. */
async function folderWithRun(): Promise<string> {
  const cwd = tempFolder();
  const { code, stderr } = await runCli(['import', csv, '-o', 'run.db'], { cwd });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return cwd;
}

/** As much of the machine contract as these tests look at. */
interface ReplayJson {
  readonly recording: { readonly digest: string };
  readonly settings: Readonly<Record<string, unknown>>;
  readonly digest: string;
  readonly series: readonly Readonly<Record<string, unknown>>[];
  readonly alerts: readonly Readonly<Record<string, unknown>>[];
}

const SENSITIVE = ['--window', '100', '--warmup', '20', '--threshold', '3'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('JSON, table, CSV and scores tell the same story, and --verify holds them to it', async () => {
  const cwd = await folderWithRun();
  const run = (...args: string[]) => runCli(['replay', 'run.db', ...SENSITIVE, ...args], { cwd });

  const json = await run('--json', '--scores', 'scores.csv');
  expect(json.code).toBe(0);
  const result = JSON.parse(json.stdout) as ReplayJson;
  expect(result.settings).toMatchObject({ window: 100, warmup: 20, threshold: 3, preset: '' });
  expect(result.settings['digest']).toMatch(/^[0-9a-f]{64}$/);
  expect(result.recording.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(result.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(result.alerts.length).toBeGreaterThan(0);
  for (const one of result.series) {
    expect(Object.keys(one).slice(0, 8)).toEqual([
      ...['id', 'namespace', 'pod', 'container', 'metric', 'unit', 'samples', 'alerts'],
    ]);
  }
  for (const alert of result.alerts) {
    expect(result.series.map(({ id }) => id)).toContain(alert['series']);
    expect(alert['detectedAt']).toMatch(TIME);
    expect(alert['start']).toMatch(TIME);
    expect(alert['end'] === null || TIME.test(alert['end'] as string)).toBe(true);
    for (const name of ['peakScore', 'peakValue', 'samples']) {
      expect(Number.isFinite(alert[name])).toBe(true);
    }
    expect(alert).toHaveProperty('cause');
    expect(alert).toHaveProperty('evidence');
  }

  const [header, ...rows] = readFileSync(join(cwd, 'scores.csv'), 'utf8').trimEnd().split('\n');
  expect(header).toBe('timestamp,namespace,pod,container,metric,value,smoothed,score,flag,alert');
  const samples = result.series.reduce((sum, one) => sum + Number(one['samples']), 0);
  expect(rows).toHaveLength(samples);
  const cells = rows.map((row) => row.split(','));
  const places = cells.map(([t, ...rest]) => [t, ...rest.slice(0, 4)].join(' '));
  expect(places).toEqual(places.toSorted());
  for (const [t, , , , , value, smoothed, score, flag, alert] of cells) {
    expect(t).toMatch(TIME);
    expect(Number.isFinite(Number(value))).toBe(true);
    expect(smoothed).toBe(value);
    expect(flag).toBe(score !== '' && Number(score) >= 3 ? '1' : '0');
    expect(alert).toMatch(/^[01]$/);
  }
  // An alert's column starts at the sample that detected it.
  const [first] = result.alerts;
  const id = String(first?.['series']).split('/').join(' ');
  const column = cells.filter((row) => row.slice(1, 5).join(' ') === id);
  const opens = column.find((row) => row[9] === '1');
  expect(opens?.[0]).toBe(first?.['detectedAt']);

  const table = await run();
  expect(table.stdout.trimEnd().split('\n')).toHaveLength(result.alerts.length + 1);
  expect(table.stderr).toContain(result.digest);
  const lines = (await run('--format', 'csv')).stdout.trimEnd().split('\n');
  expect(lines[0]).toBe('series,start,detectedAt,end,peakScore,peakValue,samples,cause');
  expect(lines).toHaveLength(result.alerts.length + 1);

  expect((await run('--verify', result.digest)).code).toBe(0);
  expect((await run('--verify', '0'.repeat(64))).code).toBe(3);
  const again = await runCli(['replay', 'run.db', ...SENSITIVE, '--json'], {
    ...{ cwd, env: { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8' } },
  });
  expect(again.stdout).toBe(json.stdout);
});

test('flags beat the environment, which beats the settings file, which beats the preset', async () => {
  const cwd = await folderWithRun();
  writeFileSync(
    join(cwd, 'own.json'),
    JSON.stringify({ version: 1, window: 111, threshold: 0.45, recover: 7, warmup: 30 }),
  );
  const args = ['replay', 'run.db', '--preset', 'isolation-per-pod', '--settings', 'own.json'];
  const env = { PODTAPE_WINDOW: '122', PODTAPE_THRESHOLD: '0.55' };
  const { stdout, code } = await runCli([...args, '--threshold', '0.65', '--json'], { cwd, env });
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as ReplayJson).settings).toMatchObject({
    ...{ detector: 'isolation', smooth: 5, recover: 7, window: 122, threshold: 0.65 },
  });
});

test('a detector that is named alone has a threshold it can reach; one it cannot is refused', async () => {
  const cwd = await folderWithRun();
  const run = (...args: string[]) => runCli(['replay', 'run.db', '--json', ...args], { cwd });
  const alone = await run('--detector', 'isolation');
  expect((JSON.parse(alone.stdout) as ReplayJson).settings).toMatchObject({ threshold: 0.83 });
  const deaf = await run('--detector', 'isolation', '--threshold', '5');
  expect({ code: deaf.code, isTold: deaf.stderr.includes('are at most 1') }).toEqual({
    ...{ code: 2, isTold: true },
  });
});

test('an ensemble comes from a settings file, and another detector takes its place', async () => {
  const cwd = await folderWithRun();
  const ensemble = {
    ...{ version: 1, detector: 'any-of', threshold: 1, consecutive: 1, warmup: 20, window: 100 },
    members: [
      { detector: 'level', threshold: 3, consecutive: 2 },
      { detector: 'growth', threshold: 3, params: { span: 5, lag: 20 } },
    ],
  };
  writeFileSync(join(cwd, 'both.json'), JSON.stringify(ensemble));
  const run = (...args: string[]) =>
    runCli(['replay', 'run.db', '--settings', 'both.json', '--json', ...args], { cwd });
  const both = JSON.parse((await run()).stdout) as ReplayJson;
  expect(both.settings['members']).toHaveLength(2);
  expect(both.alerts.length).toBeGreaterThan(0);
  const other = JSON.parse(
    (await run('--detector', 'mad', '--threshold', '9')).stdout,
  ) as ReplayJson;
  expect(other.settings).toMatchObject({ detector: 'mad', members: [], threshold: 9 });
});

test('what cannot be used is refused in one sentence, with exit code 2', async () => {
  const cwd = await folderWithRun();
  const files: [string, string][] = [
    ['newer.json', '{"version":2}'],
    ['typo.json', '{"windw":3}'],
    ['broken.json', '{'],
    ['wild.json', '{"threshold":"high"}'],
  ];
  for (const [name, text] of files) writeFileSync(join(cwd, name), text);
  const cases = [
    ...files.map(([name]) => ['--settings', name]),
    ['--settings', 'missing.json'],
    ['--preset', 'defualt'],
    ['--detector', 'lvel'],
    ['--window', '1'],
    ['--window', 'wide'],
    ['--threshold', '3', '--contamination', '0.1'],
    ['--detector', 'level', '--contamination', '0.1'],
    ['--detector', 'k-of'],
    ['--param', 'relative'],
    ['--param', 'nonsense=3'],
    ['--pool', 'cluster'],
    ['-o', 'json'],
    ['--widnow', '3'],
  ];
  const results = await Promise.all(
    cases.map((args) => runCli(['replay', 'run.db', ...args], { cwd })),
  );
  results.forEach(({ code, stdout, stderr }, i) => {
    expect([cases[i], code, stdout]).toEqual([cases[i], 2, '']);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^error: /);
  });
  expect(results[1]?.stderr).toContain('windw');
  expect(results.at(-1)?.stderr).toContain('window');
});

test('a recording too short for the settings is said to be so, not silent', async () => {
  const cwd = await folderWithRun();
  const { stderr, code } = await runCli(
    ['replay', 'run.db', '--window', '480', '--warmup', '400'],
    {
      cwd,
    },
  );
  expect(code).toBe(0);
  expect(stderr).toMatch(/4 of 4 series were not evaluated.*need \d+/);
});

test('any number of workers gives the same bytes', async () => {
  const cwd = await folderWithRun();
  const run = (jobs: number, ...args: string[]) =>
    runCli(['replay', 'run.db', ...SENSITIVE, '--jobs', String(jobs), ...args], { cwd });
  const one = await run(1, '--json', '--scores', 'one.csv');
  expect(one.code).toBe(0);
  for (const jobs of [2, 3, 8]) {
    const many = await run(jobs, '--json', '--scores', 'many.csv', '--force');
    expect(many).toEqual(one);
    expect(readFileSync(join(cwd, 'many.csv'))).toEqual(readFileSync(join(cwd, 'one.csv')));
  }
  const none = await run(0);
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(/--jobs takes a whole number/);
});
