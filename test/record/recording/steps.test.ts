import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test, vi } from 'vitest';
import { finaliseRecording } from '../../../src/record/recording/edit.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { resumeRecording } from '../../../src/record/recording/resume.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { aBatch, definePod, smallRecording, START } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/**
 * Runs `work` and copies the files of a recording before and after every statement that it gives
 * to SQLite: what a kill at that very moment would leave, since the system keeps what was written.
 */
function everyStep(path: string, work: () => void): readonly string[] {
  const folder = tempFolder();
  const copies: string[] = [];
  const look = (): void => {
    const own = join(folder, String(copies.length));
    mkdirSync(own);
    for (const tail of ['', '-wal', '-journal']) {
      if (existsSync(path + tail)) copyFileSync(path + tail, join(own, `run.db${tail}`));
    }
    copies.push(join(own, 'run.db'));
  };
  const around = <A extends unknown[], R>(act: (this: unknown, ...args: A) => R) =>
    function (this: unknown, ...args: A): R {
      look();
      const result = act.apply(this, args);
      look();
      return result;
    };
  const db = new Database(':memory:');
  const statements = Object.getPrototypeOf(db.prepare('SELECT 1')) as { run: () => unknown };
  const connections = Object.getPrototypeOf(db) as { exec: () => unknown; close: () => unknown };
  db.close();
  for (const [owner, name] of [
    [statements, 'run'],
    [statements, 'all'],
    [statements, 'get'],
    [connections, 'exec'],
    [connections, 'close'],
  ] as const) {
    const methods = owner as unknown as Record<string, (...args: unknown[]) => unknown>;
    const original = methods[name];
    if (original === undefined) throw new Error(`SQLite has no ${name}.`);
    vi.spyOn(methods, name).mockImplementation(around(original));
  }
  work();
  vi.restoreAllMocks();
  return copies;
}

/** Whatever the step: sound, with these ticks at least, and it can be completed or gone on with. */
function expectSound(copies: readonly string[], least: number, most: number): void {
  expect(copies.length).toBeGreaterThan(20);
  // Neighbouring copies are often equal; some are enough to go on with.
  copies.forEach((copy, i) => {
    const { ticks } = readRecording(copy);
    expect(ticks.length).toBeGreaterThanOrEqual(least);
    expect(ticks.length).toBeLessThanOrEqual(most);
    expect(verifyRecording(copy), `step ${String(i)}`).toMatchObject({
      ...{ damagedTicks: [], problems: [] },
    });
    if (i % 5 !== 0) return;
    if (i % 2 === 0) {
      finaliseRecording(copy);
      expect(readRecording(copy).info.finalised).toBe(true);
      return;
    }
    const writer = resumeRecording(copy).start();
    const scheduledMs = START + ticks.length * 15_000;
    expect(writer.commitTick(aBatch({ scheduledMs })).seq).toBe(ticks.length + 1);
    writer.finalise();
    expect(verifyRecording(copy)).toMatchObject({ damagedTicks: [], problems: [] });
  });
}

test('killed at any step of finalising, a recording is whole', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  const copies = everyStep(path, () => {
    writer.finalise();
  });
  expectSound(copies, 6, 6);
  expect(readRecording(copies.at(-1) ?? '').info.finalised).toBe(true);
});

test('killed at any step of a commit, a tick is there in full or not at all', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  const copies = everyStep(path, () => {
    const ids = ['c', 'd', 'e', 'f'].map((pod) => definePod(writer, pod));
    writer.commitTick(
      aBatch({
        scheduledMs: START + 6 * 15_000,
        ...{ series: ids, times: ids.map(() => START), values: ids },
      }),
    );
  });
  expectSound(copies, 6, 7);
  writer.abandon();
});

test('killed at any step of taking a recording up again, it is whole', () => {
  const path = join(tempFolder(), 'run.db');
  smallRecording(path).finalise();
  const resumption = resumeRecording(path);
  const copies = everyStep(path, () => {
    const writer = resumption.start();
    writer.commitMissed([START + 90_000, START + 105_000], 'no recorder was running');
    writer.finalise();
  });
  expectSound(copies, 6, 8);
});
