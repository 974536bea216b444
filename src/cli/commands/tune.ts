import type { Argv } from 'yargs';
import type { TuneResult } from '../../core/results.ts';
import type { CommonFlags } from '../command.ts';
import { formatOf, formatOption } from '../formats.ts';
import { checkOutputFile, print, say } from '../output.ts';
import { JOBS_OPTION, jobsOf } from '../jobs.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';
import { type AdviceFlags, adviceFlags, adviceFrom } from '../tune/advice-flags.ts';
import type { GridFlags } from '../tune/grid.ts';
import { type ClusterFlags, clusterOptions } from '../tune/kubernetes/flags.ts';
import type { ObjectiveFlags } from '../tune/objective.ts';

interface TuneFlags
  extends CommonFlags, SettingsFlags, AdviceFlags, GridFlags, ObjectiveFlags, ClusterFlags {
  readonly runs: string[];
  readonly jobs?: number;
  readonly resume?: string;
  readonly shard?: string;
  readonly writeSettings?: string;
  readonly dryRun: boolean;
  readonly output?: string;
  readonly format: string;
  readonly json: boolean;
  readonly force: boolean;
}

function gridOptions<T>(argv: Argv<T>) {
  const list = { type: 'string', requiresArg: true, group: 'Grid:' } as const;
  return argv
    .option('grid', { ...list, describe: 'A file with such lists (JSON): {"windows": [60, 120]}' })
    .option('detectors', { ...list, describe: 'Detectors to try, such as level,isolation' })
    .option('pools', { ...list, describe: 'Who may share a window: container,pod,workload' })
    .option('windows', { ...list, describe: 'Windows to try, such as 60,120,240 or 60:600:60' })
    .option('smooths', { ...list, describe: 'Rolling medians to try, such as 1,3,5' })
    .option('refractories', { ...list, describe: 'Refractory lengths to try, such as 0,60' })
    .option('consecutives', { ...list, describe: 'Numbers of flags to try, such as 1,2,3' })
    .option('withins', { ...list, describe: 'Spreads of flags to try: 1 in a row, 5 among 5' })
    .option('recovers', { ...list, describe: 'Samples that an alert stays open, such as 1,5' })
    .option('thresholds', {
      ...list,
      describe: 'Thresholds to list; every threshold is judged in any case',
    });
}

function objectiveOptions<T>(argv: Argv<T>) {
  const text = { type: 'string', requiresArg: true, group: 'What is good:' } as const;
  return argv
    .option('objective', {
      ...text,
      choices: ['f1', 'nab-standard', 'nab-low-fp', 'nab-low-fn', 'recall', 'cost'],
      describe: 'What labels are judged by; default: f1',
    })
    .option('budget', {
      ...text,
      describe: 'False alerts that are bearable, such as "1/day per workload"',
    })
    .option('cost', { ...text, describe: 'What mistakes cost: miss=10,false=1,delay-minute=0.1' });
}

const builder = (argv: Argv) => {
  const own = argv
    .positional('runs', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Recordings to tune on, labelled or known to be good',
    })
    .option('jobs', JOBS_OPTION)
    .option('resume', {
      type: 'string',
      requiresArg: true,
      describe: 'Keep what is finished in this file or folder, and go on from it',
    })
    .option('shard', {
      type: 'string',
      requiresArg: true,
      describe: 'With --resume FOLDER/: run only part I of N (from 0), such as 0/8',
    })
    .option('write-settings', {
      type: 'string',
      requiresArg: true,
      describe: 'Write the recommendation as a settings file',
    })
    .option('dry-run', {
      type: 'boolean',
      default: false,
      describe: 'Say what would be tried, and how long that takes',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      describe: 'Write to a file',
    })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite files' });
  const formats = formatOption(own, ['table', 'json', 'csv', 'markdown']);
  return settingsOptions(clusterOptions(adviceFlags(objectiveOptions(gridOptions(formats)))))
    .example('$0 tune run.db', 'Which window, smoothing, threshold and count?')
    .example('$0 tune run.db --write-settings best.json', 'Keep the answer for replay')
    .example('$0 tune good.db --budget "1/day per workload"', 'Alerts that one can live with')
    .example('$0 tune run.db --sensitivity low', 'The best within one false alert a week')
    .example('$0 tune good.db --inject all', 'The smallest leak and hog that each would catch')
    .example(
      '$0 tune runs/a.db --on kubernetes --image IMAGE --volume CLAIM --dry-run',
      'The Jobs that a cluster would run',
    );
};

/** The result (`json`: by the machine contract) in the format asked for, to a file or to stdout. */
async function write(result: TuneResult, json: unknown, flags: TuneFlags): Promise<void> {
  const { tuneCsv, tuneMarkdown, tuneText, unevaluated, verdict } =
    await import('../tune/table.ts');
  const { doubt } = await import('../tune/advice-text.ts');
  const { writeWhole } = await import('../write-file.ts');
  const format = formatOf(flags);
  const text =
    format === 'json'
      ? JSON.stringify(json, null, 2)
      : format === 'csv'
        ? tuneCsv(result)
        : format === 'markdown'
          ? tuneMarkdown(result)
          : tuneText(result);
  const { output, writeSettings } = flags;
  if (output === undefined) print(text);
  else {
    writeWhole(output, flags.force, (chunk) => {
      chunk(`${text}\n`);
    });
  }
  // A table says it itself.
  if (output !== undefined || format === 'json' || format === 'csv') {
    say(verdict(result), flags);
    const unsure = doubt(result);
    if (unsure !== '') say(unsure, flags);
    const missing = unevaluated(result);
    if (missing !== '') say(missing, flags);
  }
  const { recommended } = result;
  if (writeSettings === undefined) return;
  if (recommended === null) {
    say(`Nothing is recommended, so ${writeSettings} was not written.`, flags);
    return;
  }
  writeWhole(writeSettings, flags.force, (chunk) => {
    chunk(`${JSON.stringify(recommended.settings, null, 2)}\n`);
  });
  say(`Wrote ${writeSettings}.`, flags);
}

async function handler(flags: TuneFlags): Promise<void> {
  checkOutputFile(flags.output);
  const { refuseInputs } = await import('../tune/inputs.ts');
  const { refuseExisting } = await import('../write-file.ts');
  refuseInputs(flags);
  for (const path of [flags.output, flags.writeSettings]) {
    if (path !== undefined) refuseExisting(path, flags.force);
  }
  await (flags.on === 'kubernetes' ? tuneThere(flags) : tuneHere(flags));
}

/** The sweep as Jobs of a cluster, which read the runs there. */
async function tuneThere(flags: TuneFlags): Promise<void> {
  const { DEFAULT_GRID, sweepable } = await import('../tune-run.ts');
  const { gridFrom } = await import('../tune/grid.ts');
  const { tuneOnKubernetes } = await import('../tune/kubernetes/run.ts');
  // The dial is turned where the sweep runs.
  const settings = settingsFrom({ ...flags, sensitivity: undefined });
  const grid = gridFrom(flags, DEFAULT_GRID, sweepable(settings));
  const json = await tuneOnKubernetes(flags, settings, grid);
  // What is printed tells nothing of the recordings but what is in the JSON.
  if (json !== null) await write({ ...(json as TuneResult), recordings: [] }, json, flags);
}

async function tuneHere(flags: TuneFlags): Promise<void> {
  const { DEFAULT_GRID, planSweep, sweepable } = await import('../tune-run.ts');
  const { gridFrom } = await import('../tune/grid.ts');
  const { shardFrom } = await import('../tune/shard.ts');
  const { objectiveFrom } = await import('../tune/objective.ts');
  const { readRuns } = await import('../tune/inputs.ts');
  const jobs = jobsOf(flags.jobs);
  const shard = shardFrom(flags);
  const settings = sweepable(settingsFrom(flags));
  const grid = gridFrom(flags, DEFAULT_GRID, settings);
  const recordings = readRuns(flags.runs);
  const objective = objectiveFrom(flags, recordings);
  const isLabelled = recordings.some(({ labels }) => labels.length > 0);
  const advice = adviceFrom(flags, isLabelled);
  const isJson = formatOf(flags) === 'json';
  const plan = planSweep(recordings, settings, grid, objective, !flags.dryRun || isJson);
  if (flags.dryRun) {
    const { dryRunText, tryPlan } = await import('../tune/dry-run.ts');
    const tried = tryPlan(plan, jobs, advice);
    print(isJson ? JSON.stringify(tried, null, 2) : dryRunText(tried));
    return;
  }
  const { runKept } = await import('../tune/run-kept.ts');
  const place = { paths: flags.runs, jobs };
  const result = await runKept(plan, { ...flags, place, advice, shard });
  if (result === null) return;
  const { tuneJson } = await import('../../replay/tune/tune-json.ts');
  await write(result, tuneJson(result), flags);
}

export const tuneCommand = {
  command: 'tune <runs..>',
  describe: 'Find the window, smoothing, threshold and count that alert when they should',
  builder,
  handler,
};
