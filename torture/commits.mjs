// The cost of a tick of 15,000 samples, flushed to the disk.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { definePods, percentile } from '../bench/measure.mjs';
import { createRecording } from '../dist/record/recording/writer.js';

const SERIES = 15_000;

export async function commits({ folder, quick }) {
  const ticks = quick ? 30 : 240;
  const path = join(folder, 'run.db');
  const meta = { kind: 'recorded', origin: 'torture', intervalMs: 15_000 };
  const writer = createRecording(path, meta, { mode: 'live' });
  const series = definePods(writer, SERIES);
  const spent = [];
  const worked = [];
  for (let tick = 0; tick < ticks; tick += 1) {
    const t = 1_767_225_600_000 + tick * 15_000;
    const times = series.map((_, i) => t + (i % 5) * 1000);
    const values = series.map((id, i) =>
      i % 2 === 0
        ? (id * 7919 + tick * 104_729) % 500_000_000
        : ((id * 31 + tick) % 100_000) * 4096,
    );
    const start = performance.now();
    const before = process.cpuUsage();
    writer.commitTick({
      ...{ scheduledMs: t, startedMs: t, finishedMs: t, outcome: 'ok', reason: '' },
      ...{ series, times, values, marks: [], rejects: [] },
    });
    spent.push(performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    worked.push((user + system) / 1000);
  }
  writer.finalise();
  // The first one also defines the series.
  for (const list of [spent, worked]) list.splice(0, 1);
  for (const list of [spent, worked]) list.sort((a, b) => a - b);
  const p99 = percentile(spent, 0.99);
  const bytes = statSync(path).size / (SERIES * ticks);
  return [
    {
      what: 'the same in processor time, p50 and p99',
      measured: [0.5, 0.99].map((share) => percentile(worked, share).toFixed(1)).join(', ') + ' ms',
      ...{ target: 'shows a busy machine', met: null },
    },
    {
      what: `commit of ${SERIES} samples, p99`,
      ...{ measured: `${p99.toFixed(1)} ms`, target: '≤ 50 ms', met: p99 <= 50 },
    },
    {
      what: 'bytes a sample, digests included',
      ...{ measured: bytes.toFixed(1), target: '≤ 30', met: quick ? null : bytes <= 30 },
    },
  ];
}
