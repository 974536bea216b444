import { readFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import type { Label } from '../../core/recording.ts';
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
    .positional('file', { type: 'string', describe: 'Labels JSON to import' })
    .option('namespace', { ...text, describe: 'add: namespace of the pod' })
    .option('pod', { ...text, describe: 'add: the pod' })
    .option('container', { ...text, default: '', describe: 'add: only this container' })
    .option('metric', { ...text, default: '', describe: 'add: only this metric' })
    .option('start', { ...text, describe: 'add: when it began (RFC 3339)' })
    .option('end', { ...text, describe: 'add: when it ended (RFC 3339)' })
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
  const { namespace, pod, container, metric, start, end, type } = flags;
  if (namespace === undefined || pod === undefined || start === undefined || end === undefined) {
    throw new ToolError('USAGE', 'label add needs --namespace, --pod, --start and --end.');
  }
  const startMs = parseTime(start);
  const endMs = parseTime(end);
  if (endMs <= startMs) throw new ToolError('USAGE', '--end must be after --start.');
  const visibleIn = metric === '' ? null : [metric];
  return { namespace, pod, container, metric, startMs, endMs, graceEndMs: endMs, type, visibleIn };
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

async function handler(flags: LabelFlags): Promise<void> {
  checkOutputFile(flags.output);
  const { labelsJson, parseLabels } = await import('../../record/labels.ts');
  const { editLabels } = await import('../../record/recording/edit.ts');
  const { readRecording } = await import('../../record/recording/reader.ts');
  const { run, action, file } = flags;
  switch (action) {
    case 'list':
      print(labelTable(readRecording(run).labels));
      return;
    case 'export': {
      const json = `${labelsJson(readRecording(run).labels)}\n`;
      if (flags.output === undefined) {
        print(json);
        return;
      }
      const { writeWhole } = await import('../write-file.ts');
      writeWhole(flags.output, flags.force, (write) => {
        write(json);
      });
      return;
    }
    case 'add': {
      const added = labelOf(flags);
      const labels = editLabels(run, (old) => [...old, added]);
      say(`${run} has ${String(labels.length)} labels.`, flags);
      return;
    }
    case 'import': {
      if (file === undefined)
        throw new ToolError('USAGE', 'label import needs a labels JSON file.');
      let json: string;
      try {
        json = readFileSync(file, 'utf8');
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new ToolError(
          'BAD_INPUT',
          `Cannot read ${file}: ${why}.`,
          { file },
          { cause: error },
        );
      }
      const imported = parseLabels(json, file);
      const labels = editLabels(run, (old) => [...old, ...imported]);
      say(`${run} has ${String(labels.length)} labels.`, flags);
      return;
    }
    case 'clear':
      editLabels(run, () => []);
      say(`${run} has no labels.`, flags);
  }
}

export const labelCommand = {
  command: 'label <run> [action] [file]',
  describe: 'Known faults of a run: list, add, import, export, clear',
  builder,
  handler,
};
