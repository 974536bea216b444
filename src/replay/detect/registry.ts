import { ToolError } from '../../core/errors.ts';
import type { Settings } from '../../core/settings.ts';
import { anyOf, type CombinerDef, kOf, weightedSum } from './combiners.ts';
import { cusum } from './cusum.ts';
import { ewma } from './ewma.ts';
import { forest } from './forest.ts';
import { growth } from './growth.ts';
import { halfSpaceTrees } from './half-space-trees.ts';
import { isolation } from './isolation.ts';
import { jointRise } from './joint-rise.ts';
import { level } from './level.ts';
import { levelShift } from './level-shift.ts';
import { mad } from './mad.ts';
import { newExtreme } from './new-extreme.ts';
import { randomCutForest } from './random-cut-forest.ts';
import { ratioRules } from './ratio-rules.ts';
import { seasonal } from './seasonal.ts';
import { seasonalExtreme } from './seasonal-extreme.ts';
import type { DetectorDef, PairDetectorDef, ParamSpec } from './stage.ts';
import { stillness } from './stillness.ts';
import { trough } from './trough.ts';
import { never, oracle, random } from './yardsticks.ts';
import { zscore } from './zscore.ts';

/** Every detector of one series, in the order of help and docs. */
export const DETECTORS: readonly DetectorDef[] = [
  isolation,
  level,
  growth,
  seasonal,
  newExtreme,
  seasonalExtreme,
  levelShift,
  stillness,
  trough,
  zscore,
  mad,
  ewma,
  cusum,
  forest,
  halfSpaceTrees,
  randomCutForest,
  never,
  random,
  oracle,
];

/** Every detector of a pair. */
export const PAIR_DETECTORS: readonly PairDetectorDef[] = [ratioRules, jointRise];

/** The detector of a pair that settings name; null: they name another. */
export function pairDetector({ detector }: Pick<Settings, 'detector'>): PairDetectorDef | null {
  return PAIR_DETECTORS.find(({ id }) => id === detector) ?? null;
}

/** Those that can be a member of an ensemble. */
export const MEMBER_PAIRS: readonly PairDetectorDef[] = PAIR_DETECTORS.filter(
  ({ pools }) => !pools,
);

/** Every way to join detectors. */
export const COMBINERS: readonly CombinerDef[] = [anyOf, kOf, weightedSum];

/** All ids a setting may name. */
export const DETECTOR_IDS: readonly string[] = [...DETECTORS, ...PAIR_DETECTORS, ...COMBINERS].map(
  ({ id }) => id,
);

/** The threshold to start from with a detector; null where there is none of that name. */
export function startingThreshold(detector: string): number | null {
  const all = [...DETECTORS, ...PAIR_DETECTORS, ...COMBINERS];
  return all.find(({ id }) => id === detector)?.threshold ?? null;
}

/** The highest score that a detector can give; Infinity: there is none. */
export function highestScore(detector: string): number {
  return DETECTORS.find(({ id }) => id === detector)?.highest ?? Infinity;
}

function fail(why: string): never {
  throw new ToolError('USAGE', why);
}

function checkParams(
  detector: string,
  specs: Readonly<Record<string, ParamSpec>>,
  params: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(params)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) {
      const names = Object.keys(specs).join(', ') || 'it has none';
      return fail(`Detector ${detector} has no parameter "${name}" (${names}).`);
    }
    const isWhole = spec.kind === 'real' || Number.isInteger(value);
    if (!isWhole || value < spec.min || value > spec.max) {
      const range = `${spec.kind === 'int' ? 'a whole number' : 'a number'} from ${String(spec.min)} to ${String(spec.max)}`;
      return fail(`Parameter ${name} of ${detector} is ${String(value)}; it must be ${range}.`);
    }
  }
}

function checkMembers({ detector, members, window, contamination }: Settings): void {
  if (members.length === 0) {
    return fail(`Ensemble ${detector} has no members; give them in a settings file.`);
  }
  if (contamination !== null) {
    return fail(`Ensemble ${detector} takes a threshold, not a contamination.`);
  }
  members.forEach((member, i) => {
    const place = `Member ${String(i + 1)} of ${detector}`;
    const def = [...DETECTORS, ...MEMBER_PAIRS].find(({ id }) => id === member.detector);
    if (def === undefined) {
      const names = [...DETECTORS, ...MEMBER_PAIRS].map(({ id }) => id).join(', ');
      return fail(`${place} is "${member.detector}"; try ${names}.`);
    }
    checkParams(member.detector, def.params, member.params);
    if (member.warmup !== undefined && member.warmup > (member.window ?? window)) {
      return fail(`${place}: warm-up (${String(member.warmup)}) is longer than the window.`);
    }
  });
  const isPair = (id: string): boolean => MEMBER_PAIRS.some((pair) => pair.id === id);
  if (members.filter((member) => isPair(member.detector)).length > 1) {
    return fail(`Ensemble ${detector} can have one member that judges CPU and memory together.`);
  }
  if (members.every((member) => isPair(member.detector))) {
    return fail(`Ensemble ${detector} needs a member that judges one series.`);
  }
}

/** Refuses a threshold that no score can reach, which would be silence without a word. Throws USAGE. */
export function checkThreshold({ detector, threshold }: Settings): void {
  const highest = highestScore(detector);
  if (threshold === null || threshold <= highest) return;
  const usual = String(startingThreshold(detector));
  fail(
    `Scores of ${detector} are at most ${String(highest)}, so a threshold of ${String(threshold)} is never reached; try ${usual}.`,
  );
}

/** Checks what a schema cannot: names, parameters and combinations. Throws USAGE. */
export function checkDetector(settings: Settings): void {
  const { detector, params, contamination, threshold, warmup, window, pool, members } = settings;
  const single = DETECTORS.find(({ id }) => id === detector);
  const pair = pairDetector(settings);
  const combiner = COMBINERS.find(({ id }) => id === detector);
  const def = single ?? pair ?? combiner;
  if (def === undefined) {
    return fail(`There is no detector "${detector}"; try ${DETECTOR_IDS.join(', ')}.`);
  }
  checkParams(detector, def.params, params);
  if ((threshold === null) === (contamination === null)) {
    return fail('Give either a threshold or a contamination, not both and not neither.');
  }
  if (warmup > window) {
    return fail(`Warm-up (${String(warmup)}) is longer than the window (${String(window)}).`);
  }
  if (combiner !== undefined) {
    checkMembers(settings);
  } else if (members.length > 0) {
    return fail(`Detector ${detector} has no members; try --detector any-of.`);
  }
  if (contamination !== null && single?.ranks !== true) {
    return fail(`Detector ${detector} takes a threshold, not a contamination.`);
  }
  if (pair !== null && pool !== 'container' && pool !== 'all') {
    return fail(`Detector ${detector} takes --pool container or all.`);
  }
}
