// Measures what podtape does most, on this machine: npm run bench [-- NAME …]
// Each figure is the median of several rounds; peers run in the same process loop where they exist.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forestBench } from './forests.mjs';
import { importBench } from './import.mjs';
import { whatAndWhere } from './measure.mjs';
import { recordBench } from './record.mjs';
import { dayBench, replayBench } from './replay.mjs';
import { reportBench } from './report.mjs';
import { scoreBench } from './score.mjs';
import { sweepBench } from './sweep.mjs';
import { tuneBench } from './tune.mjs';

const BENCHES = {
  score: scoreBench,
  forests: forestBench,
  record: recordBench,
  import: importBench,
  replay: replayBench,
  day: dayBench,
  tune: tuneBench,
  sweep: sweepBench,
  report: reportBench,
};

console.log(`${whatAndWhere()}\n`);
const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!(name in BENCHES)) {
    console.error(`No bench ${name}; there are ${Object.keys(BENCHES).join(', ')}.`);
    process.exit(2);
  }
}
const folder = mkdtempSync(join(tmpdir(), 'podtape-bench-'));
try {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const { what, figure, note = '' } of await bench(folder)) {
      console.log(`${what.padEnd(58)} ${figure.padStart(22)}  ${note}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
