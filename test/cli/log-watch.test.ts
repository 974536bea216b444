import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { watchLog } from '../../src/cli/record/log-watch.ts';
import { createRecording } from '../../src/record/recording/writer.ts';
import { verifyRecording } from '../../src/record/recording/verify.ts';
import { aBatch, definePod, META, RESTART, START } from '../support/recordings.ts';
import { tempFolder } from '../support/temp.ts';

const MIB = 1024 * 1024;

test('a log over 64 MiB is told once, and is cut back when its reader lets go', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = createRecording(path, META, { mode: 'live' });
  const pod = definePod(writer, 'web-1');
  const said: string[] = [];
  const check = watchLog((text) => said.push(text));
  let tick = 0;
  const commit = (megabytes: number): void => {
    const scheduledMs = START + tick * 15_000;
    // Marks stand for what takes hours of samples to gather.
    const marks = Array.from({ length: megabytes * 10 }, () => ({
      ...RESTART,
      name: 'x'.repeat(1e5),
    }));
    writer.commitTick(
      aBatch({ scheduledMs, series: [pod], times: [scheduledMs], values: [1], marks }),
    );
    tick += 1;
    check(writer);
  };
  commit(10);

  const reader = new Database(path, { readonly: true });
  reader.exec('BEGIN');
  const count = reader.prepare('SELECT count(*) FROM tick').pluck();
  expect(count.get()).toBe(1);
  for (let i = 0; i < 5; i += 1) commit(10);
  expect(said).toEqual([]);
  for (let i = 0; i < 4; i += 1) commit(10);
  expect(writer.logBytes()).toBeGreaterThan(80 * MIB);
  expect(said).toEqual([
    expect.stringMatching(/run\.db-wal has grown to [\d.]+ MiB: another program/),
  ]);
  expect(count.get()).toBe(1);
  reader.exec('COMMIT');
  reader.close();

  // The first commit copies the log into the file, the second begins it anew.
  commit(0);
  commit(0);
  expect(writer.logBytes()).toBeLessThanOrEqual(64 * MIB);
  writer.finalise();
  expect(writer.logBytes()).toBe(0);
  expect(verifyRecording(path)).toMatchObject({ ticks: 12, damagedTicks: [], problems: [] });
});
