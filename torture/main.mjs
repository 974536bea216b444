// The long tests: npm run torture [-- NAME …] [--quick] [--seed N]
// Real processes, real files, real connections; everything random comes from the seed, which is
// printed. Ends with a table of figures and exit code 1 where one is missed; a figure that a short
// run cannot judge is shown as such.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { whatAndWhere } from '../bench/measure.mjs';
import { bits } from './bits.mjs';
import { churn } from './churn.mjs';
import { commits } from './commits.mjs';
import { day } from './day.mjs';
import { deadlines } from './deadlines.mjs';
import { finalise } from './finalise.mjs';
import { fuzz } from './fuzz.mjs';
import { kills } from './kills.mjs';
import { scale } from './scale.mjs';
import { secrets } from './secrets.mjs';
import { soak } from './soak.mjs';

const SECTIONS = {
  ...{ kills, finalise, bits, commits, deadlines },
  ...{ day, scale, churn, secrets, fuzz, soak },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const seed = Number(values.seed);
const unknown = positionals.find((name) => !(name in SECTIONS));
if (unknown !== undefined || !Number.isSafeInteger(seed)) {
  console.error(`Sections are ${Object.keys(SECTIONS).join(', ')}; a seed is a whole number.`);
  process.exit(2);
}

const date = new Date().toISOString().slice(0, 10);
console.log(`${whatAndWhere()}, ${date}, seed ${seed}${values.quick ? ', quick' : ''}`);

const rows = [];
for (const [name, section] of Object.entries(SECTIONS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const folder = mkdtempSync(join(tmpdir(), `podtape-torture-${name}-`));
  const startMs = performance.now();
  console.log(`\n${name} …`);
  try {
    const log = (text) => console.log(`  ${text}`);
    for (const figure of await section({ folder, seed, quick: values.quick, log })) {
      rows.push({ name, ...figure });
    }
  } catch (error) {
    console.log(error);
    rows.push({ name, what: 'runs to its end', measured: String(error), target: '', met: false });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`  ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
}

const markOf = (met) => (met === null ? '-   ' : met ? 'ok  ' : 'MISS');
console.log('');
for (const { name, what, measured, target, met } of rows) {
  console.log(
    `${markOf(met)} ${name.padEnd(10)} ${what.padEnd(52)} ` +
      `${String(measured).padStart(16)}  ${target}`,
  );
}
process.exit(rows.every(({ met }) => met !== false) ? 0 : 1);
