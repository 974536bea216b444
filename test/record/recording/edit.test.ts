import { chmodSync, copyFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { editLabels, finaliseRecording } from '../../../src/record/recording/edit.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { codeOf, LEAK, smallRecording } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

const OLD = new URL('files/before-row-checks.db', import.meta.url).pathname;

test.each(['new', 'old'])('labels of a %s finalised recording are edited', (age) => {
  const path = join(tempFolder(), 'run.db');
  if (age === 'new') smallRecording(path).finalise();
  else copyFileSync(OLD, path);
  chmodSync(path, 0o640);
  const before = readRecording(path);
  const odd = { ...LEAK, startMs: 5, type: 'hog', visibleIn: ['a,b', '', '[x'] };
  editLabels(path, (labels) => [...labels, odd, { ...LEAK, startMs: 6, visibleIn: [] }]);
  const after = readRecording(path);
  expect(after.labels.map(({ type, visibleIn }) => [type, visibleIn])).toEqual([
    ['hog', ['a,b', '', '[x']],
    ['leak', []],
    ['leak', ['memory']],
  ]);
  expect({ ...after, labels: [] }).toEqual({ ...before, labels: [] });
  expect(verifyRecording(path)).toMatchObject({ damagedTicks: [], problems: [] });
  editLabels(path, () => []);
  expect(readRecording(path).labels).toEqual([]);
  expect(verifyRecording(path)).toMatchObject({ damagedTicks: [], problems: [] });
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(dirname(path))).toEqual(['run.db']);
});

test('an edit that fails leaves the recording as it was', () => {
  const path = join(tempFolder(), 'run.db');
  smallRecording(path).finalise();
  const before = readFileSync(path);
  const stop = () => {
    throw new Error('stop');
  };
  expect(codeOf(() => editLabels(path, stop))).toBe('Error: stop');
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(dirname(path))).toEqual(['run.db']);
});

test('a recording that is not finalised is neither edited nor taken from its writer', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  expect(codeOf(() => editLabels(path, () => []))).toBe('STORAGE');
  expect(codeOf(() => finaliseRecording(path))).toBe('STORAGE');
  writer.abandon();
  expect(codeOf(() => editLabels(path, () => []))).toBe('STORAGE');
  expect(finaliseRecording(path)?.samples).toBe(20);
  editLabels(path, () => []);
  expect(readRecording(path).info.finalised).toBe(true);
});

test('completing gives the digest that the recorder would have given', () => {
  const [a, b] = [join(tempFolder(), 'a.db'), join(tempFolder(), 'b.db')];
  const { digest } = smallRecording(a).finalise();
  smallRecording(b).abandon();
  expect(finaliseRecording(b)?.digest).toBe(digest);
});
