import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import type { CommonFlags } from '../command.ts';
import { formatOf, formatOption } from '../formats.ts';
import { checkOutputFile, print } from '../output.ts';
import { startProgress } from '../progress.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';

interface DiffFlags extends CommonFlags, SettingsFlags {
  readonly before: string;
  readonly after: string;
  readonly align?: string;
  readonly tolerance: number;
  readonly seed: number;
  readonly format: string;
  readonly json: boolean;
  readonly output?: string;
  readonly force: boolean;
}

const builder = (argv: Argv) => {
  const own = argv
    .positional('before', { type: 'string', demandOption: true, describe: 'The baseline' })
    .positional('after', { type: 'string', demandOption: true, describe: 'The run to judge' })
    .option('align', {
      ...{ type: 'string', requiresArg: true },
      describe: 'A mark to align the runs by, or start; default: start of the load',
    })
    .option('tolerance', {
      ...{ type: 'number', requiresArg: true, default: 0.05 },
      describe: 'Changes below this share of the baseline do not matter',
    })
    .option('seed', {
      ...{ type: 'number', requiresArg: true, default: 1 },
      describe: 'Of the resampling that gives intervals',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      describe: 'Write to a file',
    })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite the file' });
  return settingsOptions(formatOption(own, ['table', 'json', 'markdown']))
    .example('$0 diff before.db after.db', 'What changed, workload by workload')
    .example('$0 diff before.db after.db --align deploy', 'Laid over one another by a mark')
    .example('$0 diff before.db after.db --format markdown', 'For a pull-request comment');
};

async function handler(flags: DiffFlags): Promise<void> {
  const { before, after, align = null, tolerance, seed, output } = flags;
  checkOutputFile(output);
  if (!(tolerance >= 0 && tolerance <= 100)) {
    throw new ToolError('USAGE', '--tolerance is a share of the baseline, such as 0.1.');
  }
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new ToolError('USAGE', '--seed is a whole number from 0 on, such as 7.');
  }
  const settings = settingsFrom(flags);
  const { refuseExisting, writeWhole } = await import('../write-file.ts');
  if (output !== undefined) refuseExisting(output, flags.force);
  const { readRecording } = await import('../../record/recording/reader.ts');
  const { replay } = await import('../../replay/replay.ts');
  const { diffRuns } = await import('../../replay/compare/diff-runs.ts');
  const { runNames } = await import('../run-names.ts');
  const names = runNames([before, after]);
  const progress = startProgress('Comparing', flags);
  let text: string;
  try {
    const judged = (path: string, r: 0 | 1) => {
      const data = readRecording(path);
      return { name: names[r] ?? path, data, result: replay(data, settings) };
    };
    const runs = [judged(before, 0), judged(after, 1)] as const;
    const diff = diffRuns(runs, { mark: align, tolerance, seed });
    const { diffJson } = await import('../diff/json.ts');
    const { diffMarkdown, diffTable } = await import('../diff/tables.ts');
    const format = formatOf(flags);
    if (format === 'json') {
      text = `${JSON.stringify(diffJson(diff, settings, { tolerance, seed }), null, 2)}\n`;
    } else text = format === 'markdown' ? diffMarkdown(diff) : diffTable(diff);
  } finally {
    progress.stop();
  }
  if (output === undefined) print(text);
  else {
    writeWhole(output, flags.force, (write) => {
      write(text);
    });
  }
}

export const diffCommand = {
  command: 'diff <before> <after>',
  describe: 'Two runs laid over one another: what changed in each workload, with intervals',
  builder,
  handler,
};
