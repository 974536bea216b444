// Every check that needs no run of the program; says each one's name and stops at none.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);
const checks = [
  ['types', bin('tsc'), ['-p', 'tsconfig.json']],
  ['page types', bin('tsc'), ['-p', 'tsconfig.page.json']],
  ['eslint', bin('eslint'), ['.', '--max-warnings', '0']],
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.', '--cache']],
  ['layers', bin('depcruise'), ['src', 'fixtures', '--output-type', 'err']],
  ['dead code', bin('knip'), []],
  ['lock file', process.execPath, [join(root, 'scripts/check-lock.mjs')]],
];

let failed = 0;
for (const [name, command, args] of checks) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
