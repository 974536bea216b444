import { basename } from 'node:path';
import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import { plural } from '../../core/plural.ts';
import type { RecordingData } from '../../core/recording.ts';
import type { CommonFlags } from '../command.ts';
import { checkOutputFile, say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';

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
    )
    .example(
      '$0 export run.db --preset level -o rules.yml',
      'Settings as alerts, and rules.test.yml for "promtool test rules"',
    );
};

function formatFor({ format, output }: ExportFlags): ExportFormat {
  if (format !== 'auto') return format;
  const found = ENDINGS.find(([ending]) => ending.test(output));
  if (found !== undefined) return found[1];
  const known = ENDINGS.map(([, name]) => name).join(', ');
  throw new ToolError('USAGE', `The ending of ${output} tells no format; say --format ${known}.`);
}

/** Writes samples, and beside them what their format cannot hold. */
async function exportSamples(
  data: RecordingData,
  format: Exclude<ExportFormat, 'prometheus-rules'>,
  flags: ExportFlags,
): Promise<void> {
  const { output, force } = flags;
  const { refuseExisting, writeWhole } = await import('../write-file.ts');
  const kept = `${plural(data.marks.length, 'mark')} and ${plural(data.labels.length, 'label')}`;
  if (format === 'parquet') {
    const { exportParquet } = await import('../../record/export/parquet.ts');
    let rows = 0;
    writeWhole(output, force, (write) => {
      rows = exportParquet(data, write);
    });
    say(`Exported ${plural(rows, 'row')} to ${output}; ${kept} are in its metadata.`, flags);
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
  const what = plural(lines, format === 'csv' ? 'row' : 'sample');
  say(`Exported ${what} to ${output}; ${kept}, limits and owners to ${beside}.`, flags);
}

/** Writes settings as rules, and beside them their unit test; says how far they agree. */
async function exportRules(data: RecordingData, flags: ExportFlags): Promise<void> {
  const { output, force } = flags;
  const { replay } = await import('../../replay/replay.ts');
  const { ruleSet } = await import('../../replay/rules/rule-set.ts');
  const { agreementText, rulesYaml } = await import('../../replay/rules/rules-yaml.ts');
  const { rulesTestYaml } = await import('../../replay/rules/rules-test-yaml.ts');
  const { refuseExisting, writeWhole } = await import('../write-file.ts');
  const result = replay(data, settingsFrom(flags));
  const set = ruleSet(data, result);
  if (set.metrics.length === 0) {
    const message = `The settings judge nothing that is in ${flags.run}; name other --metrics.`;
    throw new ToolError('NO_DATA', message, { run: flags.run });
  }
  const beside = output.replace(/(?:\.ya?ml)?$/i, '.test.yml');
  const test = rulesTestYaml(set, basename(output));
  refuseExisting(output, force);
  writeWhole(beside, force, (write) => {
    write(test.yaml);
  });
  writeWhole(output, force, (write) => {
    write(rulesYaml(set, result));
  });
  say(`Wrote rules to ${output}; "promtool test rules ${beside}" tries them.`, flags);
  if (set.whyNot !== '') {
    say(`Not the detector itself: ${set.whyNot}; the nearest rules stand in for it.`, flags);
  }
  for (const { agreement, nearest } of set.metrics) {
    say(agreementText(agreement) + (nearest === '' ? '' : ` Rule: ${nearest}.`), flags);
  }
  const left = set.containers.length - test.containers;
  if (left > 0) say(`${plural(left, 'container')} found no room in the unit test.`, flags);
  say('What rules do differently from a replay is in the comments of the file.', flags);
}

async function handler(flags: ExportFlags): Promise<void> {
  checkOutputFile(flags.output);
  const format = formatFor(flags);
  const { readRun } = await import('../read-run.ts');
  const progress = startProgress(`Exporting ${flags.run}`, flags);
  try {
    const data = readRun(flags.run, flags);
    if (format === 'prometheus-rules') await exportRules(data, flags);
    else await exportSamples(data, format, flags);
    if (format !== 'prometheus-rules' && data.ticks.length > 0) {
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
