import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRecording } from '../dist/record/recording/writer.js';
import { presetSettings } from '../dist/replay/presets.js';
import { replay } from '../dist/replay/replay.js';
import { rate, recordingData, seconds } from './measure.mjs';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** A day of `pods` pods with CPU and memory at 15 s, as a finished recording. */
export function writeDay(path, pods) {
  const meta = { kind: 'recorded', origin: 'bench', intervalMs: 15_000 };
  const writer = createRecording(path, meta, { mode: 'atomic', force: true });
  const series = Array.from({ length: 2 * pods }, (_, i) =>
    writer.defineSeries({
      ...{ namespace: 'shop', pod: `web-${i >> 1}`, container: 'web', kind: 'usage' },
      ...(i % 2 === 0
        ? { metric: 'cpu', unit: 'cores', denominator: 1e9 }
        : { metric: 'memory', unit: 'bytes', denominator: 1 }),
    }),
  );
  let state = 7;
  for (let tick = 0; tick < 5760; tick += 1) {
    const t = 1_767_225_600_000 + tick * 15_000;
    const values = series.map((_, i) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return i % 2 === 0 ? 100_000_000 + (state % 30_000_000) : (100_000 + (state >>> 16)) * 4096;
    });
    writer.commitTick({
      ...{ scheduledMs: t, startedMs: t, finishedMs: t, outcome: 'ok', reason: '' },
      ...{ series, times: series.map(() => t), values, marks: [], rejects: [] },
    });
  }
  writer.finalise();
  return series.length * 5760;
}

/**
 * Seconds by the clock and of processors, peak MB and standard output of one run of the command
 * line.
 */
export function run(args) {
  const tell = `
    import { writeSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    const told = () => {
      const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
      writeSync(2, '\\n' + JSON.stringify([maxRSS / 1000, (userCPUTime + systemCPUTime) / 1e6]));
    };
    if (isMainThread) process.on('exit', told);`;
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(tell)}`, main, ...args],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const spent = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(stderr);
  const [megabytes, cpu] = JSON.parse(stderr.trimEnd().split('\n').pop());
  return { spent, cpu, megabytes, stdout };
}

/** A whole day of 1,000 pods through the command line, by one worker and by all cores. */
export function dayBench(folder) {
  const path = join(folder, 'day.db');
  const samples = writeDay(path, 1000);
  const texts = [];
  const rows = [...new Set([1, availableParallelism()])].map((jobs) => {
    const { spent, megabytes, stdout } = run(['replay', path, '--json', '--jobs', String(jobs)]);
    texts.push(stdout);
    return {
      what: `a day of 1,000 pods × 2 metrics, file to alerts, --jobs ${jobs}`,
      figure: `${spent.toFixed(1)} s`,
      note: `${rate(samples, spent)}, at most ${Math.round(megabytes)} MB`,
    };
  });
  rmSync(path);
  if (new Set(texts).size > 1) throw new Error('The result depends on the number of workers.');
  return rows;
}

export function replayBench() {
  const data = recordingData(20, 5760);
  const samples = 40 * 5760;
  const isolation = presetSettings('isolation-per-pod');
  const rows = [50, 100, 500].map((window) => {
    const settings = { ...isolation, window, warmup: Math.min(window, 60) };
    const spent = seconds(() => replay(data, settings));
    return { what: `replay, isolation, window ${window}`, figure: rate(samples, spent) };
  });
  const spent = seconds(() => replay(data, presetSettings('default')));
  return [...rows, { what: 'replay, default preset', figure: rate(samples, spent) }];
}
