import { ToolError } from '../../core/errors.ts';
import type { Settings } from '../../core/settings.ts';
import { isolation } from './isolation.ts';
import { level } from './level.ts';
import { ratioRules } from './ratio-rules.ts';
import type { DetectorDef, PairDetectorDef } from './stage.ts';

/** Every detector of one series, in the order of help and docs. */
export const DETECTORS: readonly DetectorDef[] = [isolation, level];

/** Every detector of a pair. */
export const PAIR_DETECTORS: readonly PairDetectorDef[] = [ratioRules];

/** All ids a setting may name. */
export const DETECTOR_IDS: readonly string[] = [...DETECTORS, ...PAIR_DETECTORS].map(
  ({ id }) => id,
);

/** Checks what a schema cannot: names, parameters and combinations. Throws USAGE. */
export function checkDetector(settings: Settings): void {
  const { detector, params, contamination, threshold, warmup, window, pool } = settings;
  const fail = (why: string): never => {
    throw new ToolError('USAGE', why, { detector });
  };
  const single = DETECTORS.find(({ id }) => id === detector);
  const def = single ?? PAIR_DETECTORS.find(({ id }) => id === detector);
  if (def === undefined) {
    return fail(`There is no detector "${detector}"; try ${DETECTOR_IDS.join(', ')}.`);
  }
  for (const [name, value] of Object.entries(params)) {
    const spec = Object.hasOwn(def.params, name) ? def.params[name] : undefined;
    if (spec === undefined) {
      const names = Object.keys(def.params).join(', ') || 'it has none';
      return fail(`Detector ${detector} has no parameter "${name}" (${names}).`);
    }
    const isWhole = spec.kind === 'real' || Number.isInteger(value);
    if (!isWhole || value < spec.min || value > spec.max) {
      const range = `${spec.kind === 'int' ? 'a whole number' : 'a number'} from ${String(spec.min)} to ${String(spec.max)}`;
      return fail(`Parameter ${name} of ${detector} is ${String(value)}; it must be ${range}.`);
    }
  }
  if ((threshold === null) === (contamination === null)) {
    return fail('Give either a threshold or a contamination, not both and not neither.');
  }
  if (contamination !== null && single?.ranks !== true) {
    return fail(`Detector ${detector} takes a threshold, not a contamination.`);
  }
  if (warmup > window) {
    return fail(`Warm-up (${String(warmup)}) is longer than the window (${String(window)}).`);
  }
  if (single === undefined && pool !== 'container' && pool !== 'all') {
    return fail(`Detector ${detector} takes --pool container or all.`);
  }
}
