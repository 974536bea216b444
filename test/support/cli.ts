import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The built program. */
export const CLI_MAIN = join(dirname(fileURLToPath(import.meta.url)), '../../dist/cli/main.js');

export interface CliResult {
  /** Exit code; 128 + n after signal n. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
  /** Everything written so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Resolves as soon as the text matches what was written to stdout or stderr. */
  until(pattern: RegExp): Promise<void>;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built program as a user would, away from the user's own configuration. */
export function startCli(args: readonly string[], { cwd, env = {} }: CliOptions): RunningCli {
  if (!existsSync(CLI_MAIN)) throw new Error('Build first: npm run build (npm test does).');
  const child = spawn(process.execPath, [CLI_MAIN, ...args], {
    ...{ cwd, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, NO_COLOR: '1', ...env },
  });
  let stdout = '';
  let stderr = '';
  let wake = (): void => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
    wake();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
    wake();
  });
  const ended = new Promise<CliResult>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code: code ?? -1, signal, stdout, stderr });
      wake();
    });
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    ...{ child, ended },
    output: () => ({ stdout, stderr }),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(stdout) || pattern.test(stderr)) resolve();
          else if (child.exitCode !== null || child.signalCode !== null) {
            reject(new Error(`Ended without ${String(pattern)}: ${stdout}${stderr}`));
          }
        };
        wake = look;
        look();
      }),
  };
}

/** Runs the built program to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return startCli(args, options).ended;
}
