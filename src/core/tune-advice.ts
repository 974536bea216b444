import type { Settings } from './settings.ts';

/** How many faults of one size were found. */
export interface PowerPoint {
  /** MiB/h, MiB or millicores: see `InjectedFault.unit`. */
  readonly size: number;
  /** Share of places in which it was found. */
  readonly share: number;
  /** From the fault's start to the alert, over places in which it was found; null: none. */
  readonly medianDelaySeconds: number | null;
}

/** The size from which on faults are caught often enough. */
export interface CaughtFault {
  readonly size: number;
  readonly delaySeconds: number;
  /** How much a leak has grown by then; null for what does not grow. */
  readonly grownMiB: number | null;
}

/** What one setting catches of one kind of fault; null: not even the largest size. */
export interface FaultPower {
  readonly kind: string;
  /** Places in which the series alerts without the fault too: these never count as found. */
  readonly alertsAnyway: number;
  /** Caught in half of all places, and in 90 % of them. */
  readonly half: CaughtFault | null;
  readonly most: CaughtFault | null;
  /** The size caught in half of all places at each of the grid's thresholds instead; null: none. */
  readonly halfAt: readonly (number | null)[];
  /** By size, ascending. */
  readonly curve: readonly PowerPoint[];
}

/** A kind of fault that was injected. */
export interface InjectedFault {
  readonly kind: string;
  readonly unit: 'MiB/h' | 'MiB' | 'millicores';
  readonly describe: string;
  /** How long an alert was waited for. */
  readonly lastsSeconds: number;
  /** Copies of series that each size was put into; 0: the runs have no room for it. */
  readonly places: number;
}

/** Faults added to copies of series, and which of them settings would have found. */
export interface Injection {
  readonly seed: number;
  readonly faults: readonly InjectedFault[];
  /** In the order of the table's settings, best first. */
  readonly settings: readonly {
    readonly settings: Settings;
    readonly power: readonly FaultPower[];
  }[];
}

/** Chosen on one part of the runs, and what that choice comes to on the other. */
export interface HeldOut {
  /** `time`: each half of every run in turn; `run`: each run, or fifth of the runs, in turn. */
  readonly by: 'time' | 'run';
  /** Parts that could be used. */
  readonly folds: number;
  /** The measure on the parts chosen on, and on those held out; null: it cannot be told there. */
  readonly chosen: number | null;
  readonly heldOut: number | null;
}

/** What the chosen settings come to on a run that was changed. */
export interface Robustness {
  readonly change: string;
  readonly value: number | null;
  readonly detected: number;
  readonly labels: number;
  readonly falseAlerts: number;
  /** Whether it does about as well as on the run as it is. */
  readonly holds: boolean;
}

/** How far a recommendation can be relied on. */
export interface Confidence {
  readonly enough: boolean;
  /** Why there is not enough evidence, a clause each; empty where there is. */
  readonly because: readonly string[];
  /** What `value`, `interval` and the checks are measured in. */
  readonly measure: string;
  readonly lowerIsBetter: boolean;
  readonly value: number | null;
  /** 95 % of resamples lie in it; null: it cannot be told. */
  readonly interval: readonly [number, number] | null;
  readonly resamples: number;
  /** Resamples in which the measure can be told: those that have a label, say. */
  readonly usable: number;
  /** Length of the blocks of time that are drawn; of the first run. */
  readonly blockSeconds: number;
  /** Shares of usable resamples: over the budget, and with another setting that is better. */
  readonly overBudget: number;
  readonly otherWins: number;
  /** The setting that wins most often of those; null: none ever does. */
  readonly rival: Settings | null;
  /** The highest value of runs whose alerts were moved in time against the labels; null: none. */
  readonly chance: number | null;
  /** Settings that were compared, this one included. */
  readonly compared: number;
  readonly heldOut: readonly HeldOut[];
  readonly robustness: readonly Robustness[];
}
