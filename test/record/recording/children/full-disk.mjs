// Fills a file system of 2 MiB, which it mounts for itself alone, with a recording; then makes it
// larger and goes on. Prints JSON for the test. Arguments: folder of the built modules, mount point.
const [modules, folder] = process.argv.slice(2);
const { execFileSync } = await import('node:child_process');
const { createRecording } = await import(`${modules}/writer.js`);
const { readRecording } = await import(`${modules}/reader.js`);
const { verifyRecording } = await import(`${modules}/verify.js`);

execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', folder]);
const path = `${folder}/run.db`;
const writer = createRecording(
  path,
  { kind: 'recorded', origin: 'full', intervalMs: 1000 },
  { mode: 'live' },
);
const id = writer.defineSeries({
  ...{ namespace: 'shop', pod: 'p', container: 'web', metric: 'cpu' },
  ...{ unit: 'cores', kind: 'usage', denominator: 1e9 },
});
const commit = (i) => {
  const times = Array.from({ length: 2000 }, (_, j) => i * 1_000_000 + j);
  return writer.commitTick({
    ...{ scheduledMs: i, startedMs: i, finishedMs: i, outcome: 'ok', reason: '' },
    ...{ series: times.map(() => id), times, values: times, marks: [], rejects: [] },
  });
};
const look = () => ({
  ticks: readRecording(path).ticks.length,
  sound: verifyRecording(path).problems.concat(verifyRecording(path).damagedTicks).length === 0,
});
let told = 0;
let code = '';
try {
  for (let i = 1; i < 1000; i++) told = commit(i).seq;
} catch (error) {
  code = error.code;
}
const full = { told, code, ...look() };
execFileSync('mount', ['-o', 'remount,size=32m', folder]);
const after = { seq: commit(1001).seq, ...look() };
writer.finalise();
console.log(JSON.stringify({ full, after, finalised: readRecording(path).info.finalised }));
