// Writes eight ticks and finalises them, but kills itself before the n-th statement of that.
// Arguments: the file, n.
import Database from 'better-sqlite3';
import { createRecording } from '../dist/record/recording/writer.js';

const [path, n] = process.argv.slice(2);
const writer = createRecording(
  path,
  { kind: 'recorded', origin: 'torture', intervalMs: 1000 },
  { mode: 'live' },
);
const series = Array.from({ length: 500 }, (_, i) =>
  writer.defineSeries({
    ...{ namespace: 'shop', pod: `p-${i}`, container: 'web', metric: 'memory' },
    ...{ unit: 'bytes', kind: 'usage', denominator: 1 },
  }),
);
for (let i = 1; i <= 8; i += 1) {
  writer.commitTick({
    ...{ scheduledMs: i * 1000, startedMs: i * 1000, finishedMs: i * 1000 + 1 },
    ...{ outcome: 'ok', reason: '', series, rejects: [], marks: [] },
    times: series.map(() => i * 1000),
    values: series.map((id) => id * i),
  });
}

let left = Number(n);
const memory = new Database(':memory:');
const connection = Object.getPrototypeOf(memory);
const statement = Object.getPrototypeOf(memory.prepare('SELECT 1'));
memory.close();
for (const [owner, name] of [
  [statement, 'run'],
  [statement, 'get'],
  [statement, 'all'],
  [statement, 'iterate'],
  [connection, 'exec'],
  [connection, 'close'],
]) {
  const act = owner[name];
  owner[name] = function (...args) {
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return act.apply(this, args);
  };
}
writer.finalise();
