import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { ToolError } from '../../core/errors.ts';

/** The user's own command while it runs. */
export interface Child {
  /** File name of the command, without its arguments: those may hold secrets. */
  readonly name: string;
  /** Resolves with its exit code (128 + n after signal n, 127 where it could not be run). */
  readonly ended: Promise<number>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Refuses a command that cannot be found, before a recording is begun for it. Throws USAGE. */
export function checkCommand([program = '']: readonly string[]): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const isThere = program.includes('/')
    ? isProgram(program)
    : folders.some((folder) => isProgram(join(folder, program)));
  if (isThere) return;
  const name = JSON.stringify(basename(program));
  throw new ToolError('USAGE', `Cannot find the command ${name} to run; check its name and PATH.`);
}

/** Exit code of a program that was ended by a signal, as shells give it. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + osConstants.signals[signal];
}

/** Starts the command with our own terminal, input and output. */
export function startChild([program = '', ...args]: readonly string[]): Child {
  const child = spawn(program, args, { stdio: 'inherit' });
  return {
    name: basename(program),
    ended: new Promise((resolve) => {
      child.on('error', () => {
        resolve(127);
      });
      child.on('exit', (code, signal) => {
        resolve(code ?? (signal === null ? 1 : signalExitCode(signal)));
      });
    }),
    kill: (signal) => {
      child.kill(signal);
    },
  };
}
