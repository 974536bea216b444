// Single flipped bits: whatever changes a row, `verify` must name; nothing may crash.
import Database from 'better-sqlite3';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rngFor } from '../dist/core/rng.js';
import { salvageRecording } from '../dist/record/recording/salvage/salvage.js';
import { verifyRecording } from '../dist/record/recording/verify.js';
import { createRecording } from '../dist/record/recording/writer.js';

const TABLES = ['meta', 'series', 'tick', 'sample', 'mark', 'label', 'reject', 'note'];

function makeRecording(path) {
  const meta = { kind: 'recorded', origin: 'torture', intervalMs: 15_000 };
  const writer = createRecording(path, meta, { mode: 'atomic' });
  const series = Array.from({ length: 16 }, (_, i) =>
    writer.defineSeries({
      ...{ namespace: 'shop', pod: `web-${i >> 1}`, container: 'app', kind: 'usage' },
      ...(i % 2 === 0
        ? { metric: 'cpu', unit: 'cores', denominator: 1e9 }
        : { metric: 'memory', unit: 'bytes', denominator: 1 }),
      ...{ node: 'node-1', workload: 'web', workloadKind: 'Deployment', limit: 1 },
    }),
  );
  for (let tick = 0; tick < 60; tick += 1) {
    const t = 1_767_225_600_000 + tick * 15_000;
    const isFailed = tick % 7 === 6;
    writer.commitTick({
      ...{ scheduledMs: t, startedMs: t + 1, finishedMs: t + 90, marks: [] },
      ...{ outcome: isFailed ? 'failed' : 'ok', reason: isFailed ? 'http 500' : '' },
      series: isFailed ? [] : series,
      times: isFailed ? [] : series.map(() => t - 4000),
      values: isFailed ? [] : series.map((id) => 1_000_000 * id + tick * 37),
      rejects: [],
    });
  }
  writer.addNote('No autoscalers.');
  writer.finalise();
}

/** All rows as SQLite gives them, without any of our code; the error's text when it cannot. */
function rowsOf(path) {
  let db = null;
  try {
    db = new Database(path, { readonly: true });
    return TABLES.map((table) =>
      db
        .prepare(`SELECT * FROM ${table}`)
        .raw()
        .all()
        .map((row) => JSON.stringify(row))
        .sort()
        .join('\n'),
    ).join('\n');
  } catch (error) {
    return String(error);
  } finally {
    db?.close();
  }
}

function isNamed(path) {
  try {
    const { damagedTicks, problems } = verifyRecording(path);
    return damagedTicks.length + problems.length > 0;
  } catch (error) {
    if (error.code === 'BAD_RECORDING') return true;
    throw error;
  }
}

export async function bits({ folder, seed, quick, log }) {
  const wanted = quick ? 50 : 1000;
  const original = join(folder, 'run.db');
  makeRecording(original);
  const bytes = readFileSync(original);
  const rows = rowsOf(original);
  const path = join(folder, 'flipped.db');
  const rng = rngFor(seed, 'bits');
  let [changed, named, flips, saved] = [0, 0, 0, 0];
  while (changed < wanted) {
    flips += 1;
    const bit = rng.below(bytes.length * 8);
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] ^= 1 << (bit & 7);
    writeFileSync(path, flipped);
    const verdict = isNamed(path);
    if (rowsOf(path) === rows) continue;
    changed += 1;
    if (verdict) named += 1;
    else log(`bit ${bit} changed a row and was not named`);
    if (changed % 10 === 0) {
      saved += salvageRecording(path, join(folder, 'saved.db'), true).saved / 60;
    }
    if (changed % 250 === 0) log(`${changed} flips that changed a row, of ${flips}`);
  }
  const share = (saved / Math.floor(wanted / 10)) * 100;
  return [
    {
      what: 'flipped bits that changed a row, named by verify',
      ...{ measured: `${named} of ${changed}`, target: 'all', met: named === changed },
    },
    {
      what: 'ticks that salvage saves after one (mean)',
      ...{ measured: `${share.toFixed(1)} %`, target: '≥ 90 %', met: share >= 90 },
    },
  ];
}
