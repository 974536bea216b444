import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import type { RecordingData } from '../../core/recording.ts';
import type { CommonFlags } from '../command.ts';
import { checkOutputFile, print, say, table } from '../output.ts';
import { startProgress } from '../progress.ts';

interface DemoFlags extends CommonFlags {
  readonly output: string;
  readonly live: boolean;
  readonly force: boolean;
}

const builder = (argv: Argv) =>
  argv
    .option('output', {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      default: 'podtape-demo.html',
      describe: 'Report to write',
    })
    .option('live', {
      type: 'boolean',
      default: false,
      describe: 'First start a cluster on this machine and record a fresh minute of it',
    })
    .option('force', {
      type: 'boolean',
      default: true,
      describe: 'Overwrite the report of an earlier demo',
    })
    .example('$0 demo', 'The whole story on this machine in a minute, no cluster needed')
    .example('$0 demo --live', 'The same on a minute recorded now');

const here = dirname(fileURLToPath(import.meta.url));

/** The recording that comes with podtape. Throws NO_DATA where it was left out of the install. */
function shippedRecording(): string {
  const path = resolve(here, '../../../fixtures/recordings/consumememory.db');
  if (existsSync(path)) return path;
  throw new ToolError('NO_DATA', `The shipped recording is missing (${path}); install again.`);
}

const PRESETS_SHOWN = ['fetch-metrics', 'fetch-metrics-graph', 'default'];

interface Verdict {
  readonly run: string;
  readonly setting: string;
  readonly alerts: number;
  readonly found: string;
  readonly falseAlarms: string;
}

async function verdicts(name: string, data: RecordingData): Promise<Verdict[]> {
  const { replay } = await import('../../replay/replay.ts');
  const { presetSettings } = await import('../../replay/presets.ts');
  const { judgeReplay } = await import('../judge-run.ts');
  return PRESETS_SHOWN.map((setting) => {
    const result = replay(data, presetSettings(setting));
    const score = judgeReplay(data, result);
    return {
      ...{ run: name, setting, alerts: result.alerts.length },
      found: score === null ? '-' : `${String(score.detected)}/${String(score.events)}`,
      falseAlarms: score === null ? '-' : String(score.falseEpisodes),
    };
  });
}

const sumUp = (rows: readonly Verdict[], setting: string): string => {
  const own = rows.filter((row) => row.setting === setting);
  const found = own.map((row) => `${row.found} on ${row.run}`).join(', ');
  const wrong = own.map((row) => `${row.falseAlarms} on ${row.run}`).join(', ');
  return `faults found ${found}; false alarms ${wrong}`;
};

async function handler(flags: DemoFlags): Promise<void> {
  checkOutputFile(flags.output);
  const folder = mkdtempSync(join(tmpdir(), 'podtape-demo-'));
  const progress = startProgress('Demo', flags);
  try {
    const { readRecording } = await import('../../record/recording/reader.ts');
    const { syntheticScenario } = await import('../../replay/synthetic/scenarios.ts');
    const { writeSynthetic } = await import('../write-synthetic.ts');
    const { DEFAULT_GRID, objectiveFor, tuneRecordings } = await import('../tune-run.ts');
    const { makeReport } = await import('../build-report.ts');
    const { pageScript } = await import('../page-script.ts');
    const { presetSettings, TUNED_PRESET } = await import('../../replay/presets.ts');
    const { reportHtml } = await import('../../report/html.ts');
    const { writeWhole } = await import('../write-file.ts');

    progress.text(flags.live ? 'recording a cluster on this machine' : 'reading the recording');
    const path = flags.live
      ? await (
          await import('../live-demo.ts')
        ).recordLive(folder, (text) => {
          progress.text(text);
        })
      : shippedRecording();
    const recorded = readRecording(path);
    progress.text('simulating a load run with a leak');
    const synthetic = join(folder, 'memory-leak.db');
    writeSynthetic(
      synthetic,
      {
        scenario: syntheticScenario('memory-leak'),
        ...{ seed: 1, startMs: 1_767_225_600_000, durationMs: 7_200_000, intervalMs: 15_000 },
      },
      true,
    );
    const simulated = readRecording(synthetic);

    progress.text('replaying both under three settings');
    const rows = [
      ...(await verdicts('recorded', recorded)),
      ...(await verdicts('simulated', simulated)),
    ];
    const base = presetSettings(TUNED_PRESET);
    const runs = [recorded, simulated];
    const onDone = (done: number, total: number): void => {
      progress.portion(done, total);
    };
    const tune = await tuneRecordings(runs, base, DEFAULT_GRID, objectiveFor(runs), onDone);
    progress.text('writing the report');
    const settings = presetSettings('default');
    const pages = [
      { file: flags.output, data: recorded, title: 'podtape demo: a recorded load test' },
      {
        file: flags.output.replace(/(\.html)?$/, '-simulated.html'),
        data: simulated,
        title: 'podtape demo: a simulated memory leak',
      },
    ];
    for (const { file, data, title } of pages) {
      const html = reportHtml(makeReport(data, settings, tune, title), pageScript());
      writeWhole(file, flags.force, (write) => {
        write(html);
      });
    }
    progress.stop();
    print(
      table<Verdict>(
        [
          { title: 'RUN', cell: ({ run }) => run },
          { title: 'SETTING', cell: ({ setting }) => setting },
          { title: 'ALERTS', align: 'right', cell: ({ alerts }) => String(alerts) },
          { title: 'FAULTS FOUND', align: 'right', cell: ({ found }) => found },
          { title: 'FALSE ALARMS', align: 'right', cell: ({ falseAlarms }) => falseAlarms },
        ],
        rows,
      ),
    );
    print(`
The original scripts: ${sumUp(rows, 'fetch-metrics-graph')}.
The default:          ${sumUp(rows, 'default')}.
Better settings:      ${tune.recommended?.why ?? 'not enough evidence in these two runs.'}

${pathToFileURL(resolve(pages[0]?.file ?? '')).href}
${pathToFileURL(resolve(pages[1]?.file ?? '')).href}`);
    say('Open the first in a browser; it needs no network.', flags);
  } finally {
    progress.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const demoCommand = {
  command: 'demo',
  describe: 'The whole story on this machine in a minute, no cluster needed',
  builder,
  handler,
};
