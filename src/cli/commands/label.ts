import { readFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import { plural } from '../../core/plural.ts';
import type { Label } from '../../core/recording.ts';
import type { SeriesKey } from '../../core/series.ts';
import { formatDuration, formatTime, parseTime } from '../../core/time.ts';
import type { CommonFlags } from '../command.ts';
import { checkOutputFile, print, say, table } from '../output.ts';

interface LabelFlags extends CommonFlags {
  readonly run: string;
  readonly action: 'list' | 'add' | 'import' | 'export' | 'clear';
  readonly file?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container: string;
  readonly metric: string;
  readonly start?: string;
  readonly end?: string;
  readonly graceEnd?: string;
  readonly type: string;
  readonly output?: string;
  readonly force: boolean;
}

const text = { type: 'string', requiresArg: true } as const;

const builder = (argv: Argv) =>
  argv
    .positional('run', { type: 'string', demandOption: true, describe: 'A finalised recording' })
    .positional('action', {
      choices: ['list', 'add', 'import', 'export', 'clear'] as const,
      default: 'list' as const,
      describe: 'What to do with its labels',
    })
    .positional('file', { type: 'string', describe: 'import: labels JSON, or NAB windows' })
    .option('namespace', { ...text, describe: 'add: namespace of the pod' })
    .option('pod', { ...text, describe: 'add: the pod' })
    .option('container', { ...text, default: '', describe: 'add: only this container' })
    .option('metric', { ...text, default: '', describe: 'add: only this metric' })
    .option('start', { ...text, describe: 'add: when it began (RFC 3339)' })
    .option('end', { ...text, describe: 'add: when it ended (RFC 3339)' })
    .option('grace-end', {
      ...text,
      describe: 'add: until when it may echo; neither hit nor false',
    })
    .option('type', { ...text, default: 'anomaly', describe: 'add: what it was' })
    .option('output', { ...text, alias: 'o', describe: 'export: file to write' })
    .option('force', { type: 'boolean', default: false, describe: 'export: overwrite the file' })
    .example('$0 label run.db', 'List the known faults')
    .example(
      '$0 label run.db add --namespace shop --pod web-1 --start 2026-01-01T10:00:00Z --end 2026-01-01T10:05:00Z',
      'Say when a fault was',
    )
    .example('$0 label run.db export -o labels.json', 'Keep labels beside the run');

function labelOf(flags: LabelFlags): Label {
  const { namespace, pod, container, metric, start, end, graceEnd, type } = flags;
  if (namespace === undefined || pod === undefined || start === undefined || end === undefined) {
    throw new ToolError('USAGE', 'label add needs --namespace, --pod, --start and --end.');
  }
  const startMs = parseTime(start);
  const endMs = parseTime(end);
  const graceEndMs = graceEnd === undefined ? endMs : parseTime(graceEnd);
  if (endMs <= startMs) throw new ToolError('USAGE', '--end must be after --start.');
  if (graceEndMs < endMs) throw new ToolError('USAGE', '--grace-end must not be before --end.');
  const visibleIn = metric === '' ? null : [metric];
  return { namespace, pod, container, metric, startMs, endMs, graceEndMs, type, visibleIn };
}

function labelTable(labels: readonly Label[]): string {
  return table<Label>(
    [
      { title: 'START (UTC)', cell: ({ startMs }) => formatTime(startMs).slice(0, 19) },
      { title: 'LASTS', cell: ({ startMs, endMs }) => formatDuration(endMs - startMs) },
      { title: 'TYPE', cell: ({ type }) => type },
      { title: 'POD', cell: ({ namespace, pod }) => `${namespace}/${pod}` },
      { title: 'METRIC', cell: ({ metric }) => (metric === '' ? 'any' : metric) },
    ],
    labels,
  );
}

/** The labels in a file to import. */
function labelsOf(
  file: string | undefined,
  parse: (text: string, where: string) => Label[],
): readonly Label[] {
  if (file === undefined) throw new ToolError('USAGE', 'label import needs a labels JSON file.');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `Cannot read ${file}: ${why}; check the path.`;
    throw new ToolError('BAD_INPUT', message, { file }, { cause: error });
  }
  return parse(text, file);
}

/** Says how many labels there are now, and which name pods that the recording does not have. */
function tell(flags: LabelFlags, labels: readonly Label[], series: readonly SeriesKey[]): void {
  say(`${flags.run} has ${plural(labels.length, 'label')}.`, flags);
  const pods = new Set(series.map(({ namespace, pod }) => `${namespace}/${pod}`));
  const [stray, ...more] = labels.filter(({ namespace, pod }) => !pods.has(`${namespace}/${pod}`));
  if (stray === undefined) return;
  const others = more.length === 0 ? '' : `, and ${String(more.length)} more labels,`;
  const what = `The label of ${stray.namespace}/${stray.pod}${others}`;
  say(`${what} names a pod that the recording does not have; check the name.`, flags);
}

async function handler(flags: LabelFlags): Promise<void> {
  checkOutputFile(flags.output);
  const { labelsJson, parseLabels } = await import('../../record/labels.ts');
  const { editLabels } = await import('../../record/recording/edit.ts');
  const { overview } = await import('../../record/recording/overview.ts');
  const { run, action, file, output } = flags;
  switch (action) {
    case 'list':
      print(labelTable(overview(run).labels));
      return;
    case 'export': {
      const json = labelsJson(overview(run).labels);
      if (output === undefined) {
        print(json);
        return;
      }
      const { writeWhole } = await import('../write-file.ts');
      writeWhole(output, flags.force, (write) => {
        write(`${json}\n`);
      });
      return;
    }
    case 'add':
    case 'import': {
      const added = action === 'add' ? [labelOf(flags)] : labelsOf(file, parseLabels);
      const labels = editLabels(run, (old) => [...old, ...added]);
      tell(flags, labels, overview(run).series);
      return;
    }
    case 'clear':
      editLabels(run, () => []);
      tell(flags, [], []);
  }
}

export const labelCommand = {
  command: 'label <run> [action] [file]',
  describe: 'Known faults of a run: list, add, import, export, clear',
  builder,
  handler,
};
