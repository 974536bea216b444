import type { SeriesKind, Unit } from './series.ts';

/**
 * `higher`, `lower`: the interval leaves out 0 and the change is at least the tolerance; `same`: the
 * whole interval lies within the tolerance; `unclear`: neither; `unknown`: too few samples.
 */
export type Verdict = 'higher' | 'lower' | 'same' | 'unclear' | 'unknown';

/** A number of two runs, side by side, in base units. */
export interface Difference {
  readonly baseline: number;
  readonly candidate: number;
  /** candidate − baseline. */
  readonly difference: number;
  /** difference ÷ baseline; null where the baseline is 0. */
  readonly relative: number | null;
  /**
   * Meant to hold the true difference 95 times in 100 (with simulated noise 91 to 97); null: too
   * few samples.
   */
  readonly interval: readonly [low: number, high: number] | null;
  readonly verdict: Verdict;
}

/** A workload's metric in one phase of two runs. */
export interface ComparedRow {
  /** Position in `RunComparison.workloads`. */
  readonly workload: number;
  /** Position in `RunComparison.phases`. */
  readonly phase: number;
  /** Position in `RunComparison.runs` of the candidate; the baseline is 0. */
  readonly run: number;
  /** Mean over time of what a pod uses on average. */
  readonly mean: Difference;
  /** 95th percentile over time of the pod that uses most. */
  readonly high: Difference;
  /** Mean over time of all pods together. */
  readonly total: Difference;
  /** Most pods at one time: baseline, candidate. */
  readonly pods: readonly [number, number];
  /** Steps of time in which both runs have samples: all that is compared. */
  readonly steps: number;
}

/** A stretch of time that all runs have, ms from each run's own origin. */
export interface ComparedPhase {
  readonly name: string;
  /** One for each run, `[from, to)`. */
  readonly spans: readonly (readonly [from: number, to: number])[];
}

/** What pods of one workload used in one run, by steps of time; NaN: no sample. */
export interface WorkloadColumns {
  /** Of the pods that have samples in a step. */
  readonly mean: Float64Array;
  readonly high: Float64Array;
  readonly total: Float64Array;
  readonly pods: Uint16Array;
}

/** A metric of a workload's container, as all runs know it. */
export interface ComparedWorkload {
  /** '' where runs have different namespaces and are compared all the same. */
  readonly namespace: string;
  /** Its name, or the pod's where there is none; '' for a signal of the whole run. */
  readonly workload: string;
  readonly container: string;
  readonly metric: string;
  readonly unit: Unit;
  readonly kind: SeriesKind;
  /** One for each run; null: this run does not have it. */
  readonly columns: readonly (WorkloadColumns | null)[];
}

/** A run of a comparison. Times are Unix ms. */
export interface ComparedRun {
  readonly name: string;
  readonly digest: string;
  readonly origin: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The moment that is 0 in all phases and columns. */
  readonly originMs: number;
}

/** Two or more runs on one time axis; the first is the baseline. */
export interface RunComparison {
  readonly runs: readonly ComparedRun[];
  /** What the runs were aligned by, one sentence. */
  readonly aligned: string;
  /** Columns begin here, ms from each run's origin. */
  readonly fromMs: number;
  /** Length of a step of the columns. */
  readonly stepMs: number;
  /** The first covers all that the runs have in common. */
  readonly phases: readonly ComparedPhase[];
  /** By namespace, workload, container and metric, in code-unit order. */
  readonly workloads: readonly ComparedWorkload[];
  /** By run, workload, phase. */
  readonly rows: readonly ComparedRow[];
}
