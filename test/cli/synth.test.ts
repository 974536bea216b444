import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRecording } from '../../src/record/recording/reader.ts';
import { runCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

describe('podtape synth', () => {
  test('writes a recording with sizes, marks and labels, the same in any time zone', async () => {
    const cwd = tempFolder();
    const digests: string[] = [];
    for (const TZ of ['UTC', 'Asia/Kathmandu']) {
      const args = ['synth', 'memory-leak', '-o', 'x.db', '--force', '--seed', '3'];
      const { code, stdout, stderr } = await runCli(args, { cwd, env: { TZ } });
      expect([code, stdout]).toEqual([0, '']);
      const { info, labels, marks, series } = readRecording(join(cwd, 'x.db'));
      expect(stderr).toContain(info.digest);
      expect(info).toMatchObject({
        ...{ kind: 'synthetic', origin: 'memory-leak, seed 3', intervalMs: 15_000 },
        startMs: Date.UTC(2026, 0, 1, 0, 0, 15),
      });
      expect([labels.length, new Set(marks.map(({ kind }) => kind)).has('clear')]).toEqual([
        1,
        true,
      ]);
      const app = series.filter(({ series: one }) => one.container === 'consumememory');
      expect(app.length).toBeGreaterThan(1);
      for (const { series: one } of app) {
        const isCpu = one.metric === 'cpu';
        expect([one.request, one.limit, one.workload]).toEqual([
          isCpu ? 0.1 : 256 * 1024 * 1024,
          isCpu ? 0.5 : 576 * 1024 * 1024,
          'consumememory',
        ]);
      }
      digests.push(info.digest);
    }
    expect(digests[1]).toBe(digests[0]);
  });

  test.each([
    [['synth'], /argument/],
    [['synth', 'memory-leek', '-o', 'x.db'], /memory-leak/],
    [['synth', 'steady'], /output/],
    [['synth', 'steady', '-o', 'x.db', '--seed', 'x'], /seed/],
    [['synth', 'steady', '-o', 'x.db', '--seed', '-1'], /seed/],
    [['synth', 'steady', '-o', 'x.db', '--seed', '1.5'], /seed/],
    [['synth', 'steady', '-o', 'x.db', '--duration', '5'], /duration/],
    [['synth', 'steady', '-o', 'x.db', '--duration', '5y'], /duration/],
    [['synth', 'steady', '-o', 'x.db', '--duration', '40d'], /duration/],
    [['synth', 'steady', '-o', 'x.db', '--interval', '500ms'], /interval/],
    [['synth', 'steady', '-o', 'x.db', '--start', '2026-01-01'], /2026-01-01/],
    [['synth', 'steady', '-o', 'csv'], /--format/],
  ])('%j ends with code 2 and one line', async (args, message) => {
    const cwd = tempFolder();
    const { code, stdout, stderr } = await runCli(args, { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
