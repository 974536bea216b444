// Damaged files and answers by the thousand: each is read or refused in words, quickly, and
// nothing leaks into other objects.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rngFor } from '../dist/core/rng.js';
import { importFiles } from '../dist/record/import/import-files.js';
import { parseMetricsPage } from '../dist/record/kubernetes/metrics-list.js';
import { overview } from '../dist/record/recording/overview.js';
import { readRecording } from '../dist/record/recording/reader.js';
import { salvageRecording } from '../dist/record/recording/salvage/salvage.js';
import { verifyRecording } from '../dist/record/recording/verify.js';
import { manyPods } from './model.mjs';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const SPICE = [
  ',',
  '"',
  '\n',
  '\r',
  '-',
  '.',
  'e',
  '0',
  'Z',
  '\0',
  '\ufeff',
  'é',
  '{',
  ']',
  '__proto__',
];
/** Longer than this for one small input is a hang. */
const HANG_MS = 1000;

/** A few changes: bytes removed, doubled, overwritten, or something sharp put in. */
function mutated(bytes, rng) {
  let changed = bytes;
  for (let n = rng.below(4); n >= 0; n -= 1) {
    const at = rng.below(changed.length + 1);
    const length = 1 + rng.below(rng.next() < 0.2 ? 400 : 3);
    const [before, after] = [changed.subarray(0, at), changed.subarray(at + length)];
    changed = [
      () => Buffer.concat([before, after]),
      () => Buffer.concat([changed.subarray(0, at + length), changed.subarray(at)]),
      () => Buffer.concat([before, Buffer.from([rng.below(256)]), changed.subarray(at + 1)]),
      () => Buffer.concat([before, Buffer.from(SPICE[rng.below(SPICE.length)]), after]),
    ][rng.below(4)]();
  }
  return changed;
}

/** Feeds `feed` with mutations of `seeds` until `most` were made or the time is over. */
async function feedWith(seeds, rng, { most, ms }, feed) {
  const found = { fed: 0, refused: 0, crashed: [], slow: 0, slowestMs: 0 };
  const endMs = performance.now() + ms;
  while (found.fed < most && performance.now() < endMs) {
    const bytes = mutated(seeds[rng.below(seeds.length)], rng);
    const before = process.cpuUsage();
    try {
      await feed(bytes);
    } catch (error) {
      if (error.name === 'ToolError' || error.name === 'SourceFailure') found.refused += 1;
      else found.crashed.push(`${error.stack}\n${bytes.toString('base64').slice(0, 2000)}`);
    }
    const { user, system } = process.cpuUsage(before);
    const spentMs = (user + system) / 1000;
    found.slowestMs = Math.max(found.slowestMs, spentMs);
    if (spentMs > HANG_MS) found.slow += 1;
    found.fed += 1;
  }
  return found;
}

export async function fuzz({ folder, seed, quick, log }) {
  const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype).sort());
  const limits = (most) => ({ most: quick ? 300 : most, ms: quick ? 15_000 : 240_000 });
  const at = (name) => readFileSync(join(FIXTURES, name));
  const input = join(folder, 'input');
  const output = join(folder, 'out.db');
  const options = {
    ...{ output, force: true, labels: null, format: null, delimiter: ',', timeUnit: null },
    ...{ metric: 'value', namespace: '' },
  };
  const texts = ['csv/good/pods-long.csv', 'csv/good/pods-long-quoted-crlf.csv', 'metrics/app.om'];
  const items = manyPods(4, 2)(1);
  const body = Buffer.from(JSON.stringify({ kind: 'PodMetricsList', metadata: {}, items }));
  const kinds = {
    // First: handles of SQLite are kept to the end of a process, and weigh on its collector.
    databases: [
      [at('recordings/consumememory.db')],
      10_000,
      (bytes) => {
        writeFileSync(input, bytes);
        for (const read of [verifyRecording, overview, readRecording]) {
          try {
            read(input);
          } catch (error) {
            if (error.code !== 'BAD_RECORDING') throw error;
          }
        }
        salvageRecording(input, output, true);
      },
    ],
    'files to import': [
      texts.map(at),
      100_000,
      async (bytes) => {
        writeFileSync(input, bytes);
        await importFiles([input], options);
      },
    ],
    'answers of the API': [
      [body],
      100_000,
      (bytes) => {
        parseMetricsPage(bytes, Date.now());
      },
    ],
  };
  const rows = [];
  for (const [name, [seeds, most, feed]] of Object.entries(kinds)) {
    const rng = rngFor(seed, `fuzz ${name}`);
    const { fed, refused, crashed, slow, slowestMs } = await feedWith(
      seeds,
      rng,
      limits(most),
      feed,
    );
    rmSync(output, { force: true });
    for (const crash of crashed.slice(0, 3)) log(crash);
    log(`${fed} ${name}: ${refused} refused, the slowest took ${slowestMs.toFixed(0)} ms`);
    const bad = crashed.length + slow;
    rows.push({
      what: `crashes and hangs over ${fed} damaged ${name}`,
      ...{ measured: bad, target: '0', met: bad === 0 && fed > 0 },
    });
  }
  const isClean = prototype === JSON.stringify(Object.getOwnPropertyNames(Object.prototype).sort());
  rows.push({
    what: 'changes to the prototype of objects',
    ...{ measured: isClean ? 0 : 1, target: '0', met: isClean },
  });
  return rows;
}
