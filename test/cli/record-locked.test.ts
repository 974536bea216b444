import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { readRecording } from '../../src/record/recording/reader.ts';
import { verifyRecording } from '../../src/record/recording/verify.ts';
import { startCli } from '../support/cli.ts';
import { METRICS_PATH, startFakeApi } from '../support/fake-api.ts';
import { expectLedger } from '../support/ledger.ts';
import { tempFolder } from '../support/temp.ts';

const INTERVAL_MS = 500;

test('another program that locks the file costs no tick and no poll, nor the mark of a load that ends', async () => {
  const api = await startFakeApi();
  const cwd = tempFolder();
  const file = join(cwd, 'run.db');
  const args = ['record', '-o', 'run.db', '--interval', '500ms', '--duration', '6s'];
  const load = ['--', 'sh', '-c', 'sleep 2'];
  const cli = startCli([...args, '--progress', 'json', ...load], {
    ...{ cwd, env: { KUBECONFIG: api.kubeconfig(cwd) } },
  });
  await cli.until(/"seq":2,/);

  const other = new Database(file);
  other.exec('BEGIN IMMEDIATE');
  await wait(3000);
  const asked = api.requests.filter(({ path }) => path.startsWith(METRICS_PATH)).length;
  const { stderr: meanwhile } = cli.output();
  other.exec('ROLLBACK');
  other.close();

  const { code, stderr } = await cli.ended;
  expect({ code, stderr }).toMatchObject({ code: 0 });
  // Polls went on while nothing could be written, and it was said once.
  expect(asked).toBeGreaterThanOrEqual(6);
  expect(meanwhile.match(/"event":"tick"/g)?.length).toBeLessThanOrEqual(asked - 4);
  expect(stderr.match(/Another program locks it/g)).toHaveLength(1);
  const { ticks, marks } = readRecording(file);
  expect(ticks).toHaveLength(13);
  expect(ticks.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThanOrEqual(11);
  ticks.forEach(({ scheduledMs }, i) => {
    expect(scheduledMs - (ticks[0]?.scheduledMs ?? 0)).toBe(i * INTERVAL_MS);
  });
  expect(marks.map(({ kind }) => kind)).toEqual(['load-start', 'load-end']);
  const [start, end] = marks.map(({ startMs }) => startMs);
  expect((end ?? 0) - (start ?? 0)).toBeLessThan(2900);
  expectLedger(file, api);
  expect(verifyRecording(file)).toMatchObject({ damagedTicks: [], problems: [], finalised: true });
}, 30_000);

test('a reader that has it open at the end is waited for', async () => {
  const api = await startFakeApi();
  const cwd = tempFolder();
  const file = join(cwd, 'run.db');
  const args = ['record', '-o', 'run.db', '--interval', '500ms', '--duration', '1s'];
  const cli = startCli(args, { cwd, env: { KUBECONFIG: api.kubeconfig(cwd) } });
  await cli.until(/Recording namespace shop/);
  const reader = new Database(file, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM tick').get();
  await cli.until(/Another program locks it; waiting to write run\.db/);
  await wait(500);
  reader.exec('COMMIT');
  reader.close();
  expect(await cli.ended).toMatchObject({ code: 0 });
  expect(verifyRecording(file)).toMatchObject({ ticks: 3, finalised: true, problems: [] });
  expectLedger(file, api);
}, 30_000);
