import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

const PARTS = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^fixtures\/recordings\/consumememory\.db$/,
  /^dist\/(cli|core|record|replay|report)\/.*\.(js|d\.ts)$/,
];

test('the npm package holds the program, the demo recording and a few pages, and is small', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
  });
  const [packed] = JSON.parse(stdout) as readonly Packed[];
  const paths = packed?.files.map(({ path }) => path) ?? [];
  expect(paths.filter((path) => !PARTS.some((part) => part.test(path)))).toEqual([]);
  for (const part of PARTS) expect(paths.some((path) => part.test(path))).toBe(true);
  const main = packed?.files.find(({ path }) => path === 'dist/cli/main.js');
  // npx runs it as a program.
  expect((main?.mode ?? 0) & 0o111).toBe(0o111);
  expect(packed?.size).toBeLessThan(1_500_000);
  expect(packed?.unpackedSize).toBeLessThan(5_000_000);
});
