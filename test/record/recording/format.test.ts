import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { smallRecording } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

const DOC = readFileSync(new URL('../../../docs/recording-format.md', import.meta.url), 'utf8');
const QUERIES = [...DOC.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = '']) => sql);
const shell = spawnSync('sqlite3', ['--version']).status === 0;

function finalised(): string {
  const path = join(tempFolder(), 'run.db');
  smallRecording(path).finalise();
  return path;
}

// Skipped where there is no sqlite3 command.
test.skipIf(!shell)('the queries of the format page run in the sqlite3 shell', () => {
  const path = finalised();
  const answers = QUERIES.map((sql) =>
    execFileSync('sqlite3', ['-readonly', path], { input: sql, encoding: 'utf8' })
      .trim()
      .split('\n'),
  );
  expect(answers).toEqual([
    [
      'a|web|cpu|0.001000185|cores',
      'a|web|memory|2000185.0|bytes',
      'b|web|cpu|0.003000185|cores',
      'b|web|memory|4000185.0|bytes',
    ],
    ['ok||5|22:13:20|22:14:35', 'failed|http 503|1|22:14:20|22:14:20'],
    ['2023-11-14 22:13|2|5.7', '2023-11-14 22:14|2|5.7'].map((line) => line.replace(' ', 'T')),
  ]);
});

const sha = (parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

const doubles = (numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(numbers.length * 8);
  numbers.forEach((value, i) => bytes.writeDoubleLE(value, i * 8));
  return bytes;
};

/** Canonical JSON of flat values, written out anew. */
const json = (value: object): string =>
  Array.isArray(value)
    ? `[${value.map((v: unknown) => (typeof v === 'object' && v !== null ? json(v) : JSON.stringify(v))).join(',')}]`
    : JSON.stringify(
        Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))),
      );

test('digests are what the format page says, computed from the rows alone', () => {
  const db = new Database(finalised(), { readonly: true });
  const rows = <T>(sql: string, ...values: unknown[]) => db.prepare(sql).all(...values) as T[];
  const meta = new Map(
    rows<{ key: string; value: string }>('SELECT * FROM meta').map(({ key, value }) => [
      key,
      value,
    ]),
  );

  let previous = '0'.repeat(64);
  for (const tick of rows<Record<string, number | string>>('SELECT * FROM tick ORDER BY seq')) {
    const { digest, scheduled_ms, started_ms, finished_ms, ...rest } = tick;
    const fields = {
      ...rest,
      ...{ scheduledMs: scheduled_ms, startedMs: started_ms, finishedMs: finished_ms },
    };
    const rejects = rows<object>(
      'SELECT reason, namespace, pod, container, metric, raw FROM reject WHERE tick = ? ORDER BY n',
      tick['seq'],
    );
    const samples = rows<{ series_id: number; t_ms: number; value: number }>(
      'SELECT * FROM sample WHERE tick = ? ORDER BY series_id, t_ms',
      tick['seq'],
    );
    const numbers = samples.flatMap(({ series_id, t_ms, value }) => [series_id, t_ms, value]);
    previous = sha([json([previous, fields, rejects]), doubles(numbers)]);
    expect(digest).toBe(previous);
  }
  expect(meta.get('head')).toBe(`6 ${previous}`);

  const parts = rows<Record<string, number | string>>(
    'SELECT * FROM series ORDER BY namespace, pod, container, metric',
  ).flatMap(({ id, namespace, pod, container, metric, unit, denominator }) => {
    const samples = rows<{ t_ms: number; value: number }>(
      'SELECT t_ms, value FROM sample WHERE series_id = ? ORDER BY t_ms',
      id,
    );
    return [
      json([namespace, pod, container, metric, unit, samples.length]),
      doubles(samples.map(({ t_ms }) => t_ms)),
      doubles(samples.map(({ value }) => value / Number(denominator))),
    ];
  });
  expect(meta.get('digest')).toBe(sha(parts));

  for (const [table, key] of [
    ['series', 'id'],
    ['mark', 'id'],
    ['label', 'id'],
    ['note', 'text'],
  ]) {
    const checks = rows<object>(`SELECT * FROM ${table ?? ''} ORDER BY ${key ?? ''}`).map((row) =>
      sha([json([table, ...(Object.values(row) as unknown[])])]).slice(0, 16),
    );
    expect(meta.get(`check:${table ?? ''}:000000`)).toBe(checks.join(''));
  }
  db.close();
});
