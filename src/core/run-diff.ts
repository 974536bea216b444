import type { ComparedRow, ComparedWorkload, Difference, RunComparison } from './comparison.ts';
import type { Unit } from './series.ts';

/** What is told of a workload's metric; times are from the start or end of the load. */
export type MeasureName =
  'level' | 'slope' | 'deviation' | 'alerts' | 'alert-minutes' | 'settle' | 'replicas';

/** One number of two runs with its interval, or why there is none. */
export interface Measure {
  readonly name: MeasureName;
  /** Of `replicas`: how many there were to be; 0 otherwise. */
  readonly count: number;
  /**
   * In base units; of `slope` per unit of the load, of `settle` and `replicas` in ms. Null: it cannot
   * be told, for `why`.
   */
  readonly difference: Difference | null;
  readonly why: string;
  /** Baseline, candidate: the run ended before; its number is at least this. */
  readonly isCut: readonly [boolean, boolean];
}

/** What two runs differ in for one metric of a workload's container. */
export interface WorkloadDiff {
  readonly workload: ComparedWorkload;
  /** Most pods at one time: baseline, candidate. */
  readonly pods: readonly [number, number];
  /** The load that `slope` is on; null: none. */
  readonly load: { readonly metric: string; readonly unit: Unit } | null;
  readonly measures: readonly Measure[];
  /** The level in phases that both runs have, the whole run left out. */
  readonly phases: readonly ComparedRow[];
}

/** When a workload had more replicas; `workload` is the signal that counts them. */
export interface ScaleOut {
  readonly workload: ComparedWorkload;
  readonly measures: readonly Measure[];
}

/** Two runs laid over one another, workload by workload. */
export interface RunDiff {
  readonly comparison: RunComparison;
  /** CPU, memory and the like, in the order of `comparison.workloads`. */
  readonly workloads: readonly WorkloadDiff[];
  readonly scaleOut: readonly ScaleOut[];
}
