import { basename } from 'node:path';
import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import type { CommonFlags } from '../command.ts';
import type { MadeReport } from '../report/made-report.ts';
import { formatOf, formatOption } from '../formats.ts';
import { checkOutputFile, print, say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';

interface ReportFlags extends CommonFlags, SettingsFlags {
  readonly runs: string[];
  readonly output?: string;
  readonly title?: string;
  readonly chart?: string;
  readonly align?: string;
  readonly tune: boolean;
  readonly format: string;
  readonly json: boolean;
  readonly open: boolean;
  readonly force: boolean;
}

const FORMATS = ['html', 'json', 'markdown', 'svg', 'png'] as const;

const builder = (argv: Argv) => {
  const own = argv
    .positional('runs', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'A recording; two or more are compared with the first',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      describe: 'File to write, for svg and png a folder; default: the name of the run',
    })
    .option('chart', {
      ...{ type: 'string', requiresArg: true },
      describe: 'With svg and png: only this chart, such as timeline, and -o is a file',
    })
    .option('title', { type: 'string', requiresArg: true, describe: 'Heading of the report' })
    .option('tune', {
      type: 'boolean',
      default: false,
      describe: 'Also sweep windows, smoothings, thresholds and counts',
    })
    .option('align', {
      type: 'string',
      requiresArg: true,
      describe: 'With several runs: a mark to align them by, or start; default: start of the load',
    })
    .option('open', { type: 'boolean', default: false, describe: 'Open it in the browser' })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite the file' });
  return settingsOptions(formatOption(own, FORMATS))
    .example('$0 report run.db --tune', 'The whole story in run.html')
    .example('$0 report before.db after.db', 'What changed from one run to the other')
    .example('$0 report run.db --format markdown', 'For a pull-request comment')
    .example('$0 report run.db --format svg -o charts', 'A file for each chart')
    .example('$0 report run.db --format png --chart timeline', 'One chart, in timeline.png');
};

type Format = (typeof FORMATS)[number];

const isPicture = (format: Format): format is 'svg' | 'png' => format === 'svg' || format === 'png';

/** Reads and judges what was asked for. */
async function made(flags: ReportFlags): Promise<MadeReport> {
  const [first = '', ...later] = flags.runs;
  const settings = settingsFrom(flags);
  const title = flags.title ?? null;
  const progress = startProgress(`Reporting on ${first}`, flags);
  try {
    if (later.length > 0) {
      const { madeComparison } = await import('../report/compare.ts');
      progress.text('comparing');
      return madeComparison({ paths: flags.runs, settings, title, mark: flags.align ?? null });
    }
    const { madeReport } = await import('../report/one-run.ts');
    const request = { path: first, settings, title, isTuned: flags.tune };
    return await madeReport(request, (done, total) => {
      progress.portion(done, total);
    });
  } finally {
    progress.stop();
  }
}

/** Flags that do not go together. Throws USAGE. */
function checkFlags(flags: ReportFlags, format: Format): void {
  const { runs, tune, align, open, chart } = flags;
  if (runs.length > 1 && tune) {
    throw new ToolError('USAGE', '--tune reports on one run; “podtape tune” takes several.');
  }
  if (runs.length === 1 && align !== undefined) {
    throw new ToolError('USAGE', '--align needs two runs or more to lay over one another.');
  }
  if (open && format !== 'html') {
    throw new ToolError('USAGE', '--open shows HTML; leave out --format or --open.');
  }
  if (chart !== undefined && !isPicture(format)) {
    throw new ToolError('USAGE', '--chart draws one chart; add --format svg or --format png.');
  }
}

async function handler(flags: ReportFlags): Promise<void> {
  checkOutputFile(flags.output);
  // Declared with these choices.
  const format = formatOf(flags) as Format;
  checkFlags(flags, format);
  const name = flags.runs.map((run) => basename(run, '.db')).join('-and-');
  if (isPicture(format)) {
    const { writePictures } = await import('../report/write-pictures.ts');
    await writePictures(async () => (await made(flags)).pictures(), { ...flags, format, name });
    return;
  }
  const output = flags.output ?? (format === 'html' ? `${name}.html` : undefined);
  const { refuseExisting, writeWhole } = await import('../write-file.ts');
  if (output !== undefined) refuseExisting(output, flags.force);
  const text = (await made(flags))[format]();
  if (output === undefined) {
    print(text);
    return;
  }
  writeWhole(output, flags.force, (write) => {
    write(text);
  });
  say(`Wrote ${output} (${String(Math.ceil(text.length / 1024))} KiB).`, flags);
  if (!flags.open) return;
  const { openInBrowser } = await import('../report/open.ts');
  if (!(await openInBrowser(output))) {
    say(`There is no program here to open it with; open ${output} yourself.`, flags);
  }
}

export const reportCommand = {
  command: 'report <runs..>',
  describe: 'One offline HTML file: charts, alerts, tuning, or how runs differ',
  builder,
  handler,
};
