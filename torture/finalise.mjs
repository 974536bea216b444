// kill -9 at every statement of finalising a recording: the process kills itself before it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finaliseRecording } from '../dist/record/recording/edit.js';
import { readRecording } from '../dist/record/recording/reader.js';
import { damageOf } from './ledger.mjs';

const FINALISER = fileURLToPath(new URL('finaliser.mjs', import.meta.url));
const TICKS = 8;

/** Lets a writer finalise until its n-th statement; resolves to whether it came to its end. */
function finaliseUntil(file, n) {
  const child = spawn(process.execPath, [FINALISER, file, String(n)], { stdio: 'inherit' });
  return new Promise((resolve) => child.once('close', (code) => resolve(code === 0)));
}

export async function finalise({ folder, quick, log }) {
  let [points, lost, left] = [0, 0, 0];
  for (let n = 1; ; n += quick ? 5 : 1) {
    const file = join(folder, `${n}.db`);
    const isEnded = await finaliseUntil(file, n);
    if (readRecording(file).ticks.length !== TICKS || damageOf(file) > 0) lost += 1;
    if (!readRecording(file).info.finalised) finaliseRecording(file);
    const isOneFile = ['-wal', '-shm', '-journal'].every((tail) => !existsSync(file + tail));
    if (!isOneFile || damageOf(file) > 0 || !readRecording(file).info.finalised) left += 1;
    if (isEnded) break;
    points += 1;
  }
  log(`${points} points`);
  return [
    {
      what: `recordings damaged, killed at ${points} points of finalising`,
      ...{ measured: lost, target: '0', met: lost === 0 && points > 3 },
    },
    {
      what: 'recordings that could not be completed afterwards',
      ...{ measured: left, target: '0', met: left === 0 },
    },
  ];
}
