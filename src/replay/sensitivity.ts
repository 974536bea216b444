import type { Settings } from '../core/settings.ts';
import { highestScore } from './detect/registry.ts';
import type { AlertBudget } from './tune/objective.ts';

/** How much a detector should say, for those who want to set no more than that. */
export type Sensitivity = 'low' | 'medium' | 'high';

/** What a dial position stands for. */
export interface SensitivityLevel {
  readonly name: Sensitivity;
  /** What thresholds are multiplied by. */
  readonly factor: number;
  /** The false alerts that tuning may spend. */
  readonly budget: AlertBudget;
}

/**
 * The positions of the dial. `high` is the lowest factor at which simulated healthy runs keep to one
 * false alert in four days of a pod, `low` its reciprocal: docs/tuning.md has the measurement.
 */
export const SENSITIVITIES: readonly SensitivityLevel[] = [
  { name: 'low', factor: 1.5, budget: { alerts: 1, days: 7, per: 'workload' } },
  { name: 'medium', factor: 1, budget: { alerts: 1, days: 1, per: 'workload' } },
  { name: 'high', factor: 1 / 1.5, budget: { alerts: 4, days: 1, per: 'workload' } },
];

/** The position of that name. */
export function sensitivityLevel(name: Sensitivity): SensitivityLevel {
  const level = SENSITIVITIES.find((one) => one.name === name);
  if (level === undefined) throw new Error(`There is no sensitivity "${name}".`);
  return level;
}

/**
 * Settings whose threshold is as much higher or lower as the dial says. Where scores have a highest,
 * a threshold goes up by as much less of what is left to it, and never past it.
 */
export function withSensitivity(settings: Settings, name: Sensitivity): Settings {
  const { factor } = sensitivityLevel(name);
  const { threshold, contamination } = settings;
  if (threshold !== null) {
    const highest = highestScore(settings.detector);
    const isCapped = highest < Infinity && factor > 1;
    const moved = isCapped ? highest - (highest - threshold) / factor : threshold * factor;
    return { ...settings, threshold: moved };
  }
  // A share of samples to flag: the more the lower the threshold.
  return { ...settings, contamination: Math.min(0.5, (contamination ?? 0.1) / factor) };
}
