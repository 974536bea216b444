import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import type { RecordingData } from '../../core/recording.ts';
import type { CommonFlags } from '../command.ts';
import { checkOutputFile, say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { type SettingsFlags, settingsOptions } from '../settings-flags.ts';

type ExportFormat = 'csv' | 'openmetrics' | 'parquet' | 'prometheus-rules';

interface ExportFlags extends CommonFlags, SettingsFlags {
  readonly run: string;
  readonly format: ExportFormat | 'auto';
  readonly output: string;
  readonly force: boolean;
}

const ENDINGS: readonly (readonly [RegExp, ExportFormat])[] = [
  [/\.csv$/i, 'csv'],
  [/\.(?:om|openmetrics|prom)$/i, 'openmetrics'],
  [/\.parquet$/i, 'parquet'],
  [/\.ya?ml$/i, 'prometheus-rules'],
];

const builder = (argv: Argv) => {
  const own = argv
    .positional('run', { type: 'string', demandOption: true, describe: 'A recording' })
    .option('format', {
      choices: ['auto', ...ENDINGS.map(([, format]) => format)] as const,
      default: 'auto' as const,
      requiresArg: true,
      describe: 'auto: told by the ending of the file (.csv, .om, .parquet, .yml)',
    })
    .option('output', {
      ...{ alias: 'o', type: 'string', requiresArg: true, demandOption: true },
      describe: 'File to write',
    })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite files' });
  return settingsOptions(own)
    .example('$0 export run.db -o run.csv', 'A row for each container and time')
    .example('$0 export run.db -o run.parquet', 'For DuckDB, pandas, Spark or ClickHouse')
    .example(
      '$0 export run.db -o run.om',
      'For "promtool tsdb create-blocks-from openmetrics run.om"',
    );
};

function formatFor({ format, output }: ExportFlags): ExportFormat {
  if (format !== 'auto') return format;
  const found = ENDINGS.find(([ending]) => ending.test(output));
  if (found !== undefined) return found[1];
  const known = ENDINGS.map(([, name]) => name).join(', ');
  throw new ToolError('USAGE', `The ending of ${output} tells no format; say --format ${known}.`);
}

const count = (n: number, one: string): string => `${String(n)} ${one}${n === 1 ? '' : 's'}`;

/** Writes samples, and beside them what their format cannot hold. */
async function exportSamples(
  data: RecordingData,
  format: Exclude<ExportFormat, 'prometheus-rules'>,
  flags: ExportFlags,
): Promise<void> {
  const { output, force } = flags;
  const { refuseExisting, writeWhole } = await import('../write-file.ts');
  const kept = `${count(data.marks.length, 'mark')} and ${count(data.labels.length, 'label')}`;
  if (format === 'parquet') {
    const { exportParquet } = await import('../../record/export/parquet.ts');
    let rows = 0;
    writeWhole(output, force, (write) => {
      rows = exportParquet(data, write);
    });
    say(`Exported ${count(rows, 'row')} to ${output}; ${kept} are in its metadata.`, flags);
    return;
  }
  const { contextJson, contextPath } = await import('../../record/context-file.ts');
  const beside = contextPath(output);
  refuseExisting(output, force);
  writeWhole(beside, force, (write) => {
    write(`${contextJson(data)}\n`);
  });
  const { exportCsv } = await import('../../record/export/csv.ts');
  const { exportOpenMetrics } = await import('../../record/export/openmetrics.ts');
  let lines = 0;
  writeWhole(output, force, (write) => {
    lines = (format === 'csv' ? exportCsv : exportOpenMetrics)(data.series, write);
  });
  const what = count(lines, format === 'csv' ? 'row' : 'sample');
  say(`Exported ${what} to ${output}; ${kept}, limits and owners to ${beside}.`, flags);
}

async function handler(flags: ExportFlags): Promise<void> {
  checkOutputFile(flags.output);
  const format = formatFor(flags);
  const { readRecording } = await import('../../record/recording/reader.ts');
  const progress = startProgress(`Exporting ${flags.run}`, flags);
  try {
    const data = readRecording(flags.run);
    if (format !== 'prometheus-rules') await exportSamples(data, format, flags);
    if (data.ticks.length > 0) {
      say('Not exported: polls and their outcomes, and what was rejected.', flags);
    }
  } finally {
    progress.stop();
  }
}

export const exportCommand = {
  command: 'export <run>',
  describe: 'Take samples out as CSV, OpenMetrics or Parquet, or settings as Prometheus rules',
  builder,
  handler,
};
