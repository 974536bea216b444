// The lock file: no download addresses, a hash for every package, the install scripts and licences
// that we know, and versions of Node that all packages run on. --list names the run-time packages.
import { readFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const own = JSON.parse(readFileSync('package.json', 'utf8'));

/** Packages that may run a script when they are installed; of those needed at run time, just one. */
const INSTALL_SCRIPTS = { runtime: ['better-sqlite3'], development: ['esbuild'] };
const LICENCES = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'Python-2.0',
  'CC0-1.0',
  '(MIT OR WTFPL)',
  '(BSD-2-Clause OR MIT OR Apache-2.0)',
  'MIT-0',
  '(MIT OR Apache-2.0)',
  '(MIT OR CC0-1.0)',
]);
const MOST_RUNTIME = 200;
/** The oldest Node that package.json names, and later releases that users have. */
const NODES = [own.engines.node.replace(/^>=/, ''), '22.22.0', '24.20.0'];

/** `20.19` → [20, 19, 0]. */
const numbers = (version) => [0, 1, 2].map((i) => Number(version.split('.')[i] ?? 0));
const isAtLeast = (version, least) => {
  const [a, b] = [numbers(version), numbers(least)];
  const i = a.findIndex((n, at) => n !== b[at]);
  return i === -1 || a[i] > b[i];
};

/** Whether a version of Node is in a range; the few forms that packages write. */
function isInRange(version, range) {
  return range.split('||').some((part) => {
    const [, sign, wanted] = /^\s*(>=|\^|)\s*v?(\d[\dx.*]*|\*)\s*$/.exec(part) ?? [];
    if (wanted === undefined) throw new Error(`Cannot read the range ${range}.`);
    if (sign === '>=') return isAtLeast(version, wanted);
    if (wanted === '*') return true;
    const isSameMajor = numbers(version)[0] === numbers(wanted)[0];
    return isSameMajor && (sign === '' || isAtLeast(version, wanted));
  });
}

const problems = [];
const nameOf = (path) => path.replace(/^.*node_modules\//, '');
const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
const isRuntime = ([, entry]) => !entry.dev && !entry.devOptional && !entry.optional;
const runtime = entries.filter(isRuntime);

for (const [path, entry] of entries) {
  if (entry.resolved !== undefined) problems.push(`${path} has a download address`);
  if (!/^sha512-/.test(entry.integrity ?? '') && !entry.inBundle) {
    problems.push(`${path} has no integrity`);
  }
  if (entry.optional || entry.engines?.node === undefined) continue;
  for (const version of NODES) {
    if (isInRange(version, entry.engines.node)) continue;
    problems.push(`${path} wants Node ${entry.engines.node}, not ${version}`);
  }
}

const scripted = entries.filter(([, entry]) => entry.hasInstallScript && !entry.optional);
for (const [kind, known] of Object.entries(INSTALL_SCRIPTS)) {
  const found = scripted.filter((one) => isRuntime(one) === (kind === 'runtime'));
  const names = found.map(([path]) => nameOf(path)).sort();
  if (names.join() === known.join()) continue;
  problems.push(`install scripts (${kind}): ${names.join(', ')}; known are ${known.join(', ')}`);
}

for (const [path, entry] of runtime) {
  if (!LICENCES.has(entry.license)) problems.push(`${path} has the licence ${entry.license}`);
}
const names = new Set(runtime.map(([path]) => nameOf(path)));
if (names.size >= MOST_RUNTIME) {
  problems.push(`${names.size} run-time packages, not under ${MOST_RUNTIME}`);
}

if (process.argv.includes('--list')) {
  for (const [path, entry] of runtime) {
    console.log(`${nameOf(path)} ${entry.version} ${entry.license}`);
  }
}
for (const problem of problems) console.error(`package-lock.json: ${problem}`);
console.log(`${names.size} run-time packages, ${entries.length} with those for development`);
process.exit(problems.length === 0 ? 0 : 1);
