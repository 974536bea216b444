// kill -9 of writers and of whole recorders, half of them aimed at the moment of the commit.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { rngFor } from '../dist/core/rng.js';
import { readRecording } from '../dist/record/recording/reader.js';
import { compare, damageOf, unaccounted } from './ledger.mjs';
import { eventOf, startApi, startPodtape } from './recorder.mjs';

const WRITER = fileURLToPath(new URL('writer.mjs', import.meta.url));
const INTERVAL_MS = 100;
/** Kills of recorders that go on with one and the same recording. */
const LIVES = 10;
const AT_ONCE = 6;

/** Ticks that were told and are not there, and ticks that are there in part. */
function survivors(file, told) {
  const { ticks, series } = readRecording(file);
  const rows = series.reduce((sum, { times }) => sum + times.length, 0);
  const claimed = ticks.reduce((sum, { samples }) => sum + samples, 0);
  const lost = told.filter((seq) => ticks[seq - 1]?.seq !== seq).length;
  return { told: told.length, lost, partial: (rows === claimed ? 0 : 1) + damageOf(file) };
}

/** Kills a writer of 1,000 samples a tick; aimed: within a few ms of the start of a commit. */
async function killWriter(file, rng, isAimed) {
  const child = spawn(process.execPath, [WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const wanted = 1 + rng.below(10);
  const told = [];
  let begun = 0;
  let rest = '';
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith('tick ')) told.push(Number(line.slice(5)));
      else if (isAimed && ++begun === wanted) setTimeout(() => child.kill('SIGKILL'), rng.below(5));
    }
  });
  if (!isAimed) {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await wait(rng.below(120));
    child.kill('SIGKILL');
  }
  await ended;
  return survivors(file, told);
}

/** Kills recorders that go on with one recording again and again, and lets the last one end. */
async function killRecorders(folder, rng) {
  const api = await startApi();
  const env = { KUBECONFIG: api.kubeconfig(folder) };
  const args = ['record', '--resume', 'run.db', '--interval', `${INTERVAL_MS}ms`];
  const told = [];
  let onDelivered = () => undefined;
  const { push } = api.ledger;
  api.ledger.push = (...items) => {
    const length = push.apply(api.ledger, items);
    onDelivered();
    return length;
  };
  for (let life = 0; life < LIVES; life += 1) {
    const isAimed = life % 2 === 0;
    const wanted = 1 + rng.below(5);
    let seen = 0;
    const podtape = startPodtape([...args, '--progress', 'json'], {
      ...{ cwd: folder, env },
      onLine(line) {
        const event = eventOf(line);
        if (event?.event !== 'tick') return;
        told.push(event.seq);
        seen += 1;
        if (!isAimed && seen === wanted) {
          setTimeout(() => podtape.child.kill('SIGKILL'), rng.below(2 * INTERVAL_MS));
        }
      },
    });
    // Aimed: as the answer has left the server, so that it is parsed and written when the kill comes.
    onDelivered = () => {
      if (isAimed && seen >= wanted) setTimeout(() => podtape.child.kill('SIGKILL'), rng.below(15));
    };
    await podtape.ended;
  }
  onDelivered = () => undefined;
  const last = await startPodtape([...args, '--duration', '500ms'], { cwd: folder, env }).ended;
  await api.close();
  if (last.code !== 0) throw new Error(`The last recorder ended with ${last.code}: ${last.stderr}`);
  const file = join(folder, 'run.db');
  const found = survivors(file, told);
  const { ticks } = readRecording(file);
  // What was delivered in the moment of a kill may be missing: nobody told of it.
  const invented = compare(file, api.ledger).wrong + unaccounted(ticks, INTERVAL_MS);
  return { ...found, invented, ticks: ticks.length };
}

/** Does a piece of work so many times, some at once: most of it is waiting for a start. */
async function inParallel(times, work) {
  let next = 0;
  const hand = async () => {
    while (next < times) await work((next += 1) - 1);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
}

export async function kills({ folder, seed, quick, log }) {
  const writers = quick ? 20 : 800;
  const recorders = quick ? 1 : 20;
  const sum = { told: 0, lost: 0, partial: 0, invented: 0 };
  const add = (found) => {
    for (const key of Object.keys(sum)) sum[key] += found[key] ?? 0;
  };
  let killed = 0;
  await inParallel(writers, async (run) => {
    add(await killWriter(join(folder, `w${run}.db`), rngFor(seed, `writer ${run}`), run % 2 === 0));
    killed += 1;
    if (killed % 100 === 0) log(`${killed} writers killed`);
  });
  await inParallel(recorders, async (run) => {
    const own = join(folder, `r${run}`);
    mkdirSync(own);
    const found = await killRecorders(own, rngFor(seed, `recorder ${run}`));
    add(found);
    log(`${LIVES} recorders of one file killed; ${found.ticks} ticks in it`);
  });
  const total = writers + recorders * LIVES;
  return [
    {
      what: `ticks lost over ${total} kills, of those told`,
      measured: `${sum.lost} of ${sum.told}`,
      ...{ target: '0', met: sum.lost === 0 && sum.told > 0 },
    },
    {
      what: 'ticks there in part, or damaged',
      ...{ measured: sum.partial, target: '0', met: sum.partial === 0 },
    },
    {
      what: 'samples or ticks that nobody delivered or scheduled',
      ...{ measured: sum.invented, target: '0', met: sum.invented === 0 },
    },
  ];
}
