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
