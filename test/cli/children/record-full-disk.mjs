// Records to a file system of 1 MiB, which it mounts for itself alone, until that is full: once to
// the end, and once waiting for space, which then comes. Prints JSON for the test. Arguments: the
// program, folder of the built modules, kubeconfig, mount point.
import { execFileSync, spawn } from 'node:child_process';

const [cli, modules, kubeconfig, folder] = process.argv.slice(2);
const { readRecording } = await import(`${modules}/reader.js`);
const { verifyRecording } = await import(`${modules}/verify.js`);

execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]);

/** Records and resolves to what came of it; `onFull` is called when it says that it waits. */
async function record(name, more, onFull) {
  const path = `${folder}/${name}`;
  const child = spawn(
    process.execPath,
    [cli, 'record', '-o', path, '--interval', '200ms', '--progress', 'json', ...more],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, HOME: folder, KUBECONFIG: kubeconfig },
    },
  );
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    const before = stderr;
    stderr += chunk;
    if (/waiting for space/.test(stderr) && !/waiting for space/.test(before)) onFull?.();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const told = [...stderr.matchAll(/"event":"tick".*?"seq":(\d+)/g)].map(([, seq]) => Number(seq));
  const { ticks, info } = readRecording(path);
  const { problems, damagedTicks } = verifyRecording(path);
  return {
    ...{ code, told, finalised: info.finalised, lines: stderr.trim().split('\n') },
    ticks: ticks.map(({ seq, outcome }) => ({ seq, outcome })),
    steps: ticks.slice(1).map(({ scheduledMs }, i) => scheduledMs - ticks[i].scheduledMs),
    damage: [...problems, ...damagedTicks],
    hasWaited: /waiting for space/.test(stderr),
  };
}

const ended = await record('ended.db', ['--duration', '60s']);
for (const tail of ['', '-wal', '-shm']) execFileSync('rm', ['-f', `${folder}/ended.db${tail}`]);
const waited = await record('waited.db', ['--duration', '3s', '--wait-for-space'], () => {
  setTimeout(() => {
    execFileSync('mount', ['-o', 'remount,size=64m', folder]);
  }, 300);
});
console.log(JSON.stringify({ ended, waited }));
