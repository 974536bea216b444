import type { InjectPlan } from './inject/plan.ts';

/** What a second look at the best settings of a sweep finds out. */
export interface CloserPlan {
  /** Faults to inject; null: none. */
  readonly inject: InjectPlan | null;
  /** Thresholds at which it is told, too, what would be caught. */
  readonly thresholds: readonly number[];
}
