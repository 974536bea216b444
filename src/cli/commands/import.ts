import { statSync } from 'node:fs';
import type { Argv } from 'yargs';
import type { CsvFormat } from '../../record/import/header.ts';
import type { TimeUnit } from '../../record/import/numbers.ts';
import type { CommonFlags } from '../command.ts';
import { checkOutputFile, say } from '../output.ts';
import { startProgress } from '../progress.ts';

interface ImportFlags extends CommonFlags {
  readonly files: string[];
  readonly output: string;
  readonly format: CsvFormat | 'auto';
  readonly metric: string;
  readonly namespace: string;
  readonly timeUnit?: TimeUnit;
  readonly delimiter: string;
  readonly labels?: string;
  readonly force: boolean;
}

const builder = (argv: Argv) =>
  argv
    .positional('files', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'CSV files, folders of them, or recordings to merge in',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'Recording to write',
    })
    .option('format', {
      choices: ['auto', 'long', 'wide', 'nab'] as const,
      default: 'auto' as const,
      requiresArg: true,
      describe: 'long: a row per container; wide: a column per series; nab: timestamp,value',
    })
    .option('metric', {
      type: 'string',
      requiresArg: true,
      default: 'value',
      describe: "Metric of a wide file's columns (cpu: cores, memory: bytes)",
    })
    .option('namespace', {
      type: 'string',
      requiresArg: true,
      default: '',
      describe: "Namespace of a wide file's columns",
    })
    .option('time-unit', {
      choices: ['s', 'ms', 'us', 'ns'] as const,
      requiresArg: true,
      describe: 'Times are epochs in this unit; without it RFC 3339 with a zone',
    })
    .option('delimiter', {
      type: 'string',
      requiresArg: true,
      default: ',',
      describe: 'What parts the cells',
    })
    .option('labels', {
      type: 'string',
      requiresArg: true,
      describe: 'Labels JSON (or NAB windows) to keep in the recording',
    })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite the recording' })
    .example('$0 import pods.csv -o run.db', 'A CSV of pods')
    .example('$0 import nab/data --format nab -o nab.db', 'A folder in the layout of NAB')
    .example('$0 import run.db load.csv -o both.db', 'Add load signals to a recording');

async function handler(flags: ImportFlags): Promise<void> {
  checkOutputFile(flags.output);
  const { importFiles } = await import('../../record/import/import-files.ts');
  const progress = startProgress('Importing', flags);
  let size = 0;
  try {
    const summary = await importFiles(flags.files, {
      output: flags.output,
      force: flags.force,
      labels: flags.labels ?? null,
      format: flags.format === 'auto' ? null : flags.format,
      delimiter: flags.delimiter,
      timeUnit: flags.timeUnit ?? null,
      metric: flags.metric,
      namespace: flags.namespace,
      onFile(path) {
        size = statSync(path).size;
        progress.text(path);
      },
      onBytes(bytes) {
        progress.portion(bytes, size);
      },
    });
    progress.stop();
    const { files, rows, samples, series, labels, repeats, conflicts, digest } = summary;
    say(
      `Imported ${String(rows)} rows of ${String(files)} files: ${String(samples)} samples, ` +
        `${String(series)} series, ${String(labels)} labels to ${flags.output}.`,
      flags,
    );
    if (repeats + conflicts > 0) {
      say(
        `${String(repeats)} samples were repeats; ${String(conflicts)} contradicted an earlier ` +
          'one of the same time, which was kept.',
        flags,
      );
    }
    say(`Digest ${digest}`, flags);
  } finally {
    progress.stop();
  }
}

export const importCommand = {
  command: 'import <files..>',
  describe: 'Turn CSV files into a recording: long, wide or NAB',
  builder,
  handler,
};
