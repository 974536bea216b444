import type { Argv } from 'yargs';

/** Flags every command has. */
export interface CommonFlags {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/**
 * The option that names an output file. `-o json`, out of habit, is answered with a hint in
 * `checkOutputFile`.
 */
export function outputOption<T>(argv: Argv<T>, describe: string) {
  return argv.option('output', { alias: 'o', type: 'string', requiresArg: true, describe });
}

/** What follows a bare `--` on the command line: the user's own command and its arguments. */
export function childCommand(flags: object): readonly string[] {
  // yargs puts it under this name, which its typings do not know.
  const rest: unknown = (flags as Readonly<Record<string, unknown>>)['--'];
  return Array.isArray(rest) ? rest.map(String) : [];
}
