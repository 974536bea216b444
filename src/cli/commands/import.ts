import type { Argv } from 'yargs';
import { nameFault } from '../../record/import/header.ts';
import type { ImportFormat, ImportSummary } from '../../record/import/import-files.ts';
import type { TimeUnit } from '../../record/import/numbers.ts';
import type { CommonFlags } from '../command.ts';
import { ToolError } from '../../core/errors.ts';
import { plural } from '../../core/plural.ts';
import { formatTime, parseDuration, parseTime } from '../../core/time.ts';
import type { Unit } from '../../core/series.ts';
import { QuietExit } from '../failure.ts';
import { checkOutputFile, say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { signalExitCode } from '../record/child.ts';
import { watchStops } from '../record/stops.ts';

interface ImportFlags extends CommonFlags {
  readonly files: string[];
  readonly output: string;
  readonly format: ImportFormat | 'auto';
  readonly metric: string;
  readonly unit?: Unit;
  readonly namespace: string;
  readonly timeUnit?: TimeUnit;
  readonly delimiter: string;
  readonly labels?: string;
  readonly start?: string;
  readonly interval?: string;
  readonly offset?: string;
  readonly force: boolean;
}

/** Of larger recordings the clock of the load is not estimated: it takes all of them into memory. */
const MOST_FOR_OFFSET = 5_000_000;

/** Of times before this, an epoch in a coarser unit is the likelier reading: 2000-01-01. */
const FIRST_PLAUSIBLE_MS = 946_684_800_000;

const FORMATS = [
  ...['long', 'wide', 'nab', 'parquet', 'prometheus', 'openmetrics', 'kubelet'],
  ...['kubectl-top', 'k6-csv', 'k6-json', 'hey', 'autocannon'],
] as readonly ImportFormat[];

const builder = (argv: Argv) =>
  argv
    .positional('files', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'CSV files, folders of them, metrics, results of a load, or recordings to merge in',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'Recording to write',
    })
    .option('format', {
      choices: ['auto', ...FORMATS] as const,
      default: 'auto' as const,
      requiresArg: true,
      describe:
        'long: a row per container; wide: a column per series; nab: timestamp,value; parquet: ' +
        'the same columns; ' +
        'prometheus: the answer of /api/v1/query_range; openmetrics; kubelet: /metrics/resource; ' +
        'kubectl-top: a log of it; k6, hey and autocannon: results of a load',
    })
    .option('metric', {
      type: 'string',
      requiresArg: true,
      default: 'value',
      describe: 'Metric of a wide file or a query (cpu: cores, memory: bytes)',
    })
    .option('unit', {
      choices: ['cores', 'bytes', 'seconds', 'requests/s', 'replicas'] as const,
      requiresArg: true,
      describe: 'Its unit, where the metric does not tell it',
    })
    .option('namespace', {
      type: 'string',
      requiresArg: true,
      default: '',
      describe: 'Namespace where no column gives it',
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
      describe: 'The character that parts the cells, or tab',
    })
    .option('start', {
      type: 'string',
      requiresArg: true,
      describe: 'Time (RFC 3339) of the first table of kubectl top, or when the load of hey began',
    })
    .option('interval', {
      type: 'string',
      requiresArg: true,
      describe: 'Between tables of kubectl top; requests of a load are added up over it (10s)',
    })
    .option('offset', {
      type: 'string',
      requiresArg: true,
      describe: 'Seconds to add to the times of a load, where its clock was behind (or -12.5)',
    })
    .option('labels', {
      type: 'string',
      requiresArg: true,
      describe: 'Labels JSON (or NAB windows) to keep in the recording',
    })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite the recording' })
    .example('$0 import pods.csv -o run.db', 'A CSV of pods')
    .example('$0 import nab/data --format nab -o nab.db', 'A folder in the layout of NAB')
    .example('$0 import cpu.json --metric cpu -o run.db', "A Prometheus range query's answer")
    .example('$0 import top.log -o run.db', 'A log of date and kubectl top pods --containers')
    .example(
      '$0 import run.db k6.csv --namespace shop -o both.db',
      'Add the load of k6 to a recording',
    );

/** `tab` and `\t` mean the character. Throws USAGE on what cannot part cells. */
function readDelimiter(text: string): string {
  const delimiter = text === 'tab' || text === '\\t' ? '\t' : text;
  if (/^[^\w\s"#.+-]$/.test(delimiter) || delimiter === '\t' || delimiter === ' ') return delimiter;
  throw new ToolError(
    'USAGE',
    '--delimiter takes one character that no number, name or quote has: , ; | or tab.',
  );
}

/** Seconds, which may be negative, → ms. Throws USAGE. */
function readOffset(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^[+-]?\d{1,9}(?:\.\d{1,3})?$/.test(text)) return Math.round(Number(text) * 1000);
  throw new ToolError('USAGE', '--offset takes seconds, such as 90 or -12.5.');
}

/** A length of time of at least a millisecond; null: not given. Throws USAGE, BAD_VALUE. */
function readInterval(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (Number.isInteger(ms) && ms >= 1) return ms;
  throw new ToolError('USAGE', `--interval ${text} is too short; try 10s.`);
}

function checkName(flag: string, name: string): void {
  const fault = nameFault(name);
  if (fault !== '') throw new ToolError('USAGE', `The name given with ${flag} ${fault}.`);
}

function tellSummary(summary: ImportSummary, flags: ImportFlags): void {
  const { files, rows, samples, series, labels, strayLabels, repeats, conflicts } = summary;
  say(
    `Imported ${plural(rows, 'row')} of ${plural(files, 'file')}: ${plural(samples, 'sample')}, ` +
      `${String(series)} series, ${plural(labels, 'label')} to ${flags.output}.`,
    flags,
  );
  const { startMs, endMs, digest } = summary;
  if (startMs !== null && endMs !== null) {
    say(`Time from ${formatTime(startMs)} to ${formatTime(endMs)}.`, flags);
    if (flags.timeUnit !== undefined && startMs < FIRST_PLAUSIBLE_MS) {
      say(`It begins before 2000: is --time-unit ${flags.timeUnit} right?`, flags);
    }
  }
  if (summary.marks > 0) say(`Also ${plural(summary.marks, 'mark')} that were kept beside.`, flags);
  if (repeats + conflicts > 0) {
    const why = 'contradicted an earlier value of the same series and time';
    say(
      `Left out: ${plural(repeats, 'repeat')}, ${plural(conflicts, 'sample')} that ${why}.`,
      flags,
    );
  }
  if (summary.notNumbers > 0) {
    say(`Left out: ${plural(summary.notNumbers, 'NaN or infinite value')}.`, flags);
  }
  if (summary.skipped > 0) {
    say(
      `Left out: ${plural(summary.skipped, 'line')} of histograms, sums of pods and the like.`,
      flags,
    );
  }
  if (summary.resets > 0) {
    say(`${plural(summary.resets, 'counter reset')}; the rates across them are left out.`, flags);
  }
  if (strayLabels > 0) {
    const why = 'not in the recording; check their namespace and pod';
    say(`${plural(strayLabels, 'label')} of pods that are ${why}.`, flags);
  }
  say(`Digest ${digest}`, flags);
}

async function handler(flags: ImportFlags): Promise<void> {
  checkOutputFile(flags.output);
  const delimiter = readDelimiter(flags.delimiter);
  checkName('--metric', flags.metric);
  checkName('--namespace', flags.namespace);
  if (flags.metric === '') throw new ToolError('USAGE', '--metric takes a name such as cpu.');
  const { importFiles } = await import('../../record/import/import-files.ts');
  const stops = watchStops(
    () => undefined,
    () => undefined,
  );
  const progress = startProgress('Importing', { quiet: flags.quiet, keepSignals: true });
  try {
    const summary = await importFiles(flags.files, {
      ...{ output: flags.output, force: flags.force, labels: flags.labels ?? null },
      format: flags.format === 'auto' ? null : flags.format,
      ...{ delimiter, timeUnit: flags.timeUnit ?? null },
      ...{ metric: flags.metric, unit: flags.unit ?? null, namespace: flags.namespace },
      startMs: flags.start === undefined ? null : parseTime(flags.start),
      ...{ intervalMs: readInterval(flags.interval), offsetMs: readOffset(flags.offset) },
      onBytes(done, total) {
        progress.portion(done, total);
      },
      signal: stops.signal,
    });
    progress.stop();
    tellSummary(summary, flags);
    if (summary.loads > 0 && summary.samples <= MOST_FOR_OFFSET && !flags.quiet) {
      const { offsetAdvice } = await import('../import-offset.ts');
      const advice = offsetAdvice(flags.output, readOffset(flags.offset));
      if (advice !== '') say(advice, flags);
    }
  } catch (error) {
    progress.stop();
    const by = stops.by();
    if (by === null) throw error;
    say('Stopped; nothing was written.', flags);
    throw new QuietExit(signalExitCode(by));
  } finally {
    progress.stop();
    stops.release();
  }
}

export const importCommand = {
  command: 'import <files..>',
  describe: 'Turn CSV, metrics, kubectl top logs or load results into a recording',
  builder,
  handler,
};
