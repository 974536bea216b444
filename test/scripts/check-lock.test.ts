import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

type Entry = Record<string, unknown>;
interface Lock {
  readonly packages: Record<string, Entry>;
}

/** What the check says of a lock file that was changed. */
function check(change: (lock: Lock) => void): { status: number | null; stderr: string } {
  const folder = tempFolder();
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
  change(lock);
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  const script = join(ROOT, 'scripts/check-lock.mjs');
  return spawnSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' });
}

const yargs = (more: Entry) => (lock: Lock) => {
  Object.assign(lock.packages['node_modules/yargs'] ?? {}, more);
};

test('the lock file as it is passes', () => {
  expect(check(() => undefined)).toMatchObject({ status: 0, stderr: '' });
});

test.each<[string, (lock: Lock) => void, RegExp]>([
  ['a download address', yargs({ resolved: 'https://x' }), /yargs has a download address/],
  ['no integrity', yargs({ integrity: undefined }), /yargs has no integrity/],
  ['a weak integrity', yargs({ integrity: 'sha1-x' }), /yargs has no integrity/],
  [
    'a new install script',
    yargs({ hasInstallScript: true }),
    /\(runtime\): better-sqlite3, yargs;/,
  ],
  ['an unknown licence', yargs({ license: 'AGPL-3.0' }), /yargs has the licence AGPL-3\.0/],
  ['a Node too new', yargs({ engines: { node: '^20.20.0 || >=22' } }), /yargs wants Node .*20\.19/],
  ['a Node too old', yargs({ engines: { node: '20.x' } }), /yargs wants Node 20\.x, not 22/],
  [
    'a tree too large',
    (lock) => {
      for (let i = 0; i < 20; i += 1) {
        const made = { license: 'MIT', integrity: 'sha512-x' };
        lock.packages[`node_modules/made-${String(i)}`] = made;
      }
    },
    /run-time packages, not under 200/,
  ],
])('%s is named and fails the check', (_, change, why) => {
  const { status, stderr } = check(change);
  expect(stderr).toMatch(why);
  expect(status).toBe(1);
});
