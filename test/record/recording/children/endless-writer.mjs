// Writes live recordings until it is killed and tells what is safe: `tick <seq> <samples>` after
// every commit. Arguments: the writer's module, the file, ticks before finalising (0: never).
const [module, path, ticks] = process.argv.slice(2);
const { createRecording } = await import(module);
const { writeSync } = await import('node:fs');

const ROWS = 1000;
const say = (text) => writeSync(1, `${text}\n`);
const writer = createRecording(
  path,
  { kind: 'recorded', origin: 'killed', intervalMs: 1000 },
  { mode: 'live' },
);
const ids = Array.from({ length: ROWS }, (_, i) =>
  writer.defineSeries({
    ...{ namespace: 'shop', pod: `p-${i}`, container: 'web', metric: 'cpu' },
    ...{ unit: 'cores', kind: 'usage', denominator: 1e9 },
  }),
);
say('ready');
for (let i = 1; ticks === '0' || i <= Number(ticks); i++) {
  const { seq, stored } = writer.commitTick({
    ...{ scheduledMs: i * 1000, startedMs: i * 1000, finishedMs: i * 1000 + 1 },
    ...{ outcome: 'ok', reason: '', rejects: [] },
    series: ids,
    times: ids.map(() => i * 1000),
    values: ids.map((id) => id * i),
    marks: [{ startMs: i, endMs: null, kind: 'phase', name: String(i), namespace: '', pod: '' }],
  });
  say(`tick ${seq} ${stored}`);
}
say('finalising');
writer.finalise();
say('finalised');
