import { commands } from '../../src/cli/commands/index.ts';

/** The command lines that each command's help shows, as they are printed. */
export function helpExamples(): readonly string[] {
  return commands.flatMap(({ builder }) => {
    const found: string[] = [];
    // Stands for yargs: takes every call and keeps what examples say.
    const argv: unknown = new Proxy(Object.create(null) as object, {
      get:
        (_, name) =>
        (...args: readonly unknown[]): unknown => {
          if (name === 'example') found.push(String(args[0]).replaceAll('$0', 'podtape'));
          return argv;
        },
    });
    if (typeof builder === 'function') (builder as (argv: unknown) => unknown)(argv);
    return found;
  });
}
