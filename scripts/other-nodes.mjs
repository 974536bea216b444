// Proves that other versions of Node compute the same bytes: npm run nodes [-- 22 24]
// Gets their binaries as npm packages, builds SQLite for each, runs the same commands under each
// and compares digests of what they print. Says so, and ends well, where they cannot be had.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'podtape-nodes-'));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24'];

/** What an alien Node is asked to do; every answer goes into the digest. */
const PRESETS = [
  'default',
  'nab',
  'level',
  'isolation-per-pod',
  'fetch-metrics',
  'fetch-metrics-graph',
];
const TASKS = [
  ['synth', 'memory-leak', '-o', 'leak.db', '--force', '--quiet'],
  ['synth', 'scale-out', '-o', 'scale.db', '--seed', '7', '--force', '--quiet'],
  ...PRESETS.map((preset) => ['replay', 'leak.db', '--preset', preset, '--json']),
  ...['forest', 'half-space-trees', 'random-cut-forest', 'seasonal', 'ewma'].map((detector) => [
    ...[
      'replay',
      'scale.db',
      '--detector',
      detector,
      '--window',
      '120',
      '--warmup',
      '60',
      '--json',
    ],
  ]),
  ['tune', 'leak.db', '--json', '--jobs', '2'],
  ['evaluate', 'leak.db', '--json'],
  ['report', 'leak.db', '--tune', '--format', 'json', '-o', 'leak.json', '--force'],
  ['verify', 'leak.db'],
];

/** The environment without npm's own settings, which node-gyp puts before its flags. */
const plainEnv = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name)));

/** A tree with our build, and SQLite compiled for the Node that lies in `home`; null: no compiler. */
function treeFor(home, name) {
  const tree = join(folder, `tree-${name}`);
  const modules = join(tree, 'node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(join(root, 'dist'), join(tree, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(tree, 'package.json'));
  for (const module of readdirSync(join(root, 'node_modules'))) {
    if (module === 'better-sqlite3') continue;
    symlinkSync(join(root, 'node_modules', module), join(modules, module));
  }
  const sqlite = join(modules, 'better-sqlite3');
  cpSync(join(root, 'node_modules', 'better-sqlite3'), sqlite, {
    recursive: true,
    filter: (from) => !from.includes(join('better-sqlite3', 'build')),
  });
  const npm = process.env.npm_execpath ?? '';
  const gyp = join(dirname(npm), '..', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  if (!existsSync(gyp)) throw new Error('npm has no node-gyp; start this with npm run nodes');
  const built = spawnSync(
    join(home, 'bin', 'node'),
    [gyp, 'rebuild', '--release', `--nodedir=${home}`],
    {
      cwd: sqlite,
      encoding: 'utf8',
      env: {
        ...plainEnv(),
        PATH: `${join(home, 'bin')}:${process.env.PATH ?? ''}`,
        MAKEFLAGS: '-j2',
      },
    },
  );
  if (built.status !== 0)
    throw new Error(`SQLite does not compile: ${built.stderr.trim().slice(-200)}`);
  return tree;
}

/** A Node of a major version from the registry: the folder that holds its bin and include. */
function fetchNode(major) {
  const home = join(folder, `node-${major}`);
  mkdirSync(home, { recursive: true });
  const name = `node-${process.platform}-${process.arch}@${major}`;
  const packed = execFileSync('npm', ['pack', '--silent', name], {
    cwd: home,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  execFileSync('tar', ['xzf', packed.trim().split('\n').pop(), '--strip-components=1'], {
    cwd: home,
  });
  return home;
}

/** Digest of all that the tasks print, in order, and of their exit codes. */
function digestOf(node, tree) {
  const work = mkdtempSync(join(folder, 'work-'));
  const hash = createHash('sha256');
  for (const task of TASKS) {
    const done = spawnSync(node, [join(tree, 'dist', 'cli', 'main.js'), ...task], {
      cwd: work,
      maxBuffer: 1 << 28,
    });
    if (done.status !== 0) {
      throw new Error(
        `"podtape ${task.join(' ')}" ended with ${String(done.status ?? done.signal)}: ${done.stderr.toString().trim().slice(-300)}`,
      );
    }
    hash.update(`${task.join(' ')}\n`).update(done.stdout);
  }
  hash.update(
    execFileSync(node, ['-p', 'require("fs").readFileSync("leak.json", "utf8")'], {
      cwd: work,
      maxBuffer: 1 << 28,
    }),
  );
  return hash.digest('hex');
}

let failures = 0;
try {
  const own = digestOf(process.execPath, root);
  console.log(`${process.version.padEnd(10)} ${own}`);
  for (const major of wanted) {
    let home;
    let tree;
    try {
      home = fetchNode(major);
      tree = treeFor(home, major);
    } catch (error) {
      console.log(
        `Node ${major}: cannot be had here (${error.message.split('\n')[0]}); not compared`,
      );
      continue;
    }
    const node = join(home, 'bin', 'node');
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    try {
      const digest = digestOf(node, tree);
      if (digest !== own) failures += 1;
      console.log(`${version.padEnd(10)} ${digest}${digest === own ? '' : '  DIFFERENT'}`);
    } catch (error) {
      failures += 1;
      console.log(`${version.padEnd(10)} ${error.message}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
