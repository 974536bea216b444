import type { Argv } from 'yargs';
import { formatTime } from '../../core/time.ts';
import { visible } from '../../core/visible.ts';
import type { Salvage } from '../../record/recording/salvage/salvage.ts';
import { type CommonFlags, outputOption } from '../command.ts';
import { formatOf, formatOption } from '../formats.ts';
import { checkOutputFile, print } from '../output.ts';

interface SalvageFlags extends CommonFlags {
  readonly run: string;
  readonly output: string;
  readonly force: boolean;
  readonly format: string;
  readonly json: boolean;
}

const builder = (argv: Argv) =>
  outputOption(
    formatOption(
      argv.positional('run', { type: 'string', demandOption: true, describe: 'The damaged file' }),
      ['table', 'json'],
    ),
    'New recording to write',
  )
    .demandOption('output')
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite the output file' })
    .example(
      '$0 salvage run.db -o saved.db',
      'Every tick whose digest proves it, and what is lost',
    );

function asJson({ lost, ...rest }: Salvage): string {
  const ticks = lost.map(({ first, last, startMs, endMs }) => ({
    ...{ first, last, start: formatTime(startMs), end: formatTime(endMs) },
  }));
  return JSON.stringify({ ...rest, lost: ticks }, null, 2);
}

function asText(salvage: Salvage, output: string): string {
  const { ticks, saved, lost, series, bareSeries, lostSeries } = salvage;
  const lines = [
    `Saved ${String(saved)} of ${String(ticks)} ticks, ${String(salvage.samples)} samples of ` +
      `${String(series)} series to ${output}.`,
    ...lost.map(({ first, last, startMs, endMs }) =>
      first === last
        ? `Lost: tick ${String(first)} (${formatTime(startMs)}).`
        : `Lost: ticks ${String(first)} to ${String(last)} (${formatTime(startMs)} to ${formatTime(endMs)}).`,
    ),
  ];
  if (bareSeries > 0) {
    lines.push(`Of ${String(bareSeries)} series only names are left: no workload, node or limit.`);
  }
  const others = Object.entries({
    series: lostSeries,
    marks: salvage.lostMarks,
    labels: salvage.lostLabels,
    notes: salvage.lostNotes,
  }).flatMap(([name, count]) => (count === 0 ? [] : [`${String(count)} ${name}`]));
  if (others.length > 0) lines.push(`Lost as well: ${others.join(', ')}.`);
  if (lines.length === 1) lines.push('Nothing was lost.');
  return [...lines.map(visible), `digest ${salvage.digest}`].join('\n');
}

async function handler(flags: SalvageFlags): Promise<void> {
  checkOutputFile(flags.output);
  const { salvageRecording } = await import('../../record/recording/salvage/salvage.ts');
  const salvage = salvageRecording(flags.run, flags.output, flags.force);
  print(formatOf(flags) === 'json' ? asJson(salvage) : asText(salvage, flags.output));
}

export const salvageCommand = {
  command: 'salvage <run>',
  describe: 'Save what is left of a damaged recording to a new file',
  builder,
  handler,
};
