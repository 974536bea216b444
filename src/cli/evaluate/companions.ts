import type { Settings } from '../../core/settings.ts';
import { startingThreshold } from '../../replay/detect/registry.ts';

/** The original script that every evaluation of recordings shows beside the setting asked about. */
export const SCRIPT_PRESET = 'fetch-metrics-graph';

/**
 * What every evaluation shows beside the setting asked about, by name: saying nothing, guessing,
 * and knowing the answer.
 */
export function yardsticks(settings: Settings): [string, Settings][] {
  const yardstick = (detector: string): Settings => ({
    ...settings,
    ...{ detector, params: {}, members: [], contamination: null, consecutive: 1 },
    threshold: startingThreshold(detector),
    ...{ pool: 'container', containers: 'all', reference: 'smoothed', refractory: 0 },
    ...{ within: undefined, recover: 1, startupSeconds: 0 },
  });
  return ['never', 'random', 'oracle'].map((name) => [name, yardstick(name)]);
}
