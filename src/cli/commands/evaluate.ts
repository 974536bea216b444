import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import type { Series } from '../../core/series.ts';
import type { Settings } from '../../core/settings.ts';
import { parseDuration } from '../../core/time.ts';
import { parseBytes } from '../../record/quantity.ts';
import type { EventRules } from '../../replay/evaluate/events.ts';
import { rulesFor } from '../judge-run.ts';
import type { CommonFlags } from '../command.ts';
import { SCRIPT_PRESET, yardsticks } from '../evaluate/companions.ts';
import { corpusJson, eventsJson } from '../evaluate/evaluate-json.ts';
import { corpusTable, eventTables, type Judged, type JudgedRun } from '../evaluate/tables.ts';
import { formatOf, formatOption } from '../formats.ts';
import { print, say } from '../output.ts';
import { startProgress } from '../progress.ts';
import { type SettingsFlags, settingsFrom, settingsOptions } from '../settings-flags.ts';

interface EvaluateFlags extends CommonFlags, SettingsFlags {
  readonly paths: string[];
  readonly corpus: 'recordings' | 'nab';
  readonly tolerance: string;
  readonly warmupTime?: string;
  readonly merge: string;
  readonly memoryLimit?: string | undefined;
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
    .option('warmup-time', {
      ...text,
      describe: 'Start of a run that is left out (60m, or 15 % of a run of under 400m)',
    })
    .option('merge', { ...text, default: '5m', describe: 'Alarms this close are one episode' })
    .option('memory-limit', {
      ...text,
      describe: 'For lead times: limit of containers whose own is not known (512Mi)',
    });
  return settingsOptions(formatOption(own, ['table', 'json', 'markdown']))
    .example('$0 evaluate run.db', 'Default, original scripts and yardsticks on labelled runs')
    .example('$0 evaluate --corpus nab nab/data', "The preset nab by NAB's own rules");
};

/** Series of memory without a limit get this one. */
function withLimit<T extends { readonly series: Series }>(all: readonly T[], limit: number | null) {
  if (limit === null) return all;
  return all.map((one) =>
    one.series.unit === 'bytes' && one.series.limit === null
      ? { ...one, series: { ...one.series, limit } }
      : one,
  );
}

async function evaluateRecordings(
  flags: EvaluateFlags,
  settings: Settings,
  format: string,
): Promise<void> {
  const { readRecording } = await import('../../record/recording/reader.ts');
  const { replay } = await import('../../replay/replay.ts');
  const { presetSettings, presetNameOf } = await import('../../replay/presets.ts');
  const { evaluateRun, evaluateTogether } = await import('../../replay/evaluate/run.ts');
  const rules: EventRules = {
    toleranceMs: parseDuration(flags.tolerance),
    warmupMs: parseDuration(flags.warmupTime ?? '60m'),
    mergeMs: parseDuration(flags.merge),
  };
  const limit = flags.memoryLimit === undefined ? null : parseBytes(flags.memoryLimit);
  const title = presetNameOf(settings) || 'these settings';
  const script: [string, Settings] = [SCRIPT_PRESET, presetSettings(SCRIPT_PRESET)];
  const named: [string, Settings][] = [
    [title, settings],
    ...(title === SCRIPT_PRESET ? [] : [script]),
    ...yardsticks(settings),
  ];
  const progress = startProgress('Evaluating', flags);
  try {
    const runs: JudgedRun[] = flags.paths.map((path) => {
      const data = readRecording(path);
      if (data.labels.length === 0) {
        throw new ToolError('NO_DATA', `${path} has no labels; "podtape label" adds them.`, {
          path,
        });
      }
      const isShort = flags.warmupTime === undefined;
      const own = isShort ? { ...rules, warmupMs: rulesFor(data).warmupMs } : rules;
      const judged = named.map(([setting, one]): Judged => {
        progress.text(`${path}: ${setting}`);
        const replayed = replay(data, one);
        const series = withLimit(replayed.series, limit);
        return { setting, evaluation: evaluateRun(data, { ...replayed, series }, own) };
      });
      return { recording: basename(path), warmupMs: own.warmupMs, judged };
    });
    if (runs.length > 1) {
      const together = named.map(([setting], i) => {
        const each = runs.flatMap(({ judged }) => judged[i]?.evaluation ?? []);
        return { setting, evaluation: evaluateTogether(each) };
      });
      runs.push({ recording: 'all runs', warmupMs: null, judged: together });
    }
    progress.stop();
    if (format === 'json') print(JSON.stringify(eventsJson(rules, runs), null, 2));
    else print(eventTables(runs, format === 'markdown'));
  } finally {
    progress.stop();
  }
}

async function evaluateCorpus(
  flags: EvaluateFlags,
  settings: Settings,
  format: string,
): Promise<void> {
  const { importFiles } = await import('../../record/import/import-files.ts');
  const { readRecording } = await import('../../record/recording/reader.ts');
  const { presetSettings, presetNameOf } = await import('../../replay/presets.ts');
  const { evaluateNab, nabFile } = await import('../../replay/evaluate/nab-corpus.ts');
  const { scoreRecording } = await import('../../replay/score.ts');
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
    const judged = (setting: string, one: Settings) => {
      progress.text(setting);
      const files = scoreRecording(data, one).flatMap(({ members }) =>
        members.map(({ series, times, scores }) =>
          nabFile({ namespace: series.namespace, pod: series.pod, times, scores }, data),
        ),
      );
      return { setting, result: evaluateNab(files) };
    };
    const first = judged(presetNameOf(settings) || 'these settings', settings);
    const others = [
      judged('isolation-per-pod', presetSettings('isolation-per-pod')),
      ...yardsticks(settings).map(([name, one]) => judged(name, one)),
    ];
    progress.stop();
    if (format === 'json') {
      print(JSON.stringify(corpusJson(first, others), null, 2));
      return;
    }
    print(corpusTable([first, ...others], format === 'markdown'));
    const { files, windows } = first.result;
    say(`${String(files)} series, ${String(windows)} windows`, flags);
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
