import { basename } from 'node:path';
import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import type { CommonFlags } from '../command.ts';
import { formatOf, formatOption } from '../formats.ts';
import { checkOutputFile, print, say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';

interface ReportFlags extends CommonFlags, SettingsFlags {
  readonly runs: string[];
  readonly output?: string;
  readonly title?: string;
  readonly align?: string;
  readonly tune: boolean;
  readonly format: string;
  readonly json: boolean;
  readonly open: boolean;
  readonly force: boolean;
}

const FORMATS = ['html', 'json', 'markdown'] as const;

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
      describe: 'File to write; default for HTML: the name of the run with .html',
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
    .example('$0 report run.db --format markdown', 'For a pull-request comment');
};

type Format = (typeof FORMATS)[number];

/** The report as one text. */
async function textOf(flags: ReportFlags, format: Format): Promise<string> {
  const [first = '', ...later] = flags.runs;
  const settings = settingsFrom(flags);
  const title = flags.title ?? null;
  const progress = startProgress(`Reporting on ${first}`, flags);
  try {
    if (later.length > 0) {
      const { compareText } = await import('../report/compare.ts');
      const request = { paths: flags.runs, settings, title, mark: flags.align ?? null };
      progress.text('comparing');
      return compareText(request, format);
    }
    const { reportOn } = await import('../report/one-run.ts');
    const report = await reportOn(
      { path: first, settings, title, isTuned: flags.tune },
      (done, total) => {
        progress.portion(done, total);
      },
    );
    progress.text('drawing');
    if (format === 'json') return `${JSON.stringify(report.model, null, 2)}\n`;
    if (format === 'markdown') {
      return (await import('../../report/markdown.ts')).reportMarkdown(report.model);
    }
    const { pageScript } = await import('../page-script.ts');
    return (await import('../../report/html.ts')).reportHtml(report, pageScript());
  } finally {
    progress.stop();
  }
}

/** Flags that do not go together. Throws USAGE. */
function checkFlags({ runs, tune, align, open }: ReportFlags, format: Format): void {
  if (runs.length > 1 && tune) {
    throw new ToolError('USAGE', '--tune reports on one run; “podtape tune” takes several.');
  }
  if (runs.length === 1 && align !== undefined) {
    throw new ToolError('USAGE', '--align needs two runs or more to lay over one another.');
  }
  if (open && format !== 'html') {
    throw new ToolError('USAGE', '--open shows HTML; leave out --format or --open.');
  }
}

async function handler(flags: ReportFlags): Promise<void> {
  checkOutputFile(flags.output);
  // Declared with these choices.
  const format = formatOf(flags) as Format;
  checkFlags(flags, format);
  const name = flags.runs.map((run) => basename(run, '.db')).join('-and-');
  const output = flags.output ?? (format === 'html' ? `${name}.html` : undefined);
  const { refuseExisting, writeWhole } = await import('../write-file.ts');
  if (output !== undefined) refuseExisting(output, flags.force);
  const text = await textOf(flags, format);
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
