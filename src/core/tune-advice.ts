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
