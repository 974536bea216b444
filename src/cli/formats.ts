import type { Argv } from 'yargs';

/** Adds --format with these choices and --json for short. */
export function formatOption<T, F extends string>(argv: Argv<T>, choices: readonly F[]) {
  return argv
    .option('format', {
      choices,
      requiresArg: true,
      describe: 'How the result is printed',
      default: choices[0],
    })
    .option('json', { type: 'boolean', default: false, describe: 'Short for --format json' });
}

/** The format that was asked for. */
export function formatOf(flags: { readonly format: unknown; readonly json: boolean }): string {
  return flags.json ? 'json' : String(flags.format);
}
