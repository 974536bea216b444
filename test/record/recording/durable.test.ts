import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createDatabase,
  makeDurable,
  openForWriting,
  requireDurable,
} from '../../../src/record/recording/create.ts';
import { createEmpty } from '../../../src/record/recording/place.ts';
import { codeOf } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

test('every connection that records has a flushed log and its guards, and none goes without', () => {
  const path = join(tempFolder(), 'run.db');
  createEmpty(path);
  createDatabase(path, 'live').close();
  const db = openForWriting(path);
  const value = (pragma: string): unknown => db.pragma(pragma, { simple: true });
  makeDurable(db);
  expect(['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema'].map(value)).toEqual([
    ...['wal', 2, 1, 0],
  ]);
  // Also after the first write: this build of SQLite would fall back to NORMAL.
  db.exec("INSERT INTO note VALUES ('x')");
  expect(value('synchronous')).toBe(2);
  const [major = 0, minor = 0, patch = 0] = String(
    db.prepare('SELECT sqlite_version()').pluck().get(),
  )
    .split('.')
    .map(Number);
  expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(3_051_003);

  for (const change of ['synchronous = NORMAL', 'synchronous = OFF', 'journal_mode = DELETE']) {
    makeDurable(db);
    db.pragma(change);
    const act = (): void => {
      requireDurable(db);
    };
    expect([change, codeOf(act)]).toEqual([change, 'STORAGE']);
  }
  db.close();
});
