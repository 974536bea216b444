// Takes the steps of the Dockerfile by hand, where there is no Docker: builds as its first stage does,
// puts together what the second one copies, and runs that as its user on a read-only file system.
//   npm run image [-- FOLDER]    needs root, unshare and setpriv; FOLDER is kept
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const kept = process.argv[2];
const folder = kept === undefined ? mkdtempSync(join(tmpdir(), 'podtape-image-')) : resolve(kept);
const build = join(folder, 'build');
const image = join(folder, 'image');

/** The instructions of a Dockerfile: name and argument, lines joined, without comments. */
function instructions(text) {
  const lines = text
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\s*\n/g, ' ')
    .split('\n');
  return lines.flatMap((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    return name === undefined ? [] : [{ name, rest: rest.trim() }];
  });
}

/** Runs a program with our output; its failure ends the check. */
function run(command, args, options = {}) {
  return execFileSync(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  }).toString();
}

/** Whether a name is meant by a pattern of .dockerignore, of which we use no more than a star. */
const matches = (name, pattern) =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll('.', '\\.'))
      .join('.*')}$`,
  ).test(name);

const steps = instructions(readFileSync(join(root, 'Dockerfile'), 'utf8'));
const second = steps.findLastIndex(({ name }) => name === 'FROM');
const one = (wanted) => steps.findLast(({ name }) => name === wanted)?.rest ?? '';

try {
  // The context, as .dockerignore leaves it.
  const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  const patterns = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  mkdirSync(build, { recursive: true });
  for (const path of readdirSync(root)) {
    if (!patterns.some((pattern) => matches(path, pattern))) continue;
    cpSync(join(root, path), join(build, path), { recursive: true });
  }
  for (const { name, rest } of steps.slice(0, second)) {
    if (name === 'RUN') run('sh', ['-e', '-c', rest], { cwd: build });
  }
  for (const { name, rest } of steps.slice(second)) {
    const paths = rest.split(/\s+/).filter((part) => !part.startsWith('--'));
    if (name !== 'COPY') continue;
    const to = join(image, paths.at(-1));
    for (const from of paths.slice(0, -1)) {
      const source = join(folder, from);
      const target = paths.at(-1).endsWith('/') ? join(to, from.split('/').at(-1)) : to;
      mkdirSync(dirname(target), { recursive: true });
      cpSync(source, target, { recursive: true, verbatimSymlinks: true });
    }
  }
  const size = run('du', ['-sm', image]).split('\t')[0];
  const entry = JSON.parse(one('ENTRYPOINT')).slice(2);
  const [user, group] = one('USER').split(':');
  const script = entry.map((part) => (part.startsWith('/') ? join(image, part) : part));
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  run('chown', [one('USER'), data]);
  run('chmod', ['a+rx', folder]);
  // Everything read-only but the data folder, in a mount namespace of its own.
  const inside = (...args) =>
    run('unshare', [
      ...['-m', 'sh', '-e', '-c'],
      'mount --bind "$1" "$1"; mount --bind / /mnt; mount -o remount,ro,bind /; cd "$1"; shift; exec "$@"',
      ...['sh', data, 'setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups'],
      ...['--no-new-privs', 'env', '-i', `PATH=${process.env.PATH}`, `TMPDIR=${data}`],
      ...[...script, ...args],
    ]);
  inside('record', '--help');
  inside('synth', 'memory-leak', '-o', 'leak.db', '--quiet');
  const alerts = JSON.parse(inside('replay', 'leak.db', '--json')).alerts.length;
  inside('report', 'leak.db', '-o', 'leak.html', '--quiet');
  inside('demo', '--output', 'demo.html', '--quiet');
  console.log(
    `ok: ${size} MB above the base image, ${alerts} alerts, a report and the demo as user ${user}`,
  );
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
