import { basename } from 'node:path';
import type { Argv } from 'yargs';
import type { CommonFlags } from '../command.ts';
import { formatOf, formatOption } from '../formats.ts';
import { checkOutputFile, print, say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';

interface ReportFlags extends CommonFlags, SettingsFlags {
  readonly run: string;
  readonly output?: string;
  readonly title?: string;
  readonly tune: boolean;
  readonly format: string;
  readonly json: boolean;
  readonly force: boolean;
}

const builder = (argv: Argv) => {
  const own = argv
    .positional('run', { type: 'string', demandOption: true, describe: 'A recording' })
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
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite the file' });
  return settingsOptions(formatOption(own, ['html', 'json', 'markdown']))
    .example('$0 report run.db --tune', 'The whole story in run.html')
    .example('$0 report run.db --format markdown', 'For a pull-request comment');
};

async function handler(flags: ReportFlags): Promise<void> {
  checkOutputFile(flags.output);
  const format = formatOf(flags);
  const output =
    flags.output ?? (format === 'html' ? `${basename(flags.run, '.db')}.html` : undefined);
  const settings = settingsFrom(flags);
  const { refuseExisting, writeWhole } = await import('../write-file.ts');
  if (output !== undefined) refuseExisting(output, flags.force);
  const { readRecording } = await import('../../record/recording/reader.ts');
  const { pageScript, makeReport } = await import('../build-report.ts');
  const { DEFAULT_GRID, objectiveFor, tuneRecordings } = await import('../tune-run.ts');
  const { presetSettings, TUNED_PRESET } = await import('../../replay/presets.ts');
  const progress = startProgress(`Reporting on ${flags.run}`, flags);
  const data = readRecording(flags.run);
  const onDone = (done: number, total: number): void => {
    progress.portion(done, total);
  };
  // An ensemble has no window of its own to tune.
  const tuned = settings.members.length > 0 ? presetSettings(TUNED_PRESET) : settings;
  const tune = flags.tune
    ? await tuneRecordings([data], tuned, DEFAULT_GRID, objectiveFor([data]), onDone)
    : null;
  progress.text('replaying and drawing');
  const report = makeReport(data, settings, tune, flags.title ?? basename(flags.run));
  let text: string;
  if (format === 'json') {
    text = `${JSON.stringify(report.model, null, 2)}\n`;
  } else if (format === 'markdown') {
    text = (await import('../../report/markdown.ts')).reportMarkdown(report.model);
  } else {
    text = (await import('../../report/html.ts')).reportHtml(report, pageScript());
  }
  progress.stop();
  if (output === undefined) {
    print(text);
    return;
  }
  writeWhole(output, flags.force, (write) => {
    write(text);
  });
  say(`Wrote ${output} (${String(Math.ceil(text.length / 1024))} KiB).`, flags);
}

export const reportCommand = {
  command: 'report <run>',
  describe: 'One offline HTML file: charts, alerts, tuning',
  builder,
  handler,
};
