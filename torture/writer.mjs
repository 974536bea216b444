// Writes a live recording until it is killed; says `commit` before and `tick N` after each commit.
import { writeSync } from 'node:fs';
import { createRecording } from '../dist/record/recording/writer.js';

const ROWS = 1000;
const writer = createRecording(
  process.argv[2],
  { kind: 'recorded', origin: 'torture', intervalMs: 1000 },
  { mode: 'live' },
);
const series = Array.from({ length: ROWS }, (_, i) =>
  writer.defineSeries({
    ...{ namespace: 'shop', pod: `p-${i}`, container: 'web', metric: 'cpu' },
    ...{ unit: 'cores', kind: 'usage', denominator: 1e9 },
  }),
);
for (let i = 1; ; i += 1) {
  writeSync(1, 'commit\n');
  const { seq } = writer.commitTick({
    ...{ scheduledMs: i * 1000, startedMs: i * 1000, finishedMs: i * 1000 + 1 },
    ...{ outcome: 'ok', reason: '', series, rejects: [] },
    times: series.map(() => i * 1000),
    values: series.map((id) => id * i),
    marks: [{ startMs: i, endMs: null, kind: 'phase', name: String(i), namespace: '', pod: '' }],
  });
  writeSync(1, `tick ${seq}\n`);
}
