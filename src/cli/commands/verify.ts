import type { Argv } from 'yargs';
import { formatTime } from '../../core/time.ts';
import type { Verification } from '../../record/recording/verify.ts';
import type { CommonFlags } from '../command.ts';
import { QuietExit } from '../failure.ts';
import { formatOf, formatOption } from '../formats.ts';
import { print, say } from '../output.ts';
import { EXIT_CODES } from '../../core/errors.ts';
import { visible } from '../../core/visible.ts';

interface VerifyFlags extends CommonFlags {
  readonly run: string;
  readonly format: string;
  readonly json: boolean;
  readonly finalise: boolean;
}

const builder = (argv: Argv) =>
  formatOption(
    argv.positional('run', { type: 'string', demandOption: true, describe: 'A recording' }),
    ['table', 'json'],
  )
    .option('finalise', {
      type: 'boolean',
      default: false,
      describe: 'Complete a sound recording whose recorder was killed: one file, with its digest',
    })
    .example('$0 verify run.db', 'Exit 5 and the name of every damaged tick, or the digest')
    .example('$0 verify run.db --finalise', 'After a crash: make it one file');

function asJson({ damagedTicks, ...rest }: Verification, sound: boolean): string {
  const ticks = damagedTicks.map(({ seq, scheduledMs }) => ({
    seq,
    scheduled: scheduledMs === null ? null : formatTime(scheduledMs),
  }));
  return JSON.stringify({ sound, ...rest, damagedTicks: ticks }, null, 2);
}

async function handler(flags: VerifyFlags): Promise<void> {
  const { damagedTickText, verifyRecording } = await import('../../record/recording/verify.ts');
  let found = verifyRecording(flags.run);
  const sound = found.damagedTicks.length + found.problems.length === 0;
  if (flags.finalise && sound && !found.finalised) {
    const { finaliseRecording } = await import('../../record/recording/edit.ts');
    finaliseRecording(flags.run);
    found = verifyRecording(flags.run);
  }
  if (formatOf(flags) === 'json') {
    print(asJson(found, sound));
  } else if (sound) {
    const state = found.finalised ? 'finalised' : 'not finalised';
    print(
      `${visible(flags.run)} is sound: ${String(found.ticks)} ticks, ` +
        `${String(found.samples)} samples, ${state}\ndigest ${found.digest}`,
    );
  } else {
    print([...found.damagedTicks.map(damagedTickText), ...found.problems].map(visible).join('\n'));
  }
  if (sound) return;
  const damaged = `${String(found.damagedTicks.length)} of ${String(found.ticks)} ticks`;
  const others = `${String(found.problems.length)} other problems`;
  const rest = `"podtape salvage" saves the others to a new file`;
  say(`${flags.run} is damaged: ${damaged}, ${others}; ${rest}.`);
  throw new QuietExit(EXIT_CODES.BAD_RECORDING);
}

export const verifyCommand = {
  command: 'verify <run>',
  describe: 'Check a recording tick by tick and row by row',
  builder,
  handler,
};
