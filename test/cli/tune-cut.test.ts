import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { readRecording } from '../../src/record/recording/reader.ts';
import { presetSettings } from '../../src/replay/presets.ts';
import { readState, writeState } from '../../src/cli/tune/state.ts';
import { DEFAULT_GRID, objectiveFor, planSweep, runSweep } from '../../src/cli/tune-run.ts';
import type { PassResult } from '../../src/replay/tune/tune.ts';
import { CLI_MAIN, runCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const recorded = fileURLToPath(
  new URL('../../fixtures/recordings/consumememory.db', import.meta.url),
);

test('a sweep goes on to the same bytes from wherever its state file was cut', async () => {
  const recordings = [readRecording(recorded)];
  const grid = { ...DEFAULT_GRID, windows: [60, 120], smooths: [1, 3], consecutives: [1, 2] };
  const plan = planSweep(recordings, presetSettings('level'), grid, objectiveFor(recordings));
  const kept = new Map<string, PassResult>();
  const whole = await runSweep(plan, { onPass: (key, result) => kept.set(key, result) });
  const path = join(tempFolder(), 'sweep.state');
  writeState(path, kept);
  const bytes = readFileSync(path);
  for (let nth = 0; nth < 10; nth += 1) {
    // Past the first line: without it there is no state file.
    writeFileSync(path, bytes.subarray(0, 40 + Math.floor(((bytes.length - 40) * nth) / 10)));
    const { finished } = readState(path);
    const ran: string[] = [];
    const again = await runSweep(plan, { finished, onPass: (key) => ran.push(key) });
    expect(JSON.stringify(again)).toBe(JSON.stringify(whole));
    expect(new Set([...finished.keys(), ...ran])).toEqual(new Set(kept.keys()));
    expect(ran.length).toBe(kept.size - finished.size);
  }
});

test('a sweep that was killed goes on to the bytes of one that was not', async () => {
  const cwd = tempFolder();
  const args = ['tune', recorded, '--preset', 'level', '--windows', '60:240:20', '--json'];
  const whole = (await runCli([...args], { cwd })).stdout;
  const child = spawn(process.execPath, [CLI_MAIN, ...args, '--resume', 'cut.state'], { cwd });
  const state = join(cwd, 'cut.state');
  const lines = (): number =>
    existsSync(state) ? readFileSync(state, 'utf8').split('\n').length : 0;
  while (lines() < 6 && child.exitCode === null) await new Promise((go) => setTimeout(go, 5));
  const over = new Promise((settle) => child.once('exit', settle));
  child.kill('SIGKILL');
  await over;
  expect(child.signalCode).toBe('SIGKILL');
  const again = await runCli([...args, '--resume', 'cut.state'], { cwd });
  expect(again.stdout).toBe(whole);
}, 60_000);

test('a worker of a real sweep that runs out of memory ends it and names its pass', async () => {
  const cwd = tempFolder();
  const dist = (name: string): string =>
    JSON.stringify(pathToFileURL(join(CLI_MAIN, '..', name)).href);
  const script = `
    import { readRecording } from ${dist('../record/recording/reader.js')};
    import { presetSettings } from ${dist('../replay/presets.js')};
    import { DEFAULT_GRID, objectiveFor, planSweep, runSweep } from ${dist('tune-run.js')};
    const path = ${JSON.stringify(recorded)};
    const recordings = [readRecording(path)];
    const plan = planSweep(recordings, presetSettings('level'), DEFAULT_GRID, objectiveFor(recordings));
    const resourceLimits = { maxOldGenerationSizeMb: 3, maxYoungGenerationSizeMb: 1 };
    await runSweep(plan, { place: { paths: [path], jobs: 2, resourceLimits } });
    console.log('finished');`;
  writeFileSync(join(cwd, 'sweep.mjs'), script);
  const child = spawn(process.execPath, ['sweep.mjs'], { cwd });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise((settle) => child.once('exit', settle));
  expect(code).not.toBe(0);
  expect(out).toBe('');
  expect(err).toMatch(/The worker for level, window \d+, smoothing \d+ failed/);
  expect(err).toContain('try fewer --jobs');
}, 60_000);
