import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readRecording } from '../dist/record/recording/reader.js';
import { createRecording } from '../dist/record/recording/writer.js';
import { definePods, percentile, rate, seconds } from './measure.mjs';

const SERIES = 15_000;
const TICKS = 120;

export function recordBench(folder) {
  const path = join(folder, 'ticks.db');
  const meta = { kind: 'recorded', origin: 'bench', intervalMs: 15_000 };
  const writer = createRecording(path, meta, { mode: 'live' });
  const ids = definePods(writer, SERIES);
  const spent = [];
  let state = 7;
  for (let tick = 0; tick < TICKS; tick += 1) {
    const t = 1_767_225_600_000 + tick * 15_000;
    const values = ids.map((_, i) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return i % 2 === 0 ? state % 500_000_000 : (state >>> 12) * 4096;
    });
    const start = performance.now();
    writer.commitTick({
      ...{ scheduledMs: t, startedMs: t, finishedMs: t, outcome: 'ok', reason: '' },
      ...{ series: ids, times: ids.map((_, i) => t + (i % 5) * 1000), values },
      ...{ marks: [], rejects: [] },
    });
    spent.push(performance.now() - start);
  }
  writer.finalise();
  spent.sort((a, b) => a - b);
  const rows = SERIES * TICKS;
  const read = seconds(() => readRecording(path));
  return [
    {
      what: `commit of a tick of ${SERIES} samples`,
      figure: `p50 ${percentile(spent, 0.5).toFixed(1)} ms`,
      note: `p99 ${percentile(spent, 0.99).toFixed(1)} ms; ${rate(rows, spent.reduce((a, b) => a + b, 0) / 1000)}`,
    },
    { what: 'bytes a sample', figure: (statSync(path).size / rows).toFixed(1) },
    { what: 'reading a recording back', figure: rate(rows, read) },
  ];
}
