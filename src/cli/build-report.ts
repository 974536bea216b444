import type { RecordingData } from '../core/recording.ts';
import type { TuneResult } from '../core/results.ts';
import type { Settings } from '../core/settings.ts';
import { presetNameOf, PRESETS } from '../replay/presets.ts';
import { replay } from '../replay/replay.ts';
import type { SettingInput } from '../report/build-model.ts';
import { buildReport, type Report } from '../report/report.ts';
import { flagsOf } from './flags-of.ts';
import { judgeReplay, rulesFor } from './judge-run.ts';

/** Presets that are shown beside the main setting: the original scripts, and the default. */
const COMPARED = ['default', 'fetch-metrics-graph', 'fetch-metrics'];

/** Recordings with more samples than this get no windows and smoothings to choose from. */
const SWEEP_SAMPLES = 40_000;

/** Presets need CPU and memory; files of plain values have neither. */
function applies(data: RecordingData, settings: Settings): boolean {
  return data.series.some(({ series }) => settings.metrics.includes(series.metric));
}

function settingInput(
  data: RecordingData,
  settings: Settings,
  name: string,
  describe: string,
): SettingInput {
  const result = replay(data, settings);
  const { flags, decisionless } = flagsOf(settings);
  return {
    ...{ name, describe, flags, decisionlessFlags: decisionless, result },
    score: judgeReplay(data, result),
  };
}

/** The windows and smoothings of a sweep as settings of their own, each at the base's threshold. */
function sweepInputs(data: RecordingData, tune: TuneResult | null): SettingInput[] {
  const base = tune?.recommended?.settings ?? tune?.rows[0]?.settings;
  const samples = data.series.reduce((sum, { times }) => sum + times.length, 0);
  if (tune === null || base === undefined || samples > SWEEP_SAMPLES) return [];
  return tune.grid.windows.flatMap((window) =>
    tune.grid.smooths
      .filter((smooth) => window !== base.window || smooth !== base.smooth)
      .map((smooth) => {
        const best = tune.rows.find(
          (r) => r.settings.window === window && r.settings.smooth === smooth,
        );
        const settings = best?.settings ?? { ...base, window, smooth };
        return settingInput(
          data,
          settings,
          `window ${String(window)}, smooth ${String(smooth)}`,
          '',
        );
      }),
  );
}

/** Replays a recording under the settings and those to compare with, and makes the report. */
export function makeReport(
  data: RecordingData,
  settings: Settings,
  tune: TuneResult | null,
  title: string,
): Report {
  const preset = PRESETS.find(({ name }) => name === presetNameOf(settings));
  const main = settingInput(
    data,
    settings,
    preset?.name ?? 'these settings',
    preset?.describe ?? 'as given on the command line',
  );
  const others = COMPARED.filter((name) => name !== preset?.name).flatMap((name) => {
    const other = PRESETS.find((one) => one.name === name);
    return other === undefined || !applies(data, other.settings)
      ? []
      : [settingInput(data, other.settings, name, other.describe)];
  });
  const recommended = tune?.recommended?.settings ?? null;
  const better =
    recommended === null
      ? []
      : [
          settingInput(
            data,
            recommended,
            'recommended',
            'what tuning on this recording recommends',
          ),
        ];
  return buildReport(
    {
      ...{ title, data, main, tune },
      others: [...better, ...others],
      sweep: sweepInputs(data, tune),
      recommended: better[0] ?? null,
    },
    rulesFor(data),
  );
}
