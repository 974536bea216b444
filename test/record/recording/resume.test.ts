import { join } from 'node:path';
import { rmSync, existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finaliseRecording } from '../../../src/record/recording/edit.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { resumeRecording } from '../../../src/record/recording/resume.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import {
  createRecording,
  type RecordingWriter,
  type TickBatch,
} from '../../../src/record/recording/writer.ts';
import { aBatch, codeOf, definePod, LEAK, META, smallRecording } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

/** A tick of pods 'a' and 'b'; each sample is a pod, a time and a value. */
type Row = readonly [pod: 'a' | 'b' | 'c', t: number, value: number];

function commit(writer: RecordingWriter, due: number, rows: readonly Row[]) {
  const batch: TickBatch = aBatch({
    scheduledMs: due,
    series: rows.map(([pod]) => definePod(writer, pod)),
    times: rows.map(([, t]) => t),
    values: rows.map(([, , value]) => value),
    marks: due % 7 === 0 ? [{ ...LEAK, kind: 'phase', name: String(due), startMs: due }] : [],
  });
  return writer.commitTick(batch);
}

const sound = { damagedTicks: [], problems: [] };

test('gone on with at any tick, finalised or not, a recording is as if it had never stopped', () => {
  const row = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(200), fc.nat(3)) as fc.Arbitrary<Row>;
  const ticks = fc.array(fc.array(row, { maxLength: 4 }), { minLength: 2, maxLength: 150 });
  fc.assert(
    fc.property(ticks, fc.nat(149), fc.boolean(), (all, cut, finalise) => {
      const folder = tempFolder();
      const whole = join(folder, 'whole.db');
      const parted = join(folder, 'parted.db');
      const one = createRecording(whole, META, { mode: 'live' });
      const first = createRecording(parted, META, { mode: 'live' });
      const expected = all.map((rows, i) => commit(one, i, rows));
      one.addNote('n');
      const at = cut % all.length;
      const before = all.slice(0, at).map((rows, i) => commit(first, i, rows));
      first.addNote('n');
      if (at === 0) first.commitTick(aBatch());
      if (finalise) first.finalise();
      else first.abandon();
      const resumption = resumeRecording(parted);
      expect(resumption.point.ticks).toBe(Math.max(at, 1));
      const second = resumption.start();
      const after = all.slice(at).map((rows, i) => commit(second, at + i, rows));
      second.addNote('n');
      const { digest } = second.finalise();
      const plain = (list: typeof after) =>
        list.map(({ stored, repeats, conflicts }) => ({ stored, repeats, conflicts }));
      expect(plain([...before, ...after])).toEqual(plain(expected));
      expect(digest).toBe(one.finalise().digest);
      expect(verifyRecording(parted)).toMatchObject({ ...sound, finalised: true });
      expect(readRecording(parted).marks).toEqual(readRecording(whole).marks);
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 12 },
  );
});

test('a gap is as many missed ticks as were due, in one go', () => {
  const path = join(tempFolder(), 'run.db');
  smallRecording(path).abandon();
  const { point, start } = resumeRecording(path);
  expect(point).toMatchObject({ ticks: 6, lastDueMs: 1_700_000_075_000, intervalMs: 15_000 });
  const writer = start();
  const due = [1, 2, 3].map((k) => (point.lastDueMs ?? 0) + k * point.intervalMs);
  expect(writer.commitMissed(due, 'no recorder was running').map(({ seq }) => seq)).toEqual([
    7, 8, 9,
  ]);
  writer.abandon();
  const { ticks, labels, info } = readRecording(path);
  expect(ticks.slice(6)).toMatchObject(
    due.map((scheduledMs) => ({ scheduledMs, outcome: 'missed', samples: 0, startedMs: null })),
  );
  expect(labels).toEqual([LEAK]);
  expect(info.finalised).toBe(false);
  expect(finaliseRecording(path)).not.toBeNull();
  expect(verifyRecording(path)).toMatchObject({ ...sound, ticks: 9 });
});

test('the right to go on changes nothing until it is used, and bars every other writer', () => {
  const path = join(tempFolder(), 'run.db');
  const { digest } = smallRecording(path).finalise();
  const { release } = resumeRecording(path);
  expect(codeOf(() => resumeRecording(path))).toBe('STORAGE');
  expect(codeOf(() => createRecording(path, META, { mode: 'live', force: true }))).toBe('STORAGE');
  release();
  expect(verifyRecording(path)).toMatchObject({ ...sound, digest, finalised: true });
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test('while another recorder writes it, nobody goes on with it', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  expect(codeOf(() => resumeRecording(path))).toBe('STORAGE');
  writer.finalise();
});

test.each([
  ['a sample of a late tick', 'UPDATE sample SET value = value + 1 WHERE tick = 6'],
  ['a series', "UPDATE series SET pod = 'x' WHERE id = 1"],
  ['the last tick', 'DELETE FROM tick WHERE seq = 6'],
])('with damage to %s it is refused and left as it is', (_, sql) => {
  const path = join(tempFolder(), 'run.db');
  smallRecording(path).abandon();
  const db = new Database(path);
  db.exec(sql);
  db.close();
  const before = verifyRecording(path);
  expect(codeOf(() => resumeRecording(path))).toBe('BAD_RECORDING');
  expect(verifyRecording(path)).toEqual(before);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test('what no recorder made is not gone on with', () => {
  const path = join(tempFolder(), 'run.db');
  createRecording(path, { ...META, kind: 'synthetic' }, { mode: 'atomic' }).finalise();
  expect(codeOf(() => resumeRecording(path))).toBe('USAGE');
  expect(codeOf(() => resumeRecording(`${path}.none`))).toBe('BAD_RECORDING');
});
