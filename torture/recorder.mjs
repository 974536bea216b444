// A real `podtape record` beside a fake API server, as the sections of the torture use them.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeCertificates } from '../dist/fixtures/cluster/certificates.js';
import { serveFakeApi } from '../dist/fixtures/fake-api/fake-api.js';

export const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** Starts the fake API server; `close` it at the end. */
export async function startApi() {
  return serveFakeApi(await makeCertificates());
}

/**
 * Starts the built program. `onLine` gets every line of its stderr; `ended` resolves with code,
 * signal, stdout and stderr.
 */
export function startPodtape(args, { cwd, env = {}, node = [], onLine = () => undefined }) {
  const child = spawn(process.execPath, [...node, CLI, ...args], {
    ...{ cwd, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { PATH: process.env.PATH, HOME: cwd, NO_COLOR: '1', ...env },
  });
  let [stdout, stderr, rest] = ['', '', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** A line of `--progress json` as an object; null for any other line. */
export function eventOf(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Memory of a process, MiB; 0 when it has ended. */
export function memoryOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/**
 * Records so many polls of an API server, which is closed at the end, into run.db; `onTick` is told
 * of every tick as `--progress json` tells it. Returns the memory after each and the peak, MiB.
 */
export async function recordPolls(
  api,
  { folder, polls, intervalMs, log, onTick = () => undefined },
) {
  const rss = [];
  const args = ['record', '-o', 'run.db', '--interval', `${intervalMs}ms`, '--progress', 'json'];
  const podtape = startPodtape([...args, '--duration', `${(polls - 1) * intervalMs}ms`], {
    cwd: folder,
    env: { KUBECONFIG: api.kubeconfig(folder) },
    onLine(line) {
      const event = eventOf(line);
      if (event?.event !== 'tick') return;
      onTick(event);
      rss.push(memoryOf(podtape.child.pid));
      if (rss.length % 40 === 0) log(`tick ${event.seq}: ${rss.at(-1).toFixed(0)} MiB`);
    },
  });
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, memoryOf(podtape.child.pid));
  }, 50);
  const { code, stderr } = await podtape.ended;
  clearInterval(sampler);
  await api.close();
  if (code !== 0) throw new Error(`record ended with ${code}: ${stderr.slice(-500)}`);
  return { rss, peak };
}

/** Open descriptors of a process; 0 when it has ended. */
export function filesOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** Slope of a straight line through (x, y) points, by least squares. */
export function slope(points) {
  const n = points.length;
  const mx = points.reduce((sum, [x]) => sum + x, 0) / n;
  const my = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const over = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return over / points.reduce((sum, [x]) => sum + (x - mx) * (x - mx), 0);
}
