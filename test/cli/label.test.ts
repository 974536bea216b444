import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRecording } from '../../src/record/recording/reader.ts';
import { verifyRecording } from '../../src/record/recording/verify.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { smallRecording } from '../support/recordings.ts';
import { tempFolder } from '../support/temp.ts';

/** A folder with a finalised recording `run.db` of two pods, and a way to run `label` on it. */
function aRun() {
  const cwd = tempFolder();
  const path = join(cwd, 'run.db');
  smallRecording(path).finalise();
  const label = (...args: string[]): Promise<CliResult> =>
    runCli(['label', 'run.db', ...args], { cwd });
  return { cwd, path, label };
}

const TIMES = ['--start', '2026-01-31T08:00:00Z', '--end', '2026-01-31T08:05:00Z'];
const POD = ['--namespace', 'shop', '--pod', 'a'];

describe('podtape label', () => {
  test('adds a label, and the samples and the digest stay as they were', async () => {
    const { path, label } = aRun();
    const before = readRecording(path);
    const grace = ['--grace-end', '2026-01-31T08:06:00Z', '--type', 'cpu_hog', '--metric', 'cpu'];
    expect(await label('add', ...POD, ...TIMES, ...grace)).toMatchObject({
      ...{ code: 0, stdout: '', stderr: 'run.db has 2 labels.\n' },
    });
    const after = readRecording(path);
    expect(after.info.digest).toBe(before.info.digest);
    expect(after.series).toEqual(before.series);
    expect(after.labels).toEqual([
      ...before.labels,
      {
        ...{ namespace: 'shop', pod: 'a', container: '', metric: 'cpu', type: 'cpu_hog' },
        ...{ startMs: Date.UTC(2026, 0, 31, 8), endMs: Date.UTC(2026, 0, 31, 8, 5) },
        ...{ graceEndMs: Date.UTC(2026, 0, 31, 8, 6), visibleIn: ['cpu'] },
      },
    ]);
    expect(verifyRecording(path)).toMatchObject({ problems: [], damagedTicks: [] });
  });

  test('lists, exports, clears and imports again', async () => {
    const { cwd, path, label } = aRun();
    const { labels } = readRecording(path);
    expect((await label()).stdout).toMatch(/leak.*shop\/a/);
    expect((await label('export', '-o', 'l.json')).code).toBe(0);
    const { stdout } = await label('export');
    expect(stdout).toBe(readFileSync(join(cwd, 'l.json'), 'utf8'));
    expect((await label('export', '-o', 'l.json')).code).toBe(6);
    expect((await label('clear')).stderr).toBe('run.db has 0 labels.\n');
    expect(readRecording(path).labels).toEqual([]);
    expect((await label('import', 'l.json')).code).toBe(0);
    expect(readRecording(path).labels).toEqual(labels);
    expect(readdirSync(cwd).sort()).toEqual(['l.json', 'run.db']);
  });

  test('says when a label names a pod that is not there', async () => {
    const { label } = aRun();
    const { code, stderr } = await label('add', '--namespace', 'shop', '--pod', 'ab', ...TIMES);
    expect(code).toBe(0);
    expect(stderr).toMatch(/shop\/ab names a pod that the recording does not have/);
  });

  test.each([
    [['ad'], 2, /choices|action/i],
    [['add', ...POD], 2, /--start/],
    [['add', ...POD, '--start', '2026-01-31T08:00:00', '--end', '2026-01-31T08:05:00Z'], 2, /zone/],
    [['add', ...POD, ...TIMES, '--grace-end', '2026-01-31T08:04:00Z'], 2, /--grace-end/],
    [['add', ...POD, ...TIMES.with(3, '2026-01-31T07:00:00Z')], 2, /--end/],
    [['import'], 2, /file/],
    [['import', 'none.json'], 2, /none\.json/],
    [['import', 'bad.json'], 2, /bad\.json: label 1 start/],
  ])('%j is refused and changes nothing', async (args, exit, message) => {
    const { cwd, path, label } = aRun();
    writeFileSync(join(cwd, 'bad.json'), '[{"namespace":"shop","pod":"a"}]');
    const before = readFileSync(path);
    const { code, stderr } = await label(...args);
    expect(code).toBe(exit);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('of a recording that is missing or foreign ends with code 5', async () => {
    const { cwd, label } = aRun();
    writeFileSync(join(cwd, 'text.db'), 'not a recording');
    for (const name of ['none.db', 'text.db']) {
      expect((await runCli(['label', name], { cwd })).code).toBe(5);
      expect((await runCli(['label', name, 'clear'], { cwd })).code).toBe(5);
    }
    expect((await label()).code).toBe(0);
  });
});
