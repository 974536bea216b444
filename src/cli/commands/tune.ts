import { availableParallelism } from 'node:os';
import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import type { TuneResult, TuneRow } from '../../core/results.ts';
import type { TuneGrid } from '../../replay/tune/grid.ts';
import { TUNED_PRESET } from '../../replay/presets.ts';
import type { CommonFlags } from '../command.ts';
import { csvLines } from '../csv.ts';
import { formatOf, formatOption } from '../formats.ts';
import { checkOutputFile, print, say, table } from '../output.ts';
import { type AdviceFlags, adviceFlags, adviceFrom, dialled } from '../tune/advice-flags.ts';
import { confidenceText, injectedText } from '../tune/advice-text.ts';
import { startProgress } from '../progress.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';

interface TuneFlags extends CommonFlags, SettingsFlags, AdviceFlags {
  readonly runs: string[];
  readonly windows?: string;
  readonly smooths?: string;
  readonly thresholds?: string;
  readonly consecutives?: string;
  readonly budget?: number;
  readonly jobs?: number;
  readonly writeSettings?: string;
  readonly dryRun: boolean;
  readonly output?: string;
  readonly format: string;
  readonly json: boolean;
  readonly force: boolean;
}

const builder = (argv: Argv) => {
  const list = { type: 'string', requiresArg: true, group: 'Grid:' } as const;
  const own = argv
    .positional('runs', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Recordings to tune on, labelled or known to be good',
    })
    .option('windows', { ...list, describe: 'Windows to try, such as 60,120,240' })
    .option('smooths', { ...list, describe: 'Rolling medians to try, such as 1,3,5' })
    .option('consecutives', { ...list, describe: 'Counts in a row to try, such as 1,2,3' })
    .option('thresholds', {
      ...list,
      describe: 'Thresholds to list; every threshold is judged in any case',
    })
    .option('budget', {
      type: 'number',
      requiresArg: true,
      describe: 'Without labels: alerts a series and day that are too many',
    })
    .option('jobs', {
      type: 'number',
      requiresArg: true,
      describe: 'Worker threads; default: as many as processors',
    })
    .option('write-settings', {
      type: 'string',
      requiresArg: true,
      describe: 'Write the recommendation as a settings file',
    })
    .option('dry-run', { type: 'boolean', default: false, describe: 'Say what would be tried' })
    .option('output', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      describe: 'Write to a file',
    })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite files' });
  return settingsOptions(adviceFlags(formatOption(own, ['table', 'json', 'csv'])))
    .example('$0 tune run.db', 'Which window, smoothing, threshold and count?')
    .example('$0 tune run.db --write-settings best.json', 'Keep the answer for replay')
    .example('$0 tune run.db --sensitivity low', 'The best within one false alert a week')
    .example('$0 tune good.db --inject all', 'The smallest leak and hog that each would catch');
};

const MOST_SETTINGS = 100_000;
const MOST_JOBS = 256;

/** Worker threads to use. Throws USAGE. */
function jobsOf(jobs: number | undefined): number {
  if (jobs === undefined) return availableParallelism();
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  throw new ToolError('USAGE', `--jobs takes a whole number from 1 to ${String(MOST_JOBS)}.`);
}

/** "60,120" → [60, 120]: ascending, without repeats. Throws USAGE. */
function listOf(
  name: string,
  text: string | undefined,
  otherwise: readonly number[],
  isCount: boolean,
): readonly number[] {
  if (text === undefined) return otherwise;
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const isGood = (v: number): boolean =>
    Number.isFinite(v) && (!isCount || (Number.isInteger(v) && v >= 1 && v <= 100_000));
  if (!values.every(isGood)) {
    const wanted = isCount ? 'whole numbers from 1 to 100000' : 'numbers';
    throw new ToolError('USAGE', `--${name} takes ${wanted} parted by commas, not "${text}".`);
  }
  return [...new Set(values)].sort((a, b) => a - b);
}

function gridOf(flags: TuneFlags, base: TuneGrid): TuneGrid {
  return {
    ...base,
    windows: listOf('windows', flags.windows, base.windows, true),
    smooths: listOf('smooths', flags.smooths, base.smooths, true),
    consecutives: listOf('consecutives', flags.consecutives, base.consecutives, true),
    thresholds: listOf('thresholds', flags.thresholds, base.thresholds, false),
  };
}

const optional = (value: number | null, digits: number): string =>
  value === null ? '-' : value.toFixed(digits);

const ROWS_PRINTED = 12;

/** The best row of each setting, best first. */
function tuneTable(result: TuneResult): string {
  const seen = new Set<string>();
  const rows = result.rows.filter(({ settings: { window, smooth, consecutive } }) => {
    const key = [window, smooth, consecutive].join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return seen.size <= ROWS_PRINTED;
  });
  const n = (title: string, cell: (row: TuneRow) => string) => ({
    title,
    cell,
    align: 'right' as const,
  });
  return table<TuneRow>(
    [
      n('WINDOW', ({ settings }) => String(settings.window)),
      n('SMOOTH', ({ settings }) => String(settings.smooth)),
      n('IN A ROW', ({ settings }) => String(settings.consecutive)),
      n('THRESHOLD', ({ threshold }) => String(threshold)),
      n('ALERTS', ({ alerts }) => String(alerts)),
      n('FALSE', ({ falseAlerts }) => String(falseAlerts)),
      n('FALSE/DAY', ({ falseAlertsPerSeriesDay }) => falseAlertsPerSeriesDay.toFixed(2)),
      n('FOUND', ({ detected, labels }) => `${String(detected)}/${String(labels)}`),
      n('DELAY S', ({ medianDelaySeconds }) => optional(medianDelaySeconds, 0)),
      n('F1', ({ f1 }) => optional(f1, 3)),
      n('SCORE', ({ score }) => score.toFixed(3)),
    ],
    rows,
  );
}

function tuneCsv({ rows }: TuneResult): string {
  const header =
    'detector,window,smooth,consecutive,threshold,alerts,falseAlerts,falseAlertsPerSeriesDay,' +
    'detected,labels,recall,precision,f1,medianDelaySeconds,score';
  return csvLines([
    header.split(','),
    ...rows.map((row) => [
      ...[row.settings.detector, row.settings.window, row.settings.smooth],
      ...[row.settings.consecutive, row.threshold, row.alerts, row.falseAlerts],
      ...[row.falseAlertsPerSeriesDay, row.detected, row.labels, row.recall ?? ''],
      ...[row.precision ?? '', row.f1 ?? '', row.medianDelaySeconds ?? '', row.score],
    ]),
  ]).trimEnd();
}

/** Where no detector is named, one that has a window to tune: the default preset is an ensemble. */
function tuneBase(flags: TuneFlags): TuneFlags {
  const { preset, settings, detector } = flags;
  const isNamed = [preset, settings, detector].some((name) => name !== undefined);
  return isNamed ? flags : { ...flags, preset: TUNED_PRESET };
}

async function handler(flags: TuneFlags): Promise<void> {
  checkOutputFile(flags.output);
  const { DEFAULT_GRID, objectiveFor, tuneRecordings } = await import('../tune-run.ts');
  const { refuseExisting, writeWhole } = await import('../write-file.ts');
  const grid = gridOf(flags, DEFAULT_GRID);
  const count = grid.windows.length * grid.smooths.length * grid.consecutives.length;
  if (count > MOST_SETTINGS) {
    const many = `The grid has ${String(count)} settings, over ${String(MOST_SETTINGS)}`;
    throw new ToolError('USAGE', `${many}; name fewer windows, smoothings or counts.`);
  }
  if (flags.budget !== undefined && !(flags.budget >= 0)) {
    throw new ToolError('USAGE', '--budget takes a number of alerts from 0 up.');
  }
  const settings = settingsFrom(tuneBase(flags));
  for (const path of [flags.output, flags.writeSettings]) {
    if (path !== undefined) refuseExisting(path, flags.force);
  }
  const { readRecording } = await import('../../record/recording/reader.ts');
  const recordings = flags.runs.map(readRecording);
  if (flags.dryRun) {
    const passes = grid.windows.length * grid.smooths.length;
    print(
      `${String(count)} settings of ${settings.detector} with all thresholds, by ` +
        `${String(passes)} scoring passes over ${String(recordings.length)} recordings.`,
    );
    return;
  }
  const progress = startProgress('Tuning', flags);
  const isLabelled = recordings.some(({ labels }) => labels.length > 0);
  const advice = adviceFrom(flags, isLabelled);
  const { sensitivity } = flags;
  const objective =
    sensitivity === undefined ? objectiveFor(recordings) : dialled(sensitivity, isLabelled);
  const place = { paths: flags.runs, jobs: jobsOf(flags.jobs) };
  const onDone = (done: number, total: number): void => {
    progress.portion(done, total);
  };
  const result = await tuneRecordings(recordings, settings, grid, objective, onDone, place, advice);
  progress.stop();
  const { tuneJson } = await import('../../replay/tune/tune-json.ts');
  const format = formatOf(flags);
  const text =
    format === 'json'
      ? JSON.stringify(tuneJson(result), null, 2)
      : format === 'csv'
        ? tuneCsv(result)
        : [tuneTable(result), confidenceText(result), injectedText(result)]
            .filter((part) => part !== '')
            .join('\n\n');
  if (flags.output === undefined) print(text);
  else
    writeWhole(flags.output, flags.force, (write) => {
      write(`${text}\n`);
    });
  const { recommended } = result;
  if (recommended === null) {
    say(
      'Not enough evidence to recommend a setting: no labels were found, or no threshold helps.',
      flags,
    );
    return;
  }
  const { window, smooth, threshold, consecutive } = recommended.settings;
  say(
    `Recommended: --window ${String(window)} --smooth ${String(smooth)} ` +
      `--threshold ${String(threshold)} --consecutive ${String(consecutive)}. ${recommended.why}`,
    flags,
  );
  const { writeSettings } = flags;
  if (writeSettings !== undefined) {
    writeWhole(writeSettings, flags.force, (write) => {
      write(`${JSON.stringify(recommended.settings, null, 2)}\n`);
    });
    say(`Wrote ${writeSettings}.`, flags);
  }
}

export const tuneCommand = {
  command: 'tune <runs..>',
  describe: 'Find the window, smoothing, threshold and count that alert when they should',
  builder,
  handler,
};
