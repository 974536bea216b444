import { ToolError } from '../core/errors.ts';
import type { MemberSettings, PartialSettings, Settings } from '../core/settings.ts';
import { settingsDigest } from '../core/settings-digest.ts';
import { startingThreshold } from './detect/registry.ts';

/** A named setting. */
export interface Preset {
  readonly name: string;
  readonly describe: string;
  readonly settings: Settings;
}

/** What every preset, and a detector that is named without one, starts from. */
const PLAIN: Settings = {
  version: 1,
  detector: 'level',
  params: {},
  members: [],
  metrics: ['cpu', 'memory', 'value'],
  pool: 'container',
  containers: 'all',
  window: 480,
  warmup: 40,
  smooth: 1,
  reference: 'smoothed',
  threshold: 5,
  contamination: null,
  consecutive: 2,
  recover: 1,
  refractory: 0,
  gapSteps: 3.5,
  startupSeconds: 120,
};

/** How `default` was chosen: docs/default-detector.md. */
const DEFAULT: Settings = {
  ...PLAIN,
  detector: 'any-of',
  params: { follow: 15 },
  members: [
    { detector: 'level', params: { lag: 60 }, threshold: 5, consecutive: 2 },
    {
      detector: 'level',
      params: { lag: 60, relativeBytes: 0.06, floorCores: 0.005, floorBytes: 2 * 1024 * 1024 },
      ...{ threshold: 2.5, consecutive: 5 },
    },
    { detector: 'joint-rise', params: {}, threshold: 5 },
    { detector: 'trough', params: { lag: 60 }, threshold: 6, consecutive: 3 },
  ],
  warmup: 31,
  threshold: 1,
  consecutive: 1,
};

/** What the `nab` preset joins: contextual extremes, shifts, distance and stillness. */
const NAB_MEMBERS: readonly MemberSettings[] = [
  { detector: 'new-extreme', params: {}, threshold: 1, weight: 0.25 },
  { detector: 'level-shift', params: { short: 1, long: 288 }, threshold: 1, weight: 0.25 },
  { detector: 'seasonal-extreme', params: {}, threshold: 1, weight: 0.25 },
  { detector: 'seasonal-extreme', params: { long: 288 }, threshold: 1, weight: 0.25 },
  { detector: 'level-shift', params: {}, threshold: 1, weight: 0.35 },
  { detector: 'level-shift', params: {}, threshold: 1, weight: 1.3, refractory: 400 },
  {
    ...{ detector: 'zscore', params: { relative: 0 }, window: 500, refractory: 400 },
    ...{ threshold: 1, weight: 0.0004 },
  },
  { detector: 'stillness', params: {}, threshold: 1, weight: 0.15 },
];

const SCRIPT = {
  pool: 'all',
  containers: 'first',
  metrics: ['cpu', 'memory'],
  window: 100,
  reference: 'raw',
  startupSeconds: 0,
} as const;

/** Every preset, the default first. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'default',
    describe: 'sudden and slow rises per container: what we measured to be best for pods',
    settings: DEFAULT,
  },
  {
    name: 'nab',
    describe: 'a continuous score for any single series, best on the Numenta Anomaly Benchmark',
    settings: {
      ...PLAIN,
      ...{ detector: 'weighted-sum', members: NAB_MEMBERS, window: 4000, warmup: 12 },
      // A file of its own is no container: it does not start up.
      ...{ threshold: 0.02, consecutive: 1, refractory: 100, startupSeconds: 0 },
    },
  },
  {
    name: 'level',
    describe: 'sudden rises alone: one detector with one window, for tuning',
    settings: PLAIN,
  },
  {
    name: 'isolation-per-pod',
    describe:
      'the second original script repaired: one window a container, the value is asked about',
    settings: {
      ...PLAIN,
      ...{ detector: 'isolation', window: 100, warmup: 60, smooth: 5 },
      ...{ threshold: 0.75, consecutive: 3 },
    },
  },
  {
    name: 'fetch-metrics',
    describe: 'the first original script, faults included: z-score rules, all pods in one window',
    settings: {
      ...PLAIN,
      ...SCRIPT,
      ...{ detector: 'ratio-rules', warmup: 2, threshold: Number.MIN_VALUE, consecutive: 1 },
    },
  },
  {
    name: 'fetch-metrics-graph',
    describe:
      'the second original script, faults included: all pods in one window, asked about its median',
    settings: {
      ...PLAIN,
      ...SCRIPT,
      ...{ detector: 'isolation', warmup: 100, smooth: 100 },
      ...{ threshold: null, contamination: 0.1, consecutive: 2 },
    },
  },
];

/** The settings of a preset. Throws USAGE for a name that is none. */
export function presetSettings(name: string): Settings {
  const preset = PRESETS.find((one) => one.name === name);
  if (preset === undefined) {
    const names = PRESETS.map((one) => one.name).join(', ');
    throw new ToolError('USAGE', `There is no preset "${name}"; try ${names}.`, { name });
  }
  return preset.settings;
}

/** The name of the preset that these settings are, or ''. */
export function presetNameOf(settings: Settings): string {
  const digest = settingsDigest(settings);
  return PRESETS.find((preset) => settingsDigest(preset.settings) === digest)?.name ?? '';
}

/**
 * A base with some of it replaced. Naming another detector starts from that detector alone, at its
 * own threshold: the base's parameters, ensemble and threshold were not made for it. Naming a
 * threshold takes a contamination away and the other way round; a warm-up longer than a shortened
 * window shrinks with it.
 */
export function overrideSettings(base: Settings, changes: PartialSettings): Settings {
  const given = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as Partial<Settings>;
  const isOther = given.detector !== undefined && given.detector !== base.detector;
  const alone = {
    ...{ params: {}, members: [], refractory: 0, consecutive: PLAIN.consecutive },
    threshold: startingThreshold(given.detector ?? '') ?? PLAIN.threshold,
  };
  const merged: Settings = { ...base, ...(isOther ? alone : {}), ...given, version: 1 };
  const window = merged.window;
  const warmup = given.warmup ?? Math.min(merged.warmup, window);
  const threshold =
    given.contamination != null && given.threshold == null ? null : merged.threshold;
  const contamination =
    given.threshold != null && given.contamination == null ? null : merged.contamination;
  return { ...merged, warmup, threshold, contamination };
}

/** The preset that is tuned where no other is named: one detector, so that it has one window. */
export const TUNED_PRESET = 'level';
