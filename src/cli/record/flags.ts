import { existsSync, accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { formatTime, parseDuration } from '../../core/time.ts';
import type { CommonFlags } from '../command.ts';
import type { SettingsFlags } from '../settings-flags.ts';
import { checkOutputFile } from '../output.ts';
import { refusePrometheusFlags, type PrometheusFlags } from './prometheus-flags.ts';

/** The flags of `podtape record` as yargs gives them. */
export interface RecordFlags extends CommonFlags, SettingsFlags, PrometheusFlags {
  readonly source: 'metrics-server' | 'prometheus';
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly allNamespaces: boolean;
  readonly selector?: string | undefined;
  readonly requestTimeout?: string | undefined;
  /** Default 15s; of a recording that is gone on with: its own. */
  readonly interval?: string | undefined;
  readonly duration?: string | undefined;
  readonly output?: string | undefined;
  readonly resume?: string | undefined;
  readonly waitForSpace: boolean;
  readonly force: boolean;
  readonly print: boolean;
  readonly dryRun: boolean;
  readonly progress: 'auto' | 'json' | 'none';
  readonly detect: boolean;
  readonly format: 'table' | 'json';
  readonly webhook?: string | undefined;
  readonly live: boolean;
  readonly livePort: number;
}

/** The flags' times and file, checked. */
export interface RecordPlan {
  readonly intervalMs: number;
  /** null: until stopped, or until the command ends. */
  readonly durationMs: number | null;
  readonly requestTimeoutMs: number | null;
  readonly output: string;
}

const DEFAULT_INTERVAL = '15s';
const MIN_INTERVAL_MS = 100;
const MAX_INTERVAL_MS = 3_600_000;

function usage(message: string): ToolError {
  return new ToolError('USAGE', message);
}

/** kubectl takes plain numbers as seconds here, and 0 as "no limit", which is our default one. */
function requestTimeout(text: string): number | null {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  return ms === 0 ? null : ms;
}

/** Refuses a file that cannot be written before anything is asked of the cluster. */
function checkTarget(file: string, force: boolean): void {
  if (existsSync(file) && !force) {
    throw new ToolError(
      'STORAGE',
      `Cannot write ${file}: it exists already; use --force to overwrite it.`,
    );
  }
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch {
    throw new ToolError(
      'STORAGE',
      `Cannot write ${file}: its folder is missing or read-only; choose another with -o FILE.`,
    );
  }
}

/** Checks what can be checked before anything is sent. Throws USAGE, BAD_VALUE, STORAGE. */
export function planRecording(flags: RecordFlags, nowMs: number): RecordPlan {
  checkOutputFile(flags.output);
  if (flags.allNamespaces && flags.namespace !== undefined) {
    throw usage('-A means all namespaces; leave out either -A or -n.');
  }
  if (!Number.isInteger(flags.livePort) || flags.livePort < 0 || flags.livePort > 65_535) {
    throw usage('--live-port takes a port from 0 to 65535.');
  }
  const interval = flags.interval ?? DEFAULT_INTERVAL;
  const intervalMs = parseDuration(interval);
  if (intervalMs < MIN_INTERVAL_MS || intervalMs > MAX_INTERVAL_MS) {
    throw usage(`--interval ${interval} is out of range; try 15s (from 100ms to 1h).`);
  }
  if (flags.source === 'metrics-server') refusePrometheusFlags(flags);
  const durationMs = flags.duration === undefined ? null : parseDuration(flags.duration);
  if (durationMs === 0) throw usage('--duration 0 records nothing; try 10m.');
  const stamp = formatTime(nowMs)
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  const { resume } = flags;
  if (resume !== undefined && (flags.output !== undefined || flags.force || flags.dryRun)) {
    throw usage('--resume goes on with its own file; leave out -o, --force and --dry-run.');
  }
  const output = resume ?? flags.output ?? `podtape-${stamp}.db`;
  const isThere = resume !== undefined && existsSync(resume);
  if (!flags.dryRun && !isThere) checkTarget(output, flags.force);
  return {
    intervalMs,
    durationMs,
    requestTimeoutMs:
      flags.requestTimeout === undefined ? null : requestTimeout(flags.requestTimeout),
    output,
  };
}
