import type { Argv } from 'yargs';
import type { CommonFlags } from '../command.ts';
import { formatOf, formatOption } from '../formats.ts';
import { print } from '../output.ts';

interface InspectFlags extends CommonFlags {
  readonly run: string;
  readonly format: string;
  readonly json: boolean;
}

const builder = (argv: Argv) =>
  formatOption(
    argv.positional('run', { type: 'string', demandOption: true, describe: 'A recording' }),
    ['table', 'json'],
  )
    .example('$0 inspect run.db', 'Series, coverage, gaps with causes, marks, labels')
    .example('$0 inspect run.db --json', 'The same, complete, for machines');

async function handler(flags: InspectFlags): Promise<void> {
  const { overview } = await import('../../record/recording/overview.ts');
  const found = overview(flags.run);
  if (formatOf(flags) === 'json') {
    const { inspectJson } = await import('../inspect/inspect-json.ts');
    print(JSON.stringify(inspectJson(found), null, 2));
  } else {
    const { inspectTable } = await import('../inspect/inspect-table.ts');
    print(inspectTable(flags.run, found));
  }
}

export const inspectCommand = {
  command: 'inspect <run>',
  describe: 'Tell what is in a recording: series, coverage, gaps, marks, digest',
  builder,
  handler,
};
