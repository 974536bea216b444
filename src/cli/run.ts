import yargs, { type Argv, type CommandModule } from 'yargs';
import { VERSION } from '../core/version.ts';
import { commands } from './commands/index.ts';
import { reportFailure, UsageFailure } from './failure.ts';
import { epilogueOf } from './help.ts';
import { dropForeignEnvironment, explainUsage, misreadValue, repeatedFlag } from './usage.ts';

/** A command whose help also says what it is for, as far as that is known. */
function withDetails(command: CommandModule): CommandModule {
  const [name] = [command.command ?? ''].flat();
  const { builder } = command;
  if (typeof builder !== 'function') return command;
  const details = epilogueOf(name?.split(' ')[0]);
  return { ...command, builder: (argv: Argv) => (builder(argv) as Argv).epilogue(details) };
}

/**
 * Runs one command line and sets the process's exit code. Errors become one sentence on stderr.
 */
export async function runCli(given: readonly string[]): Promise<void> {
  // "podtape help tune" is "podtape tune --help".
  const args = given[0] === 'help' ? [...given.slice(1), '--help'] : given;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  // Messages that nobody can read any more are no reason to stop.
  process.stderr.on('error', () => undefined);
  // What nothing caught is a fault of ours, and told like one.
  process.on('uncaughtException', (error) => {
    process.exit(reportFailure(error, args));
  });
  // What follows the first bare -- is the user's own command; its flags are not ours.
  const split = args.indexOf('--');
  const own = split === -1 ? args : args.slice(0, split);
  const parser = yargs([...args])
    .scriptName('podtape')
    .version(VERSION)
    .usage('$0 <command>: record, replay, tune and report what pods really used')
    .parserConfiguration({
      'dot-notation': false,
      'camel-case-expansion': true,
      'populate--': true,
    })
    .option('quiet', { type: 'boolean', default: false, describe: 'No progress or messages' })
    .option('verbose', { type: 'boolean', default: false, describe: 'Details and stack traces' })
    .env('PODTAPE')
    .middleware((argv) => {
      dropForeignEnvironment(argv, parser, own);
    }, true)
    .demandCommand(1, 'Name a command; "podtape --help" lists them.')
    .strict()
    .recommendCommands()
    .help()
    .alias('help', 'h')
    .epilogue(epilogueOf())
    .wrap(Math.min(100, process.stdout.columns || 100))
    .exitProcess(false)
    .check((argv) => {
      const repeated = repeatedFlag(argv, parser);
      if (repeated !== null) throw new UsageFailure(`--${repeated} was given twice; give it once.`);
      const misread = misreadValue(own, parser);
      if (misread !== null) throw new UsageFailure(misread);
      if (argv['--'] === undefined || argv._[0] === 'record') return true;
      throw new UsageFailure('Only "podtape record" runs a command after "--"; see --help.');
    });
  parser.fail((message: string | null, error: Error | undefined) => {
    if (error !== undefined && error.name !== 'YError') throw error;
    const text = message ?? error?.message ?? 'Unknown usage.';
    throw new UsageFailure(explainUsage(text, parser, own));
  });
  for (const command of commands) parser.command(withDetails(command));
  try {
    await parser.parseAsync();
  } catch (error) {
    process.exitCode = reportFailure(error, own);
  }
}
