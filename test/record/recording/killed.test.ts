import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { finaliseRecording } from '../../../src/record/recording/edit.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { createRecording } from '../../../src/record/recording/writer.ts';
import { BUILT, outputOf, seen, startChild } from '../../support/node-child.ts';
import { META } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

const WRITER = new URL('children/endless-writer.mjs', import.meta.url);
const KILLS = Number(process.env['TEST_KILLS'] ?? 20);

/** Ticks that the child said were safe. */
const told = (output: string): number[] =>
  [...output.matchAll(/^tick (\d+) 1000$/gm)].map(([, seq]) => Number(seq));

function checkSurvivor(path: string, output: string): void {
  const data = readRecording(path);
  const seqs = told(output);
  expect(data.ticks.length).toBeGreaterThanOrEqual(seqs.length);
  expect(data.ticks.map(({ seq }) => seq)).toEqual(data.ticks.map((_, i) => i + 1));
  // No tick in part: a thousand samples and one mark each, with the values that were written.
  const n = data.ticks.length;
  expect(data.marks.length).toBe(n);
  expect(data.series.every(({ times }) => times.length === n)).toBe(true);
  const last = data.series.map(({ values }) => values[n - 1] ?? 0);
  const sum = last.reduce((a, b) => a + b, 0);
  expect(Math.round(sum * 1e9)).toBe(n === 0 ? 0 : n * 500_500);
  expect(verifyRecording(path)).toMatchObject({ ticks: n, damagedTicks: [], problems: [] });
}

/** Does the same again and again, four at a time: most of it is waiting for a start. */
async function repeat(times: number, once: (run: number) => Promise<void>): Promise<void> {
  for (let run = 0; run < times; run += 4) {
    const runs = [0, 1, 2, 3].map((i) => run + i).filter((i) => i < times);
    await Promise.all(runs.map(once));
  }
}

test('kill -9 while ticks are written: nothing told is lost, no tick is there in part', async () => {
  let ticks = 0;
  await repeat(KILLS, async (run) => {
    const path = join(tempFolder(), 'run.db');
    const child = startChild(WRITER, [join(BUILT, 'writer.js'), path, '0']);
    const output = outputOf(child);
    await seen(child, 'tick 1 ');
    await wait(rngFor(run, 'kill a tick').below(120));
    child.kill('SIGKILL');
    const text = await output;
    checkSurvivor(path, text);
    expect(readRecording(path).info.finalised).toBe(false);
    ticks += told(text).length;
  });
  expect(ticks).toBeGreaterThan(KILLS);
}, 90_000);

test('a recording cut off by kill -9 can be completed to one file', async () => {
  const path = join(tempFolder(), 'run.db');
  const child = startChild(WRITER, [join(BUILT, 'writer.js'), path, '0']);
  const output = outputOf(child);
  await seen(child, 'tick 3 ');
  child.kill('SIGKILL');
  const text = await output;
  const totals = finaliseRecording(path);
  checkSurvivor(path, text);
  expect(totals?.samples).toBe(readRecording(path).ticks.length * 1000);
  expect(readRecording(path).info).toMatchObject({ finalised: true, digest: totals?.digest });
  expect(readdirSync(dirname(path))).toEqual(['run.db']);
  expect(finaliseRecording(path)).toBeNull();
});

test('kill -9 while it is finalised: a live or a final recording, never neither', async () => {
  await repeat(KILLS, async (run) => {
    const path = join(tempFolder(), 'run.db');
    const child = startChild(WRITER, [join(BUILT, 'writer.js'), path, '8']);
    const output = outputOf(child);
    await seen(child, 'finalising');
    await wait(rngFor(run, 'kill the end').below(40));
    child.kill('SIGKILL');
    const text = await output;
    checkSurvivor(path, text);
    const { info } = readRecording(path);
    if (text.includes('finalised\n')) expect(info.finalised).toBe(true);
    if (!info.finalised) {
      expect(finaliseRecording(path)?.samples).toBe(8000);
      expect(readRecording(path).info.finalised).toBe(true);
    }
  });
}, 90_000);

test('a second writer in another process is refused at once; a dead one bars nobody', async () => {
  const path = join(tempFolder(), 'run.db');
  const child = startChild(WRITER, [join(BUILT, 'writer.js'), path, '0']);
  const output = outputOf(child);
  await seen(child, 'tick 1 ');
  for (const mode of ['live', 'atomic'] as const) {
    expect(() => createRecording(path, META, { mode, force: true })).toThrow(
      expect.objectContaining({ code: 'STORAGE' }),
    );
  }
  expect(() => finaliseRecording(path)).toThrow(expect.objectContaining({ code: 'STORAGE' }));
  child.kill('SIGKILL');
  checkSurvivor(path, await output);
  expect(existsSync(`${path}.lock`)).toBe(true);
  createRecording(path, META, { mode: 'live', force: true }).finalise();
  expect(existsSync(`${path}.lock`)).toBe(false);
});
