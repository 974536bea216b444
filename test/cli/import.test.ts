import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readRecording } from '../../src/record/recording/reader.ts';
import { runCli, startCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const CSV = join(dirname(fileURLToPath(import.meta.url)), '../../fixtures/csv');
const LONG = join(CSV, 'good/pods-long.csv');

describe('podtape import', () => {
  test('tells what it read on stderr, and nothing on stdout', async () => {
    const cwd = tempFolder();
    const { code, stdout, stderr } = await runCli(['import', LONG, '-o', 'run.db'], { cwd });
    expect([code, stdout]).toEqual([0, '']);
    const { info } = readRecording(join(cwd, 'run.db'));
    expect(stderr.split('\n')).toEqual([
      'Imported 23 rows of 1 file: 34 samples, 5 series, 0 labels to run.db.',
      'Time from 2026-01-31T08:15:00.000Z to 2026-01-31T08:16:45.000Z.',
      `Digest ${info.digest}`,
      '',
    ]);
    const quiet = await runCli(['import', LONG, '-o', 'two.db', '--quiet'], { cwd });
    expect(quiet).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test('says what was left out, and what looks wrong', async () => {
    const cwd = tempFolder();
    const text = 'timestamp,a\n1767225600,1\n1767225600,1\n1767225600,2\n1767225615,2\n';
    writeFileSync(join(cwd, 'w.csv'), text);
    writeFileSync(
      join(cwd, 'l.json'),
      '[{"pod":"b","start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:01:00Z"}]',
    );
    const args = ['import', 'w.csv', '--time-unit', 'ms', '--labels', 'l.json', '-o', 'w.db'];
    const { code, stderr } = await runCli(args, { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/before 2000: is --time-unit ms right\?/);
    expect(stderr).toMatch(/1 repeat, 1 sample that contradicted/);
    expect(stderr).toMatch(/1 label of pods that are not in the recording/);
  });

  test('names file, line and column of what is wrong, and leaves nothing', async () => {
    const cwd = tempFolder();
    const path = join(CSV, 'bad/number-hex.csv');
    const { code, stdout, stderr } = await runCli(['import', path, '-o', 'x.db'], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*number-hex\.csv:3: column "cpu_cores" holds "0x10"[^\n]*\n$/);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('escapes what a name could do to a terminal', async () => {
    const path = join(CSV, 'bad/pod-control-character.csv');
    const { code, stderr } = await runCli(['import', path, '-o', 'x.db'], { cwd: tempFolder() });
    expect(code).toBe(2);
    expect(stderr).not.toContain('\u001b');
  });

  test.each([
    [['import'], /argument/],
    [['import', LONG], /output/],
    [['import', LONG, '-o'], /: o\b/],
    [['import', LONG, '-o', 'json'], /--format json/],
    [['import', LONG, '-o', 'x.db', '--format', 'lang'], /format/],
    [['import', LONG, '-o', 'x.db', '--fromat', 'long'], /format/],
    [['import', LONG, '-o', 'x.db', '--time-unit', 'm'], /time-unit|timeUnit/],
    [['import', LONG, '-o', 'x.db', '--delimiter', ''], /delimiter/],
    [['import', LONG, '-o', 'x.db', '--delimiter', ';;'], /--delimiter/],
    [['import', LONG, '-o', 'x.db', '--delimiter', '"'], /--delimiter/],
    [['import', LONG, '-o', 'x.db', '--metric', ''], /metric/],
    [['import', LONG, '-o', 'x.db', '--metric', 'a\u0007'], /--metric/],
    [['import', LONG, '-o', 'x.db', '--unit', 'miles'], /unit/],
    [['import', 'none.csv', '-o', 'x.db'], /none\.csv: there is no such file/],
    [['import', '/dev/null', '-o', 'x.db'], /regular file/],
    [['import', LONG, '-o', 'x.db', '--labels', 'none.json'], /none\.json/],
  ])('%j ends with code 2 and one line', async (args, message) => {
    const cwd = tempFolder();
    const { code, stdout, stderr } = await runCli(args, { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('refuses to overwrite, with code 6', async () => {
    const cwd = tempFolder();
    writeFileSync(join(cwd, 'x.db'), 'mine');
    const { code, stderr } = await runCli(['import', LONG, '-o', 'x.db'], { cwd });
    expect(code).toBe(6);
    expect(stderr).toMatch(/--force/);
    expect(readdirSync(cwd)).toEqual(['x.db']);
  });

  test('gives the same recording in any time zone and locale', async () => {
    const cwd = tempFolder();
    const nab = join(CSV, 'good/nab/synthetic/jump.csv');
    const digests = new Set<string>();
    for (const [i, env] of [
      { TZ: 'UTC', LANG: 'C' },
      { TZ: 'America/New_York', LANG: 'de_DE.UTF-8' },
      { TZ: 'Pacific/Apia', LANG: 'tr_TR.UTF-8' },
    ].entries()) {
      const { code } = await runCli(['import', LONG, nab, '-o', `${String(i)}.db`], { cwd, env });
      expect(code).toBe(0);
      digests.add(readRecording(join(cwd, `${String(i)}.db`)).info.digest);
    }
    expect(digests.size).toBe(1);
  });

  test('stopped by Ctrl-C says so, ends with code 130 and leaves nothing', async () => {
    const cwd = tempFolder();
    const rows = Array.from(
      { length: 1_500_000 },
      (_, i) => `${String(1_700_000_000 + i)},${String(i % 7)}`,
    );
    writeFileSync(join(cwd, 'big.csv'), ['timestamp,a', ...rows].join('\n'));
    const cli = startCli(['import', 'big.csv', '--time-unit', 's', '-o', 'x.db'], { cwd });
    while (readdirSync(cwd).length === 1 && cli.child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    cli.child.kill('SIGINT');
    expect(await cli.ended).toMatchObject({
      ...{ code: 130, signal: null, stdout: '', stderr: 'Stopped; nothing was written.\n' },
    });
    expect(readdirSync(cwd)).toEqual(['big.csv']);
  });

  test('killed half-way leaves nothing under the final name', async () => {
    const cwd = tempFolder();
    const row = (i: number): string =>
      `${new Date(1.7e12 + i * 1000).toISOString()},web-${String(i % 50)},0.5`;
    const rows = Array.from({ length: 300_000 }, (_, i) => row(i));
    writeFileSync(join(cwd, 'big.csv'), ['timestamp,pod,cpu_cores', ...rows].join('\n'));
    for (const ms of [0, 60, 120]) {
      const cli = startCli(['import', 'big.csv', '-o', 'big.db'], { cwd });
      // The temporary file appears when the rows start to be written.
      while (readdirSync(cwd).length === 1 && cli.child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await new Promise((resolve) => setTimeout(resolve, ms));
      cli.child.kill('SIGKILL');
      const { signal } = await cli.ended;
      expect(signal).toBe('SIGKILL');
      expect(existsSync(join(cwd, 'big.db'))).toBe(false);
      const again = await runCli(['import', LONG, '-o', 'big.db', '--force'], { cwd });
      expect(again.code).toBe(0);
      const left = readdirSync(cwd);
      expect(left).toContain('big.db');
      expect((await runCli(['verify', 'big.db'], { cwd })).code).toBe(0);
      for (const name of left) if (name !== 'big.csv') rmSync(join(cwd, name));
    }
  });
});
