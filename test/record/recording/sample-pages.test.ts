import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { takeSamplePages } from '../../../src/record/recording/sample-pages.ts';
import { layOut } from '../../../src/record/recording/schema.ts';

type Row = readonly [number, number, number];

const folder = mkdtempSync(join(tmpdir(), 'pages-'));
const path = join(folder, 'run.db');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Layout {
  readonly rows: readonly (readonly [number, ...Row])[];
  readonly pageSize?: number;
  /** Rows whose tick is a multiple of it are deleted again; 0: none. */
  readonly dropped?: number;
}

/** Writes rows with SQLite and returns the root page and what SQLite reads of them. */
function written({ rows, pageSize = 4096, dropped = 0 }: Layout) {
  rmSync(path, { force: true });
  const db = new Database(path);
  try {
    db.pragma(`page_size = ${String(pageSize)}`);
    layOut(db);
    const put = db.prepare('INSERT OR IGNORE INTO sample VALUES (?, ?, ?, ?)');
    db.transaction(() => {
      for (const row of rows) put.run(...row);
      if (dropped > 0) db.prepare('DELETE FROM sample WHERE tick % ? = 0').run(dropped);
    })();
    const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'sample'");
    return {
      root: Number(root.pluck().get()),
      expected: db
        .prepare('SELECT series_id, t_ms, value FROM sample ORDER BY tick, series_id, t_ms')
        .raw()
        .all() as Row[],
    };
  } finally {
    db.close();
  }
}

function pagesOf(root: number): Row[] | null {
  const handle = openSync(path, 'r');
  try {
    const found: Row[] = [];
    const file = { handle, bytes: statSync(path).size };
    const isWhole = takeSamplePages(file, root, (id, t, value) => found.push([id, t, value]));
    return isWhole ? found : null;
  } finally {
    closeSync(handle);
  }
}

const NUMBERS = fc.oneof(
  fc.constantFrom(0, 1, -1, 127, -128, 32_767, -32_768, 8_388_607, -8_388_608, 2 ** 31, 2 ** 47),
  fc.integer(),
  fc.maxSafeInteger(),
);

test('every kind of number is read from pages as SQLite reads it', () => {
  const value = fc.oneof(NUMBERS, fc.double({ noNaN: true }).filter(Number.isFinite));
  const row = fc.tuple(fc.nat(40), fc.nat(70_000), NUMBERS, value);
  fc.assert(
    fc.property(fc.array(row, { maxLength: 300 }), fc.constantFrom(512, 4096), (rows, pageSize) => {
      const { root, expected } = written({ rows, pageSize });
      expect(pagesOf(root)).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});

test.each([512, 1024, 4096, 65_536])(
  'trees of several levels, rows in any order, some deleted: pages of %i bytes',
  (pageSize) => {
    const rng = rngFor(11, 'pages');
    const rows = Array.from(
      { length: 30_000 },
      () => [rng.below(500), rng.below(300), 1.7e12 + rng.below(1e6), rng.below(1e9)] as const,
    );
    const { root, expected } = written({ rows, pageSize, dropped: 3 });
    expect(expected.length).toBeGreaterThan(10_000);
    expect(pagesOf(root)).toEqual(expected);
  },
);

test('a table without rows has none', () => {
  expect(pagesOf(written({ rows: [] }).root)).toEqual([]);
});

test('damaged pages end in a refusal or in other numbers, never in a crash', () => {
  const rows = Array.from({ length: 4000 }, (_, i) => [i >> 4, i & 15, 1e12 + i, i / 7] as const);
  const { root } = written({ rows });
  const whole = readFileSync(path);
  const rng = rngFor(5, 'damage');
  let refused = 0;
  for (let round = 0; round < 400; round += 1) {
    const bytes = Buffer.from(whole);
    for (let n = 0; n <= rng.below(4); n += 1) bytes[rng.below(bytes.length)] = rng.below(256);
    writeFileSync(path, bytes);
    if (pagesOf(root) === null) refused += 1;
  }
  expect(refused).toBeGreaterThan(0);
});

test('pages that lead in a circle, a root that is none and a cut file are refused', () => {
  const rows = Array.from({ length: 4000 }, (_, i) => [i >> 4, i & 15, 1e12 + i, i / 7] as const);
  const { root } = written({ rows });
  const bytes = readFileSync(path);
  for (const wrong of [0, 1, 1e9, NaN]) expect(pagesOf(wrong)).toBeNull();
  writeFileSync(path, bytes.subarray(0, bytes.length / 2));
  expect(pagesOf(root)).toBeNull();
  const last = (root - 1) * 4096 + 8;
  bytes.writeUInt32BE(root, last);
  writeFileSync(path, bytes);
  expect(pagesOf(root)).toBeNull();
});
