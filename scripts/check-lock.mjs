// The lock file: no download addresses, an integrity for every package, known install scripts,
// and run-time licences that allow use anywhere.
import { readFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const installScripts = new Set(['node_modules/better-sqlite3', 'node_modules/esbuild']);
const licences = new Set([
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
const LIMIT = 200;

const problems = [];
const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
const runtime = entries.filter(([, entry]) => !entry.dev && !entry.devOptional && !entry.optional);
for (const [path, entry] of entries) {
  if (entry.resolved !== undefined) problems.push(`${path} has a download address`);
  if (entry.integrity === undefined && !entry.inBundle) problems.push(`${path} has no integrity`);
  if (entry.hasInstallScript && !entry.optional && !installScripts.has(path)) {
    problems.push(`${path} has an install script`);
  }
}
for (const [path, entry] of runtime) {
  if (!licences.has(entry.license)) problems.push(`${path} has the licence ${entry.license}`);
}
const names = new Set(runtime.map(([path]) => path.replace(/^.*node_modules\//, '')));
if (names.size >= LIMIT) problems.push(`${names.size} run-time packages, not under ${LIMIT}`);
for (const problem of problems) console.error(`package-lock.json: ${problem}`);
console.log(`${names.size} run-time packages`);
process.exit(problems.length === 0 ? 0 : 1);
