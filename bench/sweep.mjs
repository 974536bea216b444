import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run, writeDay } from './replay.mjs';

const PODS = 100;

/** Windows × smoothings × counts; each with all thresholds. */
const LARGE = ['--windows', '60:1200:60', '--smooths', '1,3,5,7,9,15', '--consecutives', '1:10'];
const SMALL = ['--windows', '480,1200', '--smooths', '1', '--consecutives', '1:10'];

/**
 * A whole sweep through the command line, from file to recommendation: a day of 100 pods × 2
 * metrics at 15 s, 1,200 settings, with everything that is on unless it is turned off: injected
 * leaks and hogs, the interval, held-out halves and changed runs. Memory of a sweep of 20 settings
 * stands beside it, since it must not grow with their number, and what `--dry-run` expected.
 */
export function sweepBench(folder) {
  const path = join(folder, 'sweep.db');
  writeDay(path, PODS);
  const jobs = availableParallelism();
  const rows = [
    ['1,200', 120, LARGE],
    ['20', 2, SMALL],
  ].map(([settings, passes, grid]) => {
    const args = ['tune', path, '--preset', 'level', '--json', ...grid];
    const { seconds } = JSON.parse(run([...args, '--dry-run']).stdout);
    const { spent, cpu, megabytes } = run(args);
    return {
      what: `tune, ${PODS} pods × a day, ${settings} settings, all thresholds`,
      figure: `${spent.toFixed(1)} s`,
      note:
        `${cpu.toFixed(0)} s of processor time, ${passes} passes, ${jobs} workers, ` +
        `at most ${Math.round(megabytes)} MB; --dry-run said ${seconds.toFixed(0)} s`,
    };
  });
  rmSync(path);
  return rows;
}
