import { ToolError } from '../../core/errors.ts';
import type { RecordingData } from '../../core/recording.ts';
import type { TuneResult } from '../../core/results.ts';
import { settingsDigest } from '../../core/settings-digest.ts';
import type { Settings } from '../../core/settings.ts';
import { checkDetector } from '../../replay/detect/registry.ts';
import { presetNameOf, PRESETS } from '../../replay/presets.ts';
import { sharedAxes } from '../../replay/tune/grid.ts';

/** Settings that a report shows, and what it calls them. */
export interface PlannedSetting {
  readonly name: string;
  readonly describe: string;
  readonly settings: Settings;
}

/** The settings that a report replays. */
export interface ReportPlan {
  readonly main: PlannedSetting;
  /** Presets beside it: the original scripts, and the default. */
  readonly others: readonly PlannedSetting[];
  /** What tuning recommends; null where it was not asked or found nothing. */
  readonly recommended: PlannedSetting | null;
  /** Other windows and smoothings of the settings with these names, the nearest first. */
  readonly variants: readonly { readonly of: string; readonly settings: Settings }[];
}

const COMPARED = ['default', 'fetch-metrics-graph', 'fetch-metrics'];

/** Samples that are scored for other windows and smoothings, in all of them together. */
const VARIANT_SAMPLES = 3_500_000;
/** A series costs as much as so many samples before its first one: its windows are made. */
const SERIES_SAMPLES = 500;
const WINDOW_FACTORS = [0.25, 0.5, 1, 2];
const SMOOTHS = [1, 3, 5];

/** Presets need CPU and memory; files of plain values have neither. */
function applies(data: RecordingData, settings: Settings): boolean {
  return data.series.some(({ series }) => settings.metrics.includes(series.metric));
}

function canBeReplayed(settings: Settings): boolean {
  try {
    checkDetector(settings);
    return true;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}

/** The same settings under other windows and smoothings: fewest steps away first. */
function variantsOf(
  base: Settings,
  windows: readonly number[],
  smooths: readonly number[],
): Settings[] {
  const shared = sharedAxes(base);
  const axis = (isShared: boolean, values: readonly number[], own: number): number[] =>
    isShared ? [...new Set([...values, own])].sort((a, b) => a - b) : [own];
  const across = axis(shared.window, windows, base.window);
  const down = axis(shared.smooth, smooths, base.smooth);
  const steps = (values: readonly number[], value: number, own: number): number =>
    Math.abs(values.indexOf(value) - values.indexOf(own));
  return across
    .flatMap((window) => down.map((smooth) => ({ window, smooth })))
    .filter(({ window, smooth }) => window !== base.window || smooth !== base.smooth)
    .sort(
      (a, b) =>
        steps(across, a.window, base.window) +
        steps(down, a.smooth, base.smooth) -
        steps(across, b.window, base.window) -
        steps(down, b.smooth, base.smooth),
    )
    .map(({ window, smooth }) => ({
      ...{ ...base, window, smooth },
      warmup: Math.min(base.warmup, window),
    }))
    .filter(canBeReplayed);
}

/** One of each list in turn, until all are used up. */
function inTurn<T>(...lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) =>
    lists.flatMap((list) => list.slice(i, i + 1)),
  ).flat();
}

/** All settings of a plan, each once. */
export function settingsOf({ main, others, recommended, variants }: ReportPlan): Settings[] {
  const named = [main, ...(recommended === null ? [] : [recommended]), ...others];
  const all = [...named, ...variants].map(({ settings }) => settings);
  return [...new Map(all.map((settings) => [settingsDigest(settings), settings])).values()];
}

/** Which settings a report on a recording replays: as many as its length allows. */
export function planReport(
  data: RecordingData,
  settings: Settings,
  tune: TuneResult | null,
): ReportPlan {
  const preset = PRESETS.find(({ name }) => name === presetNameOf(settings));
  const main = preset ?? {
    ...{ name: 'these settings', describe: 'as given on the command line', settings },
  };
  const others = COMPARED.flatMap((name) => {
    const other = PRESETS.find((one) => one.name === name);
    return other === undefined || name === main.name || !applies(data, other.settings)
      ? []
      : [other];
  });
  const found = tune?.recommended?.settings ?? null;
  const recommended =
    found === null
      ? null
      : {
          ...{ name: 'recommended', settings: found },
          describe: 'what tuning on this recording recommends',
        };
  // Where the report is about the detector that was tuned, it has the windows of the sweep.
  const { windows, smooths } =
    tune?.grid.detectors.includes(settings.detector) === true
      ? tune.grid
      : { windows: WINDOW_FACTORS.map((f) => Math.round(settings.window * f)), smooths: SMOOTHS };
  const own = settings.pool === 'all' ? [] : variantsOf(settings, windows, smooths);
  const swept =
    tune === null || found === null ? [] : variantsOf(found, tune.grid.windows, tune.grid.smooths);
  const samples = data.series.reduce((sum, { times }) => sum + times.length + SERIES_SAMPLES, 0);
  const most = Math.floor(VARIANT_SAMPLES / Math.max(1, samples));
  return {
    ...{ main, others, recommended },
    variants: inTurn(
      swept.map((one) => ({ of: 'recommended', settings: one })),
      own.map((one) => ({ of: main.name, settings: one })),
    ).slice(0, most),
  };
}
