import type { Settings } from '../../core/settings.ts';

/** The original script that every evaluation of recordings shows beside the setting asked about. */
export const SCRIPT_PRESET = 'fetch-metrics-graph';

/**
 * What every evaluation shows beside the setting asked about, by name: saying nothing, guessing,
 * and knowing the answer.
 */
export function yardsticks(settings: Settings): [string, Settings][] {
  const yardstick = (detector: string): Settings => ({
    ...settings,
    ...{ detector, params: {}, members: [], contamination: null, threshold: 0.99, consecutive: 1 },
    ...{ pool: 'container', containers: 'all', reference: 'smoothed', refractory: 0 },
    ...{ within: undefined, recover: 1, startupSeconds: 0 },
  });
  return [
    ['never', yardstick('never')],
    ['random', yardstick('random')],
    ['oracle', { ...yardstick('oracle'), threshold: 0.5 }],
  ];
}
