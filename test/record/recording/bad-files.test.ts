import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { editLabels } from '../../../src/record/recording/edit.ts';
import { overview } from '../../../src/record/recording/overview.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { smallRecording } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

function recording(): string {
  const path = join(tempFolder(), 'run.db');
  smallRecording(path).finalise();
  return path;
}

/** A sound recording after somebody ran SQL on it. */
function withSql(sql: string): string {
  const path = recording();
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
}

function cut(share: number): string {
  const path = recording();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
  return path;
}

function file(content: string | Buffer): string {
  const path = join(tempFolder(), 'run.db');
  writeFileSync(path, content);
  return path;
}

function withByte(at: number, value: number): string {
  const path = recording();
  const bytes = readFileSync(path);
  bytes[at] = value;
  writeFileSync(path, bytes);
  return path;
}

const BAD: readonly (readonly [string, () => string, RegExp])[] = [
  ['a missing file', () => join(tempFolder(), 'none.db'), /no such file/],
  [
    'a folder',
    () => {
      const path = join(tempFolder(), 'folder');
      mkdirSync(path);
      return path;
    },
    /is a folder/,
  ],
  ['a device', () => '/dev/null', /no plain file/],
  ['a zero-byte file', () => file(''), /is empty/],
  ['a text', () => file('timestamp,cpu\n1,2\n'), /podtape import/],
  ['random bytes', () => file(Buffer.alloc(9000, 0xa5)), /not a podtape recording/],
  ['a header and nothing else', () => cut(0.001), /cut short/],
  ['the first tenth', () => cut(0.1), /cut short \(\d+ of \d+ bytes\)/],
  ['the first half', () => cut(0.5), /cut short/],
  ['all but the end', () => cut(0.999), /cut short/],
  [
    'a database of another program',
    () => {
      const path = join(tempFolder(), 'run.db');
      new Database(path).exec('CREATE TABLE sample (a)').close();
      return path;
    },
    /another program/,
  ],
  ['a newer format', () => withByte(63, 9), /format 9, newer .* update podtape/],
  ['format 0', () => withByte(63, 0), /format 0, which is read no more/],
  ['an unknown journal', () => withByte(19, 7), /Cannot read/],
  ['a trigger', () => withSql('CREATE TRIGGER t AFTER INSERT ON note BEGIN SELECT 1; END'), /"t"/],
  ['a view', () => withSql('CREATE VIEW spy AS SELECT * FROM meta'), /view "spy"/],
  ['a table', () => withSql('CREATE TABLE extra (a)'), /table "extra"/],
  ['a virtual table', () => withSql('CREATE VIRTUAL TABLE f USING fts5(a)'), /tampered/],
  ['an index', () => withSql('CREATE INDEX i ON sample (t_ms)'), /index "i"/],
  ['a missing table', () => withSql('DROP VIEW reading; DROP TABLE label'), /tampered/],
  [
    'a generated column',
    () => withSql('ALTER TABLE note ADD COLUMN length INTEGER GENERATED ALWAYS AS (length(text))'),
    /table "note"/,
  ],
  [
    'a changed view',
    () => withSql("DROP VIEW reading; CREATE VIEW reading AS SELECT load_extension('x')"),
    /view "reading"/,
  ],
  [
    'a view of itself',
    () => withSql('DROP VIEW reading; CREATE VIEW reading AS SELECT * FROM reading'),
    /"reading"/,
  ],
  [
    'a giant text',
    () => withSql("UPDATE meta SET value = printf('%.*c', 30000000, 'x') WHERE key = 'origin'"),
    /a text of over 1000000 bytes in meta/,
  ],
  [
    'a -wal of another recording',
    () => {
      const path = recording();
      const other = join(tempFolder(), 'run.db');
      const writer = smallRecording(other);
      copyFileSync(`${other}-wal`, `${path}-wal`);
      writer.abandon();
      return path;
    },
    /-wal beside it/,
  ],
];

test.each(BAD)('%s is refused with a sentence of its own', (_, make, sentence) => {
  const path = make();
  const folder = dirname(path);
  const before = path === '/dev/null' ? [] : readdirSync(folder);
  for (const read of [readRecording, overview, verifyRecording]) {
    let error: unknown;
    try {
      read(path);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ToolError);
    expect(error).toMatchObject({ code: 'BAD_RECORDING', exitCode: 5 });
    expect((error as ToolError).message).toMatch(sentence);
    expect((error as ToolError).message.split('\n')).toHaveLength(1);
  }
  expect(() => editLabels(path, () => [])).toThrow(
    expect.objectContaining({ code: 'BAD_RECORDING' }),
  );
  if (path !== '/dev/null') expect(readdirSync(folder)).toEqual(before);
});

test('a copy of a live recording without its -wal is not taken for an empty one', () => {
  const path = join(tempFolder(), 'run.db');
  const live = join(tempFolder(), 'run.db');
  const writer = smallRecording(live);
  copyFileSync(live, path);
  writer.abandon();
  for (const read of [readRecording, overview, verifyRecording]) {
    expect(() => read(path)).toThrow(/empty without its -wal/);
  }
  // Closed without being finalised it needs none, and is read.
  expect(readRecording(live).ticks).toHaveLength(6);
});

test.each([
  ['a sample', 'UPDATE sample SET value = value + 1 WHERE tick = 2 AND series_id = 3', /tick 2 /],
  ['a sample gone', 'DELETE FROM sample WHERE tick = 3 AND series_id = 1', /tick 3 /],
  ['a sample more', 'INSERT INTO sample VALUES (6, 1, 5, 5)', /tick 6 /],
  ['a sample of no tick', 'INSERT INTO sample VALUES (9, 1, 5, 5)', /samples are not found/],
  ['a reject', "UPDATE reject SET raw = '13x'", /tick 4 /],
  ['a reject of no tick', 'UPDATE reject SET tick = 77', /rejects belong to no tick/],
  ['an outcome', "UPDATE tick SET outcome = 'ok' WHERE seq = 5", /tick 5 /],
  ['a digest', "UPDATE tick SET digest = 'x' WHERE seq = 2", /^tick 2 $/],
  ['a tick in the middle gone', 'DELETE FROM tick WHERE seq = 2', /Tick 2 is missing/],
  [
    'the last tick gone',
    'DELETE FROM tick WHERE seq = 6; DELETE FROM sample WHERE tick = 6',
    /last tick is 5/,
  ],
  ['a name', "UPDATE series SET pod = 'c' WHERE id = 2", /series 2 is not/],
  ['a limit', 'UPDATE series SET "limit" = 0.25 WHERE id = 1', /series 1 is not/],
  ['a denominator', 'UPDATE series SET denominator = 1 WHERE id = 1', /series 1 is not/],
  ['a series gone', 'DELETE FROM series WHERE id = 4', /series has 3 rows where 4/],
  ['a mark', 'UPDATE mark SET end_ms = 9', /mark 1 is not/],
  ['a label', "UPDATE label SET visible_in = 'cpu'", /label 1 is not/],
  ['a label gone', 'DELETE FROM label', /label has 0 rows where 1/],
  [
    'a label more',
    'INSERT INTO label SELECT 2, namespace, pod, container, metric, 1, 2, 2, type, NULL FROM label',
    /label 2 is not.*label has 2 rows/s,
  ],
  ['a note', "UPDATE note SET text = 'x'", /note "x" is not/],
  ['the origin', "UPDATE meta SET value = 'x' WHERE key = 'origin'", /meta "origin" is not/],
  ['the version gone', "DELETE FROM meta WHERE key = 'version'", /meta "version" is missing/],
  ['an entry more', "INSERT INTO meta VALUES ('x', 'y')", /meta "x" is no entry/],
])('verify names %s that was changed', (_, sql, name) => {
  for (const finalise of [true, false]) {
    const path = join(tempFolder(), 'run.db');
    const writer = smallRecording(path);
    if (finalise) writer.finalise();
    else writer.abandon();
    const db = new Database(path);
    db.exec(sql);
    db.close();
    const { damagedTicks, problems } = verifyRecording(path);
    const said = [...damagedTicks.map(({ seq }) => `tick ${String(seq)} `), ...problems].join('\n');
    expect(said).toMatch(name);
    expect(damagedTicks.length).toBeLessThan(2);
    if (finalise && !/reject|outcome|digest|tick/.test(sql)) {
      expect(() => readRecording(path)).toThrow(expect.objectContaining({ code: 'BAD_RECORDING' }));
    }
  }
});

test('names with control characters, quotes and other scripts survive', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = smallRecording(path);
  const odd = ['__proto__', 'a"b\'c', 'x\u0000y', '\u202egnp', 'zażółć', '日本', '\ud800', '%/'];
  const ids = odd.map((pod) =>
    writer.defineSeries({
      ...{ namespace: 'shop', pod, container: '', metric: 'm' },
      ...{ unit: '', kind: 'signal', denominator: 1 },
    }),
  );
  writer.commitTick({
    ...{ scheduledMs: 1, startedMs: 1, finishedMs: 1, outcome: 'ok', reason: '\ud800' },
    ...{ series: ids, times: ids.map(() => 5), values: ids, marks: [], rejects: [] },
  });
  writer.finalise();
  const pods = readRecording(path).series.map(({ series }) => series.pod);
  for (const pod of odd) expect(pods).toContain(pod === '\ud800' ? '\ufffd' : pod);
  expect(verifyRecording(path)).toMatchObject({ damagedTicks: [], problems: [] });
});
