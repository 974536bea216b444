import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { rngFor } from '../../../src/core/rng.ts';
import { overview } from '../../../src/record/recording/overview.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { flipBit, smallRecording } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

const FLIPS = Number(process.env['TEST_FLIPS'] ?? 400);
const TABLES = ['meta', 'series', 'tick', 'sample', 'mark', 'label', 'reject', 'note'];

/** All rows as SQLite gives them, without any of our code; the error's text when it cannot. */
function rowsOf(path: string): string {
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { readonly: true });
    const all = TABLES.map((table) =>
      db
        ?.prepare(`SELECT * FROM ${table}`)
        .raw()
        .all()
        .map((row) => JSON.stringify(row, (_, v: unknown) => (v === Infinity ? 'Infinity' : v)))
        .sort(),
    );
    return JSON.stringify(all);
  } catch (error) {
    return String(error);
  } finally {
    db?.close();
  }
}

/** `sound`, `damaged` or `refused`; any other error is a crash and fails the test. */
function judge(path: string): string {
  try {
    const { damagedTicks, problems } = verifyRecording(path);
    return damagedTicks.length + problems.length === 0 ? 'sound' : 'damaged';
  } catch (error) {
    if (error instanceof ToolError && error.code === 'BAD_RECORDING') return 'refused';
    throw error;
  }
}

function tryRead(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof ToolError && error.code === 'BAD_RECORDING') return 'refused';
    throw error;
  }
}

test.each(['finalised', 'abandoned'])('%s: every flipped bit of a row is found', (how) => {
  const folder = tempFolder();
  const original = join(folder, 'run.db');
  const writer = smallRecording(original, { mode: 'live' }, 40);
  if (how === 'finalised') writer.finalise();
  else writer.abandon();
  const bytes = readFileSync(original);
  const rows = rowsOf(original);
  const data = readRecording(original);
  expect(judge(original)).toBe('sound');

  const rng = rngFor(7, how);
  const path = join(folder, 'flipped.db');
  let changed = 0;
  for (let i = 0; i < FLIPS; i++) {
    const bit = rng.below(bytes.length * 8);
    const flipped = Buffer.from(bytes);
    flipBit(flipped, bit);
    writeFileSync(path, flipped);
    const verdict = judge(path);
    const read = tryRead(() => readRecording(path));
    tryRead(() => overview(path));
    if (rowsOf(path) !== rows) {
      changed += 1;
      expect(verdict, `bit ${String(bit)}`).not.toBe('sound');
    }
    if (verdict === 'sound') expect(read, `bit ${String(bit)}`).toEqual(data);
  }
  expect(changed).toBeGreaterThan(FLIPS / 20);
});
