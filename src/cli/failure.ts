import { ToolError } from '../core/errors.ts';
import { visible } from '../core/visible.ts';
import { colour } from './output.ts';

/** yargs could not make sense of the command line. */
export class UsageFailure extends Error {}

/** A command that has said all there is to say and only wants an exit code. */
export class QuietExit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${String(exitCode)}`);
    this.exitCode = exitCode;
  }
}

/** Says what went wrong on stderr, in one sentence, and returns the exit code. */
export function reportFailure(error: unknown, args: readonly string[]): number {
  if (error instanceof QuietExit) return error.exitCode;
  const verbose = args.includes('--verbose') || process.env['PODTAPE_VERBOSE'] === 'true';
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof ToolError || error instanceof UsageFailure;
  const lead = known ? 'error' : 'internal error';
  process.stderr.write(`${colour('red', `${lead}:`)} ${visible(message.split('\n').join(' '))}\n`);
  if (!known) {
    process.stderr.write('This is a fault of podtape; please report it with --verbose output.\n');
  }
  if (verbose && error instanceof Error && error.stack !== undefined) {
    process.stderr.write(`${visible(error.stack.split('\n').slice(1).join(' |'))}\n`);
  }
  if (error instanceof ToolError) return error.exitCode;
  return error instanceof UsageFailure ? 2 : 1;
}
