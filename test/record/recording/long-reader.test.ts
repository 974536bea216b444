import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createRecording } from '../../../src/record/recording/writer.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { aBatch, definePod, META } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

test('a snapshot held over 100 ticks stops no commit, and the log stops growing once it is gone', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = createRecording(path, META, { mode: 'live' });
  const pods = Array.from({ length: 1000 }, (_, i) => definePod(writer, `web-${String(i)}`));
  let tick = 0;
  const commit = (times: number): number => {
    for (const end = tick + times; tick < end; tick += 1) {
      const t = 1_700_000_000_000 + tick * 15_000;
      const values = pods.map((id) => id * 7919 + tick);
      writer.commitTick(aBatch({ scheduledMs: t, series: pods, times: pods.map(() => t), values }));
    }
    return statSync(`${path}-wal`).size;
  };
  const fresh = commit(5);

  const reader = new Database(path, { readonly: true });
  reader.exec('BEGIN');
  const count = reader.prepare('SELECT count(*) FROM tick').pluck();
  expect(count.get()).toBe(5);
  const held = commit(100);
  expect(count.get()).toBe(5);
  // All of it is in the log: nothing can go over to the file while somebody reads what was before.
  expect(held).toBeGreaterThan(10 * fresh);

  reader.exec('COMMIT');
  expect(count.get()).toBe(105);
  reader.close();
  expect(commit(20)).toBeLessThanOrEqual(held * 1.05);
  writer.finalise();
  expect(verifyRecording(path)).toMatchObject({ ticks: 125, damagedTicks: [], problems: [] });
});
