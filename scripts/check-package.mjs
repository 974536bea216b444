// Installs the package from its tarball into an empty folder, and runs the demo there as a user would:
//   npm run package
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'podtape-package-'));

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`"${command} ${args.join(' ')}" ended with ${String(status)}`);
}

try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const [tarball] = readdirSync(folder);
  const home = join(folder, 'home');
  mkdirSync(home);
  // The project's own .npmrc is not part of the package.
  run('npm', ['init', '--yes', '--silent'], home);
  run('npm', ['install', '--no-audit', '--no-fund', join(folder, tarball)], home);
  run('npx', ['podtape', 'demo', '--quiet'], home);
  const { size } = statSync(join(home, 'podtape-demo.html'));
  console.log(`ok: the package installs, and its demo writes ${Math.round(size / 1024)} KB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
