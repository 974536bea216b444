import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGE = readFileSync('docs/reliability.md', 'utf8');

/** All files that a row may name. */
const FILES = ['test', 'torture', 'bench'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
);

const isThere = (name: string): boolean =>
  FILES.some((file) =>
    [`${name}.test.ts`, `${name}.mjs`].some((end) => `/${file}`.endsWith(`/${end}`)),
  );

test('every test that the page on reliability names is there', () => {
  const rows = PAGE.split('\n').filter((line) => /^\| .* \| .* \| `[^|]*` +\|$/.test(line));
  expect(rows.length).toBeGreaterThan(60);
  const names = rows.flatMap((row) =>
    [...(row.split(' | ').at(-1) ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
  expect(names.filter((name) => !isThere(name))).toEqual([]);
});
