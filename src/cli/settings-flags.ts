import { readFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import { ToolError } from '../core/errors.ts';
import { type PartialSettings, parseSettings, type Settings } from '../core/settings.ts';
import { parseDuration } from '../core/time.ts';
import { checkDetector, checkThreshold, DETECTOR_IDS } from '../replay/detect/registry.ts';
import { type Sensitivity, SENSITIVITIES, withSensitivity } from '../replay/sensitivity.ts';
import { overrideSettings, presetSettings, PRESETS } from '../replay/presets.ts';

/** What `settingsOptions` adds to a command. */
export interface SettingsFlags {
  readonly settings?: string | undefined;
  readonly preset?: string | undefined;
  readonly detector?: string | undefined;
  readonly window?: number | undefined;
  readonly warmup?: number | undefined;
  readonly smooth?: number | undefined;
  readonly threshold?: number | undefined;
  readonly contamination?: number | undefined;
  readonly consecutive?: number | undefined;
  readonly within?: number | undefined;
  readonly recover?: number | undefined;
  readonly startup?: string | undefined;
  readonly pool?: string | undefined;
  readonly metrics?: string | undefined;
  readonly param?: string[] | undefined;
  readonly sensitivity?: Sensitivity | undefined;
}

/** Adds the flags by which a detector is chosen and set. */
export function settingsOptions<T>(argv: Argv<T>) {
  const group = 'Detector settings:';
  const count = { type: 'number', requiresArg: true, group } as const;
  const text = { type: 'string', requiresArg: true, group } as const;
  const names = PRESETS.map(({ name }) => name).join(', ');
  return argv
    .option('preset', { ...text, describe: `Named settings: ${names}` })
    .option('settings', {
      ...text,
      describe: 'Settings file (JSON), as tune writes it, or the JSON itself',
    })
    .option('sensitivity', {
      ...text,
      choices: SENSITIVITIES.map(({ name }) => name),
      describe: 'One dial instead of all below; medium is the settings as they are',
    })
    .option('detector', { ...text, describe: `One of ${DETECTOR_IDS.join(', ')}` })
    .option('window', { ...count, describe: 'Reference window (samples)' })
    .option('warmup', { ...count, describe: 'Samples before the first score' })
    .option('smooth', { ...count, describe: 'Rolling median over this many samples; 1: none' })
    .option('threshold', { ...count, describe: 'Flag where score ≥ threshold' })
    .option('contamination', { ...count, describe: 'Flag this share of the window' })
    .option('consecutive', { ...count, describe: 'Flags in a row that open an alert' })
    .option('within', { ...count, describe: 'Flags may be spread over this many samples instead' })
    .option('recover', { ...count, describe: 'Samples an alert stays open after its last run' })
    .option('startup', { ...text, describe: 'How long a fresh container is not learnt from (2m)' })
    .option('pool', { ...text, describe: 'Who shares a window: container, pod, workload, all' })
    .option('metrics', { ...text, describe: 'Metrics to judge, separated by commas' })
    .option('param', { ...text, array: true, describe: "A detector's own: name=value" });
}

function settingsOf(text: string, where: string): PartialSettings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError('BAD_INPUT', `${where} is not JSON: ${why}.`, { where }, { cause: error });
  }
  return parseSettings(value, where);
}

function readSettingsFile(path: string): PartialSettings {
  // Where a file would have to be brought along, its text can stand for it.
  if (/^\s*\{/.test(path)) return settingsOf(path, 'The text of --settings');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError('BAD_INPUT', `Cannot read the settings file ${path}: ${why}.`, { path });
  }
  return settingsOf(text, path);
}

function paramsOf(pairs: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    pairs.map((pair): [string, number] => {
      const [, name, value] =
        /^([A-Za-z][\w-]*)=(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.exec(pair) ?? [];
      if (name === undefined) {
        throw new ToolError('USAGE', `Cannot read --param ${pair}; try --param relative=0.3.`);
      }
      return [name, Number(value)];
    }),
  );
}

/** flags > environment (as yargs reads it) > settings file > preset > defaults. Throws USAGE. */
export function settingsFrom(flags: SettingsFlags): Settings {
  const { settings: file, preset, param, metrics, ...given } = flags;
  const { detector, window, warmup, smooth, threshold, contamination } = given;
  const own: Record<string, unknown> = {
    ...{ detector, window, warmup, smooth, threshold, contamination },
    ...{ consecutive: given.consecutive, within: given.within },
    ...{ recover: given.recover, pool: given.pool },
    startupSeconds: given.startup === undefined ? undefined : parseDuration(given.startup) / 1000,
    metrics: metrics?.split(','),
    params: param === undefined ? undefined : paramsOf(param),
  };
  for (const [name, value] of Object.entries(own)) {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new ToolError('USAGE', `--${name} needs a number.`, { name });
    }
  }
  const base = presetSettings(preset ?? 'default');
  const fromFile = file === undefined ? {} : readSettingsFile(file);
  const flagged = parseSettings(
    Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
    'Flags',
  );
  // Another detector starts from its own parameters and members, not from the base's.
  const filed = overrideSettings(base, withOwnParams(base, fromFile));
  const settings = overrideSettings(filed, withOwnParams(filed, flagged));
  checkDetector(settings);
  const decided = dialled(settings, flags);
  checkThreshold(decided);
  return decided;
}

/** Settings as sensitive as was asked for. Throws USAGE where their threshold was named, too. */
function dialled(settings: Settings, flags: SettingsFlags): Settings {
  const { sensitivity, threshold, contamination } = flags;
  if (sensitivity === undefined) return settings;
  if (threshold !== undefined || contamination !== undefined) {
    const named = threshold === undefined ? 'contamination' : 'threshold';
    throw new ToolError('USAGE', `--sensitivity sets the ${named} itself; name one of the two.`);
  }
  return withSensitivity(settings, sensitivity);
}

function withOwnParams(base: Settings, changes: PartialSettings): PartialSettings {
  const isOther = changes.detector !== undefined && changes.detector !== base.detector;
  const params = { ...(isOther ? {} : base.params), ...changes.params };
  return { ...changes, params, ...(isOther ? { members: changes.members ?? [] } : {}) };
}
