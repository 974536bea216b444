import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { offsetAdvice } from '../../src/cli/import-offset.ts';
import { importFiles } from '../../src/record/import/import-files.ts';
import { runCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const T0 = 1_767_225_600;

/** Forty requests a second from minute 5 to 15, by a clock that is 90 s behind the cluster's. */
function files(cwd: string): void {
  const cpu = ['timestamp,namespace,pod,container,cpu_cores'];
  for (let s = 15; s <= 1200; s += 15) {
    const cores = 0.02 + (s > 300 && s <= 900 ? 0.2 : 0) + (s % 7) / 1000;
    cpu.push(`${new Date((T0 + s) * 1000).toISOString()},shop,web-1,app,${String(cores)}`);
  }
  writeFileSync(join(cwd, 'pods.csv'), `${cpu.join('\n')}\n`);
  const load = ['metric_name,timestamp,metric_value,check,error'];
  for (let s = 300; s < 900; s += 1) load.push(`http_reqs,${String(T0 + s - 90)},40,,`);
  writeFileSync(join(cwd, 'k6.csv'), `${load.join('\n')}\n`);
}

test('a load whose clock is off is told of, with the offset to try, and not moved', async () => {
  const cwd = tempFolder();
  files(cwd);
  const args = ['import', 'pods.csv', 'k6.csv', '--namespace', 'shop', '-o', 'run.db'];
  const { code, stderr } = await runCli(args, { cwd });
  expect(code).toBe(0);
  const [, moved = '', advised = ''] =
    /moved by \+(\d+) s, ± \d+s \(correlation [01]\.\d\d\); .*--offset (\d+)\. Nothing was moved\./.exec(
      stderr,
    ) ?? [];
  expect(Math.abs(Number(advised) - 90)).toBeLessThanOrEqual(8);
  expect(moved).toBe(advised);
});

test('with the right offset the clocks agree; without requests nothing is said', async () => {
  const cwd = tempFolder();
  files(cwd);
  const options = {
    ...{ force: true, labels: null, format: null, delimiter: ',', timeUnit: null },
    ...{ metric: 'value', unit: null, namespace: 'shop', offsetMs: 90_000 },
  };
  const output = join(cwd, 'right.db');
  const both = ['pods.csv', 'k6.csv'].map((name) => join(cwd, name));
  expect((await importFiles(both, { ...options, output })).loads).toBe(1);
  expect(offsetAdvice(output, 90_000)).toMatch(/agree within \d+s: .*correlation (1\.00|0\.9\d)/);
  const alone = join(cwd, 'alone.db');
  expect((await importFiles([both[0] ?? ''], { ...options, output: alone })).loads).toBe(0);
  expect(offsetAdvice(alone, 0)).toBe('');
});
