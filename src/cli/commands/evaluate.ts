import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import type { RecordingData } from '../../core/recording.ts';
import type { Settings } from '../../core/settings.ts';
import { parseDuration } from '../../core/time.ts';
import type { EventEvaluation, EventRules } from '../../replay/evaluate/events.ts';
import type { NabCorpusResult } from '../../replay/evaluate/nab-corpus.ts';
import type { CommonFlags } from '../command.ts';
import { formatOf, formatOption } from '../formats.ts';
import { markdownTable, print, say, table, type Column } from '../output.ts';
import { startProgress } from '../progress.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';

interface EvaluateFlags extends CommonFlags, SettingsFlags {
  readonly paths: string[];
  readonly corpus: 'recordings' | 'nab';
  readonly tolerance: string;
  readonly warmupTime: string;
  readonly merge: string;
  readonly format: string;
  readonly json: boolean;
}

const text = { type: 'string', requiresArg: true } as const;

const builder = (argv: Argv) => {
  const own = argv
    .positional('paths', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Labelled recordings, or with --corpus nab a folder of CSV files',
    })
    .option('corpus', {
      choices: ['recordings', 'nab'] as const,
      default: 'recordings' as const,
      requiresArg: true,
      describe: 'What the paths are',
    })
    .option('tolerance', { ...text, default: '3m', describe: 'An alert so late still counts' })
    .option('warmup-time', { ...text, default: '60m', describe: 'Start of a run that is left out' })
    .option('merge', { ...text, default: '5m', describe: 'Alarms this close are one episode' });
  return settingsOptions(formatOption(own, ['table', 'json', 'markdown']))
    .example('$0 evaluate run.db', 'Default, original scripts and yardsticks on labelled runs')
    .example('$0 evaluate --corpus nab nab/data', "The preset nab by NAB's own rules");
};

/** Settings that every evaluation shows beside the one asked about. */
function companions(settings: Settings, presets: (name: string) => Settings): [string, Settings][] {
  const yardstick = (detector: string): Settings => ({
    ...settings,
    ...{ detector, params: {}, members: [], contamination: null, threshold: 0.99, consecutive: 1 },
    ...{ pool: 'container', containers: 'all', reference: 'smoothed', refractory: 0 },
  });
  return [
    ['fetch-metrics-graph', presets('fetch-metrics-graph')],
    ['never', yardstick('never')],
    ['random', yardstick('random')],
    ['oracle', { ...yardstick('oracle'), threshold: 0.5 }],
  ];
}

interface Judged {
  readonly recording: string;
  readonly setting: string;
  readonly evaluation: EventEvaluation;
}

const rate = (value: number | null, digits = 3): string =>
  value === null ? '-' : value.toFixed(digits);

const EVENT_COLUMNS: readonly Column<Judged>[] = [
  { title: 'RUN', cell: ({ recording }) => recording },
  { title: 'SETTING', cell: ({ setting }) => setting },
  {
    title: 'FOUND',
    align: 'right',
    cell: ({ evaluation: e }) => `${String(e.detected)}/${String(e.events)}`,
  },
  { title: 'FALSE', align: 'right', cell: ({ evaluation: e }) => String(e.falseEpisodes) },
  { title: 'FALSE/POD-DAY', align: 'right', cell: ({ evaluation: e }) => rate(e.falsePerPodDay) },
  { title: 'RECALL', align: 'right', cell: ({ evaluation: e }) => rate(e.recall) },
  { title: 'PRECISION', align: 'right', cell: ({ evaluation: e }) => rate(e.precision) },
  { title: 'F1', align: 'right', cell: ({ evaluation: e }) => rate(e.f1) },
  { title: 'DELAY S', align: 'right', cell: ({ evaluation: e }) => rate(e.medianDelaySeconds, 0) },
  { title: 'LONGEST S', align: 'right', cell: ({ evaluation: e }) => rate(e.maxDelaySeconds, 0) },
];

async function evaluateRecordings(
  flags: EvaluateFlags,
  settings: Settings,
  format: string,
): Promise<void> {
  const { readRecording } = await import('../../record/recording/reader.ts');
  const { replay } = await import('../../replay/replay.ts');
  const { presetSettings, presetNameOf } = await import('../../replay/presets.ts');
  const { evaluateEvents } = await import('../../replay/evaluate/events.ts');
  const { runExtent } = await import('../../replay/evaluate/extent.ts');
  const rules: EventRules = {
    toleranceMs: parseDuration(flags.tolerance),
    warmupMs: parseDuration(flags.warmupTime),
    mergeMs: parseDuration(flags.merge),
  };
  const named: [string, Settings][] = [
    [presetNameOf(settings) || 'these settings', settings],
    ...companions(settings, presetSettings),
  ];
  const progress = startProgress('Evaluating', flags);
  const rows: Judged[] = [];
  for (const path of flags.paths) {
    const data = readRecording(path);
    if (data.labels.length === 0) {
      throw new ToolError('NO_DATA', `${path} has no labels; "podtape label" adds them.`, { path });
    }
    for (const [setting, one] of named) {
      progress.text(`${path}: ${setting}`);
      const { series } = replay(data, one);
      const evaluation = evaluateEvents(series, data.labels, runExtent(data), rules);
      rows.push({ recording: basename(path), setting, evaluation });
    }
  }
  progress.stop();
  if (format === 'json') print(JSON.stringify({ schemaVersion: 1, rules, rows }, null, 2));
  else print((format === 'markdown' ? markdownTable : table)(EVENT_COLUMNS, rows));
}

async function scoreCorpus(data: RecordingData, settings: Settings): Promise<NabCorpusResult> {
  const { scoreRecording } = await import('../../replay/score.ts');
  const { evaluateNab, nabFile } = await import('../../replay/evaluate/nab-corpus.ts');
  const files = scoreRecording(data, settings).flatMap(({ members }) =>
    members.map(({ series, times, scores }) =>
      nabFile({ namespace: series.namespace, pod: series.pod, times, scores }, data),
    ),
  );
  return evaluateNab(files);
}

interface CorpusRow {
  readonly setting: string;
  readonly result: NabCorpusResult;
}

const CORPUS_COLUMNS: readonly Column<CorpusRow>[] = [
  { title: 'SETTING', cell: ({ setting }) => setting },
  { title: 'STANDARD', align: 'right', cell: ({ result: r }) => r.standard.score.toFixed(2) },
  { title: 'LOW FP', align: 'right', cell: ({ result: r }) => r.rewardLowFpRate.score.toFixed(2) },
  { title: 'LOW FN', align: 'right', cell: ({ result: r }) => r.rewardLowFnRate.score.toFixed(2) },
  {
    title: 'OTHER HALF',
    align: 'right',
    cell: ({ result: r }) => r.otherHalf.map((score) => score.toFixed(1)).join(' / '),
  },
  {
    title: 'WINDOWS HIT',
    align: 'right',
    cell: ({ result: r }) => `${String(r.standard.windowsHit)}/${String(r.windows)}`,
  },
  { title: 'FALSE ROWS', align: 'right', cell: ({ result: r }) => String(r.standard.falseRows) },
];

async function evaluateCorpus(
  flags: EvaluateFlags,
  settings: Settings,
  format: string,
): Promise<void> {
  const { importFiles } = await import('../../record/import/import-files.ts');
  const { readRecording } = await import('../../record/recording/reader.ts');
  const { presetSettings, presetNameOf } = await import('../../replay/presets.ts');
  const folder = mkdtempSync(join(tmpdir(), 'podtape-nab-'));
  const progress = startProgress('Evaluating', flags);
  try {
    const output = join(folder, 'nab.db');
    progress.text('reading the corpus');
    await importFiles(flags.paths, {
      ...{ output, force: true, labels: null, format: 'nab', delimiter: ',', timeUnit: null },
      ...{ metric: 'value', namespace: '' },
    });
    const data = readRecording(output);
    if (data.labels.length === 0) {
      throw new ToolError('NO_DATA', 'No windows file lies beside the corpus (windows.json).');
    }
    const rows: CorpusRow[] = [];
    const beside = companions(settings, presetSettings).filter(
      ([name]) => !name.startsWith('fetch'),
    );
    const named: [string, Settings][] = [
      [presetNameOf(settings) || 'these settings', settings],
      ['isolation-per-pod', presetSettings('isolation-per-pod')],
      ...beside,
    ];
    for (const [setting, one] of named) {
      progress.text(setting);
      rows.push({ setting, result: await scoreCorpus(data, one) });
    }
    progress.stop();
    const [first] = rows;
    if (format === 'json' && first !== undefined) {
      const { standard, rewardLowFpRate, rewardLowFnRate, otherHalf, perFile } = first.result;
      const scores = {
        standard: standard.score,
        rewardLowFpRate: rewardLowFpRate.score,
        rewardLowFnRate: rewardLowFnRate.score,
      };
      const thresholds = {
        standard: standard.threshold,
        rewardLowFpRate: rewardLowFpRate.threshold,
        rewardLowFnRate: rewardLowFnRate.threshold,
      };
      const others = rows.slice(1).map(({ setting, result: r }) => ({
        ...{ setting, standard: r.standard.score },
        ...{ rewardLowFpRate: r.rewardLowFpRate.score, rewardLowFnRate: r.rewardLowFnRate.score },
      }));
      const result = {
        schemaVersion: 1,
        ...scores,
        thresholds,
        otherHalf,
        perFile,
        beside: others,
      };
      print(JSON.stringify(result, null, 2));
    } else {
      print((format === 'markdown' ? markdownTable : table)(CORPUS_COLUMNS, rows));
      say(
        `${String(first?.result.files ?? 0)} series, ${String(first?.result.windows ?? 0)} windows`,
        flags,
      );
    }
  } finally {
    progress.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function handler(flags: EvaluateFlags): Promise<void> {
  const isChosen = [flags.preset, flags.settings, flags.detector].some((one) => one !== undefined);
  // The corpus holds single series and asks for a continuous score: there is a preset for that.
  const isPlainCorpus = flags.corpus === 'nab' && !isChosen;
  const settings = settingsFrom(isPlainCorpus ? { ...flags, preset: 'nab' } : flags);
  const format = formatOf(flags);
  if (flags.corpus === 'nab') await evaluateCorpus(flags, settings, format);
  else await evaluateRecordings(flags, settings, format);
}

export const evaluateCommand = {
  command: 'evaluate <paths..>',
  describe: 'Settings against labels: event by event, or a corpus by the rules of NAB',
  builder,
  handler,
};
