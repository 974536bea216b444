import type { Argv } from 'yargs';
import type { Alert, ReplayResult } from '../../core/results.ts';
import { formatDuration, formatTime } from '../../core/time.ts';
import { formatValue } from '../../core/units.ts';
import type { CommonFlags } from '../command.ts';
import { csvLines } from '../csv.ts';
import { QuietExit } from '../failure.ts';
import { formatOf, formatOption } from '../formats.ts';
import { JOBS_OPTION, jobsOf } from '../jobs.ts';
import { checkOutputFile, print, say, table } from '../output.ts';
import { startProgress } from '../progress.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';

interface ReplayFlags extends CommonFlags, SettingsFlags {
  readonly run: string;
  readonly format: string;
  readonly json: boolean;
  readonly scores?: string;
  readonly verify?: string;
  readonly jobs?: number;
  readonly output?: string;
  readonly force: boolean;
}

const builder = (argv: Argv) => {
  const own = argv
    .positional('run', { type: 'string', demandOption: true, describe: 'A recording' })
    .option('scores', {
      type: 'string',
      requiresArg: true,
      describe: 'Also write every sample with its score to this CSV file',
    })
    .option('verify', {
      type: 'string',
      requiresArg: true,
      describe: 'Exit 3 unless the result has this digest',
    })
    .option('jobs', JOBS_OPTION)
    .option('output', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      describe: 'Write to a file',
    })
    .option('force', { type: 'boolean', default: false, describe: 'Overwrite files' });
  return settingsOptions(formatOption(own, ['table', 'json', 'csv']))
    .example('$0 replay run.db', 'Alerts with the default settings')
    .example('$0 replay run.db --preset fetch-metrics-graph', 'What the original script would say')
    .example('$0 replay run.db --json --window 240 --threshold 6', 'Other settings, for machines');
};

/** Alerts as people read them. */
export function alertTable(result: ReplayResult): string {
  const bySeries = new Map(result.series.map(({ series }) => [series.id, series]));
  const unitOf = ({ series }: Alert) => bySeries.get(series)?.unit ?? '';
  const text = table<Alert>(
    [
      { title: 'DETECTED (UTC)', cell: (a) => formatTime(a.detectedAt).slice(0, 19) },
      {
        title: 'LASTS',
        cell: (a) => (a.end === null ? 'open' : formatDuration(a.end - a.start)),
      },
      {
        title: 'POD',
        cell: ({ series }) => {
          const key = bySeries.get(series);
          return key === undefined ? series : `${key.namespace}/${key.pod}`;
        },
      },
      { title: 'METRIC', cell: ({ series }) => bySeries.get(series)?.metric ?? '' },
      { title: 'PEAK', align: 'right', cell: (a) => formatValue(a.peakValue, unitOf(a)) },
      { title: 'SCORE', align: 'right', cell: (a) => a.peakScore.toPrecision(3) },
      { title: 'CAUSE', cell: ({ cause }) => cause },
    ],
    result.alerts,
  );
  return text;
}

function alertCsv(result: ReplayResult): string {
  const rows = result.alerts.map((a) => [
    ...[a.series, formatTime(a.start), formatTime(a.detectedAt)],
    ...[a.end === null ? '' : formatTime(a.end), a.peakScore, a.peakValue, a.samples, a.cause],
  ]);
  const header = 'series,start,detectedAt,end,peakScore,peakValue,samples,cause';
  return csvLines([header.split(','), ...rows]).trimEnd();
}

/** Rows are turned into text this many at a time, so that memory stays flat. */
const ROWS_AT_ONCE = 5000;

async function writeScores(path: string, force: boolean, result: ReplayResult): Promise<void> {
  const { eachScoreRow, SCORE_HEADER } = await import('../../replay/score-rows.ts');
  const { writeWhole } = await import('../write-file.ts');
  writeWhole(path, force, (write) => {
    let rows: (readonly (string | number)[])[] = [SCORE_HEADER];
    eachScoreRow(result, (row) => {
      rows.push(row);
      if (rows.length < ROWS_AT_ONCE) return;
      write(csvLines(rows));
      rows = [];
    });
    write(csvLines(rows));
  });
}

async function handler(flags: ReplayFlags): Promise<void> {
  checkOutputFile(flags.output);
  const settings = settingsFrom(flags);
  const jobs = jobsOf(flags.jobs);
  const { readRun } = await import('../read-run.ts');
  const { replayInWorkers, worthwhileJobs } = await import('../replay/run.ts');
  const { replayJson } = await import('../../replay/replay-json.ts');
  const progress = startProgress(`Replaying ${flags.run}`, flags);
  const data = readRun(flags.run, flags);
  const workers = flags.jobs === undefined ? worthwhileJobs(data, jobs) : jobs;
  const result = await replayInWorkers(data, settings, workers, (done, total) => {
    progress.portion(done, total);
  });
  if (flags.scores !== undefined) await writeScores(flags.scores, flags.force, result);
  progress.stop();
  const format = formatOf(flags);
  const text =
    format === 'json'
      ? JSON.stringify(replayJson(result), null, 2)
      : format === 'csv'
        ? alertCsv(result)
        : alertTable(result);
  if (flags.output === undefined) {
    print(text);
  } else {
    const { writeWhole } = await import('../write-file.ts');
    writeWhole(flags.output, flags.force, (write) => {
      write(`${text}\n`);
    });
  }
  const silent = result.series.filter(({ notEvaluated }) => notEvaluated !== '');
  const [first] = silent;
  if (first !== undefined) {
    say(
      `${String(silent.length)} of ${String(result.series.length)} series were not evaluated, ` +
        `e.g. ${first.series.id}: ${first.notEvaluated}.`,
      flags,
    );
  }
  say(
    `${String(result.alerts.length)} alerts in ${String(result.series.length)} series; ` +
      `digest ${result.digest}`,
    flags,
  );
  if (flags.verify !== undefined && flags.verify !== result.digest) {
    say(`The digest is not ${flags.verify}: recording, settings or version differ.`);
    throw new QuietExit(3);
  }
}

export const replayCommand = {
  command: 'replay <run>',
  describe: 'Run a recording through a detector: alerts as table, JSON or CSV',
  builder,
  handler,
};
