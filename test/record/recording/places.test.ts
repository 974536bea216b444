import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { overview } from '../../../src/record/recording/overview.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { createRecording } from '../../../src/record/recording/writer.ts';
import { aBatch, codeOf, definePod, META, smallRecording } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

const MODES = ['live', 'atomic'] as const;

function existing(): { readonly path: string; readonly digest: string } {
  const path = join(tempFolder(), 'run.db');
  return { path, digest: smallRecording(path).finalise().digest };
}

const names = (path: string): string[] => readdirSync(dirname(path)).sort();

test.each(MODES)('%s with force: the old file is kept until the new one is complete', (mode) => {
  const { path, digest } = existing();
  const writer = createRecording(path, META, { mode, force: true });
  const kept = mode === 'live' ? `${path}.replaced` : path;
  expect(readRecording(kept).info.digest).toBe(digest);
  writer.commitTick(aBatch({ series: [definePod(writer, 'z')], times: [1], values: [1] }));
  expect(readRecording(kept).info.digest).toBe(digest);
  writer.finalise();
  expect(names(path)).toEqual(['run.db']);
  expect(readRecording(path).series.map(({ series }) => series.pod)).toEqual(['z']);
});

test.each(MODES)('%s with force, given up: the old file is as before', (mode) => {
  const { path } = existing();
  const before = readFileSync(path);
  createRecording(path, META, { mode, force: true }).abandon();
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(names(path)).toEqual(['run.db']);
});

test('live with force, given up after a tick: both are kept', () => {
  const { path, digest } = existing();
  const writer = createRecording(path, META, { mode: 'live', force: true });
  writer.commitTick(aBatch({ series: [definePod(writer, 'z')], times: [1], values: [1] }));
  writer.abandon();
  writer.abandon();
  expect(readRecording(`${path}.replaced`).info.digest).toBe(digest);
  expect(readRecording(path).ticks).toHaveLength(1);
  expect(readRecording(path).info.finalised).toBe(false);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test('a recording that was cut off is set aside with its log', () => {
  const path = join(tempFolder(), 'run.db');
  const live = join(tempFolder(), 'run.db');
  const cutOff = smallRecording(live);
  for (const tail of ['', '-wal']) writeFileSync(path + tail, readFileSync(live + tail));
  cutOff.abandon();
  for (const mode of MODES) {
    const writer = createRecording(path, META, { mode, force: true });
    const kept = mode === 'live' ? `${path}.replaced` : path;
    expect(readRecording(kept).ticks).toHaveLength(6);
    writer.abandon();
    expect(readRecording(path).ticks).toHaveLength(6);
  }
  smallRecording(path, { mode: 'atomic', force: true }, 2).finalise();
  expect(names(path)).toEqual(['run.db']);
  expect(readRecording(path).ticks).toHaveLength(2);
  expect(verifyRecording(path)).toMatchObject({ damagedTicks: [], problems: [] });
});

test.each(MODES)('%s: nothing but a plain file of ours is ever replaced', (mode) => {
  const folder = tempFolder();
  const taken = join(folder, 'taken');
  writeFileSync(taken, 'precious');
  mkdirSync(join(folder, 'folder'));
  symlinkSync('taken', join(folder, 'link'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  const orphan = join(folder, 'orphan.db');
  writeFileSync(`${orphan}-wal`, 'left over');
  for (const name of ['taken', 'folder', 'link', 'dangling', 'orphan.db']) {
    expect(codeOf(() => createRecording(join(folder, name), META, { mode }))).toBe('STORAGE');
  }
  for (const name of ['folder', 'link', 'dangling']) {
    const path = join(folder, name);
    expect(codeOf(() => createRecording(path, META, { mode, force: true }))).toBe('STORAGE');
  }
  expect(codeOf(() => createRecording('/dev/null', META, { mode, force: true }))).toBe('STORAGE');
  expect(readFileSync(taken, 'utf8')).toBe('precious');
  expect(readdirSync(folder).sort()).toEqual(
    ['dangling', 'folder', 'link', 'orphan.db-wal', 'taken'].sort(),
  );
});

test.each(MODES)('%s: only the owner may read a recording', (mode) => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path, { mode });
  if (mode === 'live') expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
  writer.finalise();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('an atomic recording does not overwrite a file that came meanwhile', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path, { mode: 'atomic' });
  writeFileSync(path, 'precious');
  expect(codeOf(() => writer.finalise())).toBe('STORAGE');
  writer.abandon();
  expect(readFileSync(path, 'utf8')).toBe('precious');
  expect(names(path)).toEqual(['run.db']);
});

test.each([
  [
    'deleted',
    (path: string) => {
      rmSync(path);
    },
  ],
  [
    'renamed',
    (path: string) => {
      renameSync(path, `${path}.moved`);
    },
  ],
  [
    'replaced',
    (path: string) => {
      renameSync(path, `${path}.moved`);
      writeFileSync(path, '');
    },
  ],
])('a live recording that is %s stops at the next tick', (_, act) => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  act(path);
  expect(codeOf(() => writer.commitTick(aBatch()))).toBe('STORAGE');
  expect(
    codeOf(() => {
      writer.addNote('x');
    }),
  ).toBe('STORAGE');
  writer.abandon();
});

test('a reader that holds on does not stop the recording, and sees one moment', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  expect(readRecording(path).ticks).toHaveLength(6);
  writer.commitTick(aBatch({ outcome: 'missed', reason: 'sleep' }));
  expect(readRecording(path).ticks).toHaveLength(7);
  expect(overview(path).info).toMatchObject({ digest: '', finalised: false });
  expect(verifyRecording(path)).toMatchObject({ ticks: 7, damagedTicks: [], problems: [] });
  writer.finalise();
  expect(overview(path).info.digest).toBe(readRecording(path).info.digest);
});

test('a writer that is closed takes nothing more', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  writer.finalise();
  expect(() => writer.commitTick(aBatch())).toThrow(/is closed/);
  writer.abandon();
  expect(readRecording(path).info.finalised).toBe(true);
});

test('a batch that cannot be right is our own mistake, and changes nothing', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  const id = definePod(writer, 'a');
  for (const bad of [
    { series: [id], times: [1.5], values: [1] },
    { series: [id], times: [1], values: [NaN] },
    { series: [id], times: [1], values: [] },
    { series: [99], times: [1], values: [1] },
    { series: [id], times: [9e15], values: [1] },
  ]) {
    expect(codeOf(() => writer.commitTick(aBatch(bad)))).toMatch(/^Error: /);
  }
  const good = aBatch({ series: [id], times: [1], values: [-0] });
  expect(writer.commitTick(good)).toEqual({ seq: 7, stored: 1, repeats: 0, conflicts: 0, late: 1 });
  writer.finalise();
  expect(verifyRecording(path)).toMatchObject({ ticks: 7, damagedTicks: [], problems: [] });
});
