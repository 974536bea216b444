import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import { parseDuration, parseTime } from '../../core/time.ts';
import { SYNTHETIC_SCENARIOS, syntheticScenario } from '../../replay/synthetic/scenarios.ts';
import type { CommonFlags } from '../command.ts';
import { checkOutputFile, say } from '../output.ts';

interface SynthFlags extends CommonFlags {
  readonly scenario: string;
  readonly output: string;
  readonly seed: number;
  readonly duration: string;
  readonly interval: string;
  readonly start: string;
  readonly force: boolean;
}

const text = { type: 'string', requiresArg: true } as const;

const builder = (argv: Argv) =>
  argv
    .positional('scenario', {
      type: 'string',
      demandOption: true,
      describe: SYNTHETIC_SCENARIOS.map(({ name, describe }) => `${name}: ${describe}`).join('; '),
    })
    .option('output', { ...text, alias: 'o', demandOption: true, describe: 'Recording to write' })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      default: 1,
      describe: 'Same seed, same bytes',
    })
    .option('duration', { ...text, default: '2h', describe: 'Length of the run' })
    .option('interval', { ...text, default: '15s', describe: 'How often metrics are sampled' })
    .option('start', { ...text, default: '2026-01-01T00:00:00Z', describe: 'First moment' })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite the recording' })
    .example('$0 synth memory-leak -o leak.db', 'Two hours with a labelled leak')
    .example('$0 synth steady -o quiet.db --duration 24h --seed 7', 'A day of nothing');

const LONGEST_MS = 31 * 86_400_000;

async function handler(flags: SynthFlags): Promise<void> {
  checkOutputFile(flags.output);
  const scenario = syntheticScenario(flags.scenario);
  const durationMs = parseDuration(flags.duration);
  const intervalMs = parseDuration(flags.interval);
  const startMs = Math.floor(parseTime(flags.start) / 1000) * 1000;
  if (!Number.isInteger(flags.seed) || flags.seed < 0 || flags.seed > 0xffffffff) {
    throw new ToolError('USAGE', '--seed takes a whole number from 0 to 4294967295.');
  }
  if (intervalMs < 1000 || intervalMs % 1000 !== 0) {
    throw new ToolError('USAGE', '--interval takes whole seconds, 1s at the least.');
  }
  if (durationMs < 4 * intervalMs || durationMs > LONGEST_MS) {
    throw new ToolError(
      'USAGE',
      '--duration takes four intervals at the least and 31d at the most.',
    );
  }
  const { writeSynthetic } = await import('../write-synthetic.ts');
  const options = { scenario, seed: flags.seed, startMs, durationMs, intervalMs };
  const { digest, samples, labels } = writeSynthetic(flags.output, options, flags.force);
  say(
    `Wrote ${flags.output}: ${String(samples)} samples, ${String(labels)} labels; digest ${digest}`,
    flags,
  );
}

export const synthCommand = {
  command: 'synth <scenario>',
  describe: 'Make a synthetic load run with known faults',
  builder,
  handler,
};
