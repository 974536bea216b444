import type { InjectPlan } from './inject/plan.ts';

/** What a second look at the best settings of a sweep finds out. */
export interface CloserPlan {
  /** Faults to inject; null: none. */
  readonly inject: InjectPlan | null;
}
