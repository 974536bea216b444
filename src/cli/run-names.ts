import { basename } from 'node:path';

/** File names without their endings; whole paths where those do not tell runs apart. */
export function runNames(paths: readonly string[]): string[] {
  const short = paths.map((path) => basename(path, '.db'));
  if (new Set(short).size === paths.length) return short;
  if (new Set(paths).size === paths.length) return [...paths];
  return paths.map((path, r) => `${path} (${String(r + 1)})`);
}
