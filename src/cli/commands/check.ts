import { readFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import type { CommonFlags } from '../command.ts';
import { QuietExit } from '../failure.ts';
import { formatOf, formatOption } from '../formats.ts';
import { print, say } from '../output.ts';
import { presetSettings } from '../../replay/presets.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';

interface CheckFlags extends CommonFlags, SettingsFlags {
  readonly run: string;
  readonly format: string;
  readonly json: boolean;
  readonly baseline?: string;
  readonly tolerance: number;
  readonly mark?: string;
  readonly minCoverage?: number;
  readonly accept?: string;
  readonly junit?: string;
  readonly force: boolean;
}

/** Share of polls that must have brought samples where nothing else is asked for. */
const USUAL_COVERAGE = 0.9;

const builder = (argv: Argv) => {
  const text = { type: 'string', requiresArg: true } as const;
  const own = argv
    .positional('run', { type: 'string', demandOption: true, describe: 'A recording' })
    .option('baseline', {
      ...text,
      describe: 'Also fail where a workload uses more than in this run',
    })
    .option('tolerance', {
      ...{ type: 'number', requiresArg: true, default: 0.05 },
      describe: 'Share of the baseline by which usage may grow',
    })
    .option('mark', { ...text, describe: 'Align run and baseline by this mark, or "start"' })
    .option('min-coverage', {
      ...{ type: 'number', requiresArg: true },
      describe: `Share of polls that must have brought samples; 0.9 for recordings with polls`,
    })
    .option('accept', { ...text, describe: 'JSON file of findings that are known and accepted' })
    .option('junit', { ...text, describe: 'Also write findings to this file, as JUnit XML' })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite files' });
  return settingsOptions(formatOption(own, ['table', 'json', 'github']))
    .example('$0 check run.db', 'Exit 3 where there is an alert, or a poll in ten failed')
    .example('$0 check run.db --settings tuned.json --baseline last.db', 'Nor may usage grow')
    .example('$0 check run.db --accept known.json --junit check.xml', 'Known findings do not count')
    .example('$0 check run.db --format github', 'Annotations in a GitHub workflow');
};

function readAcceptFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `Cannot read the accepted findings in ${path}: ${why}.`;
    throw new ToolError('BAD_INPUT', message, { path }, { cause: error });
  }
}

function checkShare(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (value >= 0 && value <= most)) return;
  throw new ToolError('USAGE', `--${name} is a share from 0 to ${String(most)}, such as 0.1.`);
}

async function handler(flags: CheckFlags): Promise<void> {
  checkShare('min-coverage', flags.minCoverage, 1);
  checkShare('tolerance', flags.tolerance, 100);
  const settings = settingsFrom(flags);
  const { readRun } = await import('../read-run.ts');
  const { compareRuns, COMPARE_DEFAULTS } = await import('../../replay/compare/compare-runs.ts');
  const { parseAccepted } = await import('../../replay/gate/accepted.ts');
  const { runGate } = await import('../../replay/gate/gate.ts');
  const { replay } = await import('../../replay/replay.ts');
  const { gateTable, githubAnnotations, junitXml } = await import('../check/forms.ts');
  const { gateJson } = await import('../check/json.ts');
  const { accept, baseline, run } = flags;
  // Presets name metrics that any run may lack; what somebody chose is to be there.
  const usual = presetSettings('default').metrics;
  const namedMetrics =
    flags.metrics?.split(',') ?? settings.metrics.filter((name) => !usual.includes(name));
  const accepted = accept === undefined ? [] : parseAccepted(readAcceptFile(accept), accept);
  const data = readRun(run, flags);
  const before = baseline === undefined ? null : readRun(baseline, flags);
  const options = { ...COMPARE_DEFAULTS, mark: flags.mark ?? null, tolerance: flags.tolerance };
  const result = replay(data, settings);
  const gate = runGate({
    ...{ data, result, accepted, namedMetrics, nowMs: Date.now() },
    comparison:
      before === null || baseline === undefined
        ? null
        : compareRuns(
            [
              { name: baseline, data: before },
              { name: run, data },
            ],
            options,
          ),
    minCoverage: flags.minCoverage ?? (data.ticks.length === 0 ? null : USUAL_COVERAGE),
  });
  if (flags.junit !== undefined) {
    const { writeWhole } = await import('../write-file.ts');
    writeWhole(flags.junit, flags.force, (write) => {
      write(junitXml(run, gate));
    });
  }
  const format = formatOf(flags);
  if (format === 'json') print(JSON.stringify(gateJson(gate, result), null, 2));
  else print(format === 'github' ? githubAnnotations(run, gate) : gateTable(run, gate));
  for (const { series } of gate.unused) say(`Accepted, but no longer found: ${series}`, flags);
  if (!gate.passed) throw new QuietExit(3);
}

export const checkCommand = {
  command: 'check <run>',
  describe: 'Gate for pipelines: exit 3 on alerts, more usage than a baseline, or missing samples',
  builder,
  handler,
};
