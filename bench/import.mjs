import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { importFiles } from '../dist/record/import/import-files.js';
import { rate, wave } from './measure.mjs';

const ROWS = 500_000;
const PODS = 100;

function writeCsv(path) {
  const handle = openSync(path, 'w');
  writeSync(handle, 'timestamp,namespace,pod,container,cpu_cores,memory_bytes\n');
  const values = wave(ROWS);
  let text = '';
  for (let i = 0; i < ROWS; i += 1) {
    const time = new Date(1_767_225_600_000 + Math.floor(i / PODS) * 15_000).toISOString();
    const v = values[i];
    text += `${time},shop,web-${i % PODS},web,${v.toFixed(9)},${Math.round(v * 1e9)}\n`;
    if (text.length > 1 << 20) {
      writeSync(handle, text);
      text = '';
    }
  }
  writeSync(handle, text);
  closeSync(handle);
}

function sqliteImport(csv, path) {
  const start = performance.now();
  try {
    execFileSync('sqlite3', [path], {
      input: `CREATE TABLE t(timestamp,namespace,pod,container,cpu REAL,memory REAL);\n.mode csv\n.import --skip 1 ${csv} t\n`,
    });
  } catch {
    return null;
  }
  return (performance.now() - start) / 1000;
}

export async function importBench(folder) {
  const csv = join(folder, 'long.csv');
  const output = join(folder, 'long.db');
  writeCsv(csv);
  const options = {
    ...{ output, force: true, labels: null, format: null, delimiter: ',', timeUnit: null },
    ...{ metric: 'value', namespace: '' },
  };
  const spent = [];
  for (let round = 0; round < 3; round += 1) {
    const start = performance.now();
    await importFiles([csv], options);
    spent.push((performance.now() - start) / 1000);
  }
  const ours = spent.sort((a, b) => a - b)[1];
  const peer = sqliteImport(csv, join(folder, 'peer.db'));
  for (const path of [csv, output, join(folder, 'peer.db')]) rmSync(path, { force: true });
  return [
    {
      what: 'import of long CSV, end to end',
      figure: rate(ROWS * 2, ours),
      note:
        peer === null
          ? '(the sqlite3 shell is not here)'
          : `${(ours / peer).toFixed(1)} × the time of sqlite3 .import, which checks nothing`,
    },
  ];
}
