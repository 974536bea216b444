import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ToolError } from '../core/errors.ts';
import type { Label } from '../core/recording.ts';
import { parseTime } from '../core/time.ts';
import { editLabels } from '../record/recording/edit.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** What the fixture cluster tells of its phases, one JSON object a line. */
interface PhaseLine {
  readonly event: string;
  readonly fault: 'leak' | 'hog' | 'crash' | null;
  readonly time: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

const ended = (child: ChildProcess): Promise<number> =>
  new Promise((settle) => {
    child.once('exit', (code) => {
      settle(code ?? 1);
    });
  });

/** Resolves when the cluster says it is ready; throws when it ends before. */
function ready(cluster: ChildProcess): Promise<void> {
  return new Promise((settle, fail) => {
    if (cluster.stdout === null) throw new Error('The cluster has no output.');
    createInterface({ input: cluster.stdout }).on('line', (line) => {
      if (line.includes('"ready"')) settle();
    });
    cluster.once('exit', () => {
      fail(new ToolError('CLUSTER', 'The cluster on this machine did not start; try again.'));
    });
  });
}

/** Phases with a leak or a hog → labels of the container that carried it; a crash is a mark. */
export function faultLabels(lines: readonly string[]): Label[] {
  const events = lines.map((line) => JSON.parse(line) as PhaseLine);
  return events.flatMap((start): Label[] => {
    if (start.event !== 'phase-start' || start.fault === null || start.fault === 'crash') return [];
    const end = events.find((one) => one.event === 'phase-end' && one.fault === start.fault);
    if (end === undefined) return [];
    const { namespace, pod, container } = start;
    const metric = start.fault === 'leak' ? 'memory' : 'cpu';
    const endMs = parseTime(end.time);
    return [
      {
        ...{ namespace, pod, container, metric, visibleIn: [metric] },
        ...{ startMs: parseTime(start.time), endMs, graceEndMs: endMs + 60_000 },
        type: start.fault === 'leak' ? 'memory_leak' : 'cpu_hog',
      },
    ];
  });
}

/**
 * Starts the fixture cluster, records a minute of it with our own `record`, labels its faults and
 * returns the recording's path in `folder`. Throws NO_DATA where the fixture is not installed.
 */
export async function recordLive(folder: string, say: (text: string) => void): Promise<string> {
  const program = resolve(here, '../fixtures/cluster/main.js');
  if (!existsSync(program)) {
    throw new ToolError('NO_DATA', 'The fixture cluster is only in a checkout; run demo there.');
  }
  const kubeconfig = join(folder, 'kubeconfig');
  const events = join(folder, 'events.jsonl');
  const path = join(folder, 'live.db');
  const cluster = spawn(
    process.execPath,
    [
      ...[program, '--scenario', 'short', '--follow-stdin', '--stay-up'],
      ...['--kubeconfig-out', kubeconfig, '--events', events],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  try {
    await ready(cluster);
    say('recording a cluster on this machine for 72 s');
    const recorder = spawn(
      process.execPath,
      [
        ...[join(here, 'main.js'), 'record', '--kubeconfig', kubeconfig, '-o', path],
        ...['--interval', '2s', '--duration', '72s', '--progress', 'none', '--quiet'],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const code = await ended(recorder);
    if (code !== 0) throw new ToolError('CLUSTER', `Recording ended with code ${String(code)}.`);
    const lines = readFileSync(events, 'utf8').trim().split('\n');
    editLabels(path, () => faultLabels(lines));
    return path;
  } finally {
    cluster.kill('SIGTERM');
    cluster.stdin.end();
    await ended(cluster);
  }
}
