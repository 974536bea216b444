import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { inspectJson } from '../../src/cli/inspect/inspect-json.ts';
import { inspectTable } from '../../src/cli/inspect/inspect-table.ts';
import { overview } from '../../src/record/recording/overview.ts';
import { aBatch, smallRecording } from '../support/recordings.ts';
import { runCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

function run(): { readonly cwd: string; readonly path: string; readonly digest: string } {
  const cwd = tempFolder();
  const path = join(cwd, 'run.db');
  return { cwd, path, digest: smallRecording(path).finalise().digest };
}

test('inspect tells what is in a recording', async () => {
  const { cwd, digest } = run();
  const { code, stdout, stderr } = await runCli(['inspect', 'run.db'], { cwd });
  expect([code, stderr]).toEqual([0, '']);
  for (const text of [
    ...[digest, '20 in 4 series of 2 pods', 'cpu 15s, memory 15s; polled every 15s'],
    ...['shop/web', '6 ticks: 5 ok, 1 failed (83.3 % ok)', 'http 503', 'bad-quantity 1'],
    ...['restart', 'leak', '- The autoscaler could not be read.'],
  ]) {
    expect(stdout).toContain(text);
  }
});

test('inspect --json has everything, with times as text', async () => {
  const { cwd, digest, path } = run();
  const { code, stdout } = await runCli(['inspect', 'run.db', '--json'], { cwd });
  expect(code).toBe(0);
  const json: unknown = JSON.parse(stdout);
  expect(json).toEqual(JSON.parse(JSON.stringify(inspectJson(overview(path)))));
  expect(json).toMatchObject({
    recording: { digest, samples: 20, start: '2023-11-14T22:13:13.000Z', format: 1 },
    resolution: [
      { metric: 'cpu', series: 2, stepSeconds: 15 },
      { metric: 'memory', series: 2, stepSeconds: 15 },
    ],
    coverage: {
      outcomes: { ok: 5, failed: 1 },
      gaps: [{ start: '2023-11-14T22:14:20.000Z', ticks: 1, reason: 'http 503' }],
    },
    labels: [{ start: '2023-11-14T22:13:20.000Z', visible_in: ['memory'] }],
  });
});

test('no line is wider than 100 columns and no name reaches the terminal raw', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  const long = 'x'.repeat(253);
  const nasty = '\u001b[31m\u202e\n';
  for (let i = 0; i < 30; i++) {
    const id = writer.defineSeries({
      ...{ namespace: long, pod: `${nasty}${long}${String(i)}`, container: long, metric: long },
      ...{ unit: 'bytes', kind: 'usage', denominator: 1, limit: 1023.7 * 1024 * 1024 },
    });
    writer.commitTick(
      aBatch({
        scheduledMs: 1_800_000_000_000 + i,
        ...{ outcome: 'failed', reason: `${nasty} ${long}${String(i)}` },
        ...{ series: [id], times: [1_800_000_000_000], values: [1] },
        marks: [{ startMs: 0, endMs: 8e14, kind: long, name: long, namespace: long, pod: nasty }],
        rejects: [
          { namespace: '', pod: '', container: '', metric: '', reason: long.slice(i), raw: nasty },
        ],
      }),
    );
  }
  writer.addNote(`${nasty} ${long} and ${'many words '.repeat(40)}`);
  writer.finalise();
  const text = inspectTable(`/very/${long}/run.db`, overview(path));
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/u);
  expect(text).toContain('… and 12 more; --json lists all');
});

test('verify prints the digest of a sound recording', async () => {
  const { cwd, digest } = run();
  const { code, stdout } = await runCli(['verify', 'run.db'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toBe(`run.db is sound: 6 ticks, 20 samples, finalised\ndigest ${digest}\n`);
  const json = await runCli(['verify', 'run.db', '--json'], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({ sound: true, digest, damagedTicks: [] });
});

test('verify names every damaged tick and ends with 5', async () => {
  const { cwd, path } = run();
  const db = new Database(path);
  db.exec('UPDATE sample SET value = value + 1 WHERE tick IN (2, 6) AND series_id = 1');
  db.close();
  const { code, stdout, stderr } = await runCli(['verify', 'run.db'], { cwd });
  expect(code).toBe(5);
  expect(stdout).toContain('damaged tick 2 (2023-11-14T22:13:35.000Z)\n');
  expect(stdout).toContain('damaged tick 6 (2023-11-14T22:14:35.000Z)\n');
  expect(stderr).toContain('2 of 6 ticks');
  const json = await runCli(['verify', 'run.db', '--json'], { cwd });
  expect(json.code).toBe(5);
  expect(JSON.parse(json.stdout)).toMatchObject({
    sound: false,
    damagedTicks: [{ seq: 2, scheduled: '2023-11-14T22:13:35.000Z' }, { seq: 6 }],
  });
});

test('verify --finalise completes a recording that was cut off, and only a sound one', async () => {
  const { cwd, digest, path } = run();
  const live = join(cwd, 'live.db');
  const writer = smallRecording(live);
  for (const tail of ['', '-wal']) writeFileSync(`${path}2${tail}`, readFileSync(live + tail));
  writer.abandon();
  const { code, stdout } = await runCli(['verify', 'run.db2', '--finalise'], { cwd });
  expect([code, stdout]).toEqual([
    0,
    `run.db2 is sound: 6 ticks, 20 samples, finalised\ndigest ${digest}\n`,
  ]);
  const missing = await runCli(['verify', 'none.db'], { cwd });
  expect(missing).toMatchObject({ code: 5, stdout: '' });
  expect(missing.stderr).toMatch(/^error: Cannot read none\.db: .*\n$/);
});

test('verify names salvage, which saves the rest to a new file and says what is lost', async () => {
  const cwd = tempFolder();
  const path = join(cwd, 'run.db');
  smallRecording(path).finalise();
  const db = new Database(path);
  db.exec('UPDATE sample SET value = value + 1 WHERE tick = 3');
  db.close();
  const verify = await runCli(['verify', 'run.db'], { cwd });
  expect(verify.stderr).toMatch(/1 of 6 ticks.*"podtape salvage" saves the others/);
  const salvage = await runCli(['salvage', 'run.db', '-o', 'saved.db'], { cwd });
  expect(salvage).toMatchObject({ code: 0, stderr: '' });
  expect(salvage.stdout).toMatch(
    /^Saved 5 of 6 ticks, 16 samples of 4 series to saved\.db\.\nLost: tick 3 \(2023-.*Z\)\.\ndigest [0-9a-f]{64}\n$/,
  );
  expect((await runCli(['verify', 'saved.db'], { cwd })).code).toBe(0);
  const again = await runCli(['salvage', 'run.db', '-o', 'saved.db', '--json', '--force'], { cwd });
  expect(JSON.parse(again.stdout)).toMatchObject({
    ...{ ticks: 6, saved: 5, samples: 16, series: 4, lostMarks: 0 },
    lost: [{ first: 3, last: 3, start: '2023-11-14T22:13:50.000Z' }],
  });
  writeFileSync(join(cwd, 'text.db'), 'no recording');
  const nothing = await runCli(['salvage', 'text.db', '-o', 'x.db'], { cwd });
  expect(nothing.code).toBe(5);
  expect(nothing.stderr).toMatch(/nothing can be saved/);
});

test('what judges a recording that is not finalised says so, and how far it goes', async () => {
  const cwd = tempFolder();
  smallRecording(join(cwd, 'run.db')).abandon();
  const told =
    /^run\.db is not finalised .* taken up to its last tick, 2023-11-14T22:14:35\.000Z\.$/m;
  for (const args of [['replay'], ['check'], ['export', '-o', 'out.csv']]) {
    const [command = '', ...more] = args;
    expect((await runCli([command, 'run.db', ...more], { cwd })).stderr, command).toMatch(told);
  }
  expect((await runCli(['replay', 'run.db', '--quiet'], { cwd })).stderr).not.toMatch(told);
  expect((await runCli(['verify', 'run.db', '--finalise'], { cwd })).code).toBe(0);
  expect((await runCli(['replay', 'run.db'], { cwd })).stderr).not.toMatch(told);
});
