const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const MIB = 1024 * 1024;

/** What can be added to a copy of a series. */
export type FaultId = 'leak' | 'stair' | 'hog' | 'step' | 'spike';

/** A kind of fault: where it is put, in what sizes, and what it adds. */
export interface FaultKind {
  readonly id: FaultId;
  readonly metric: 'cpu' | 'memory';
  /** Unit of a size. */
  readonly unit: 'MiB/h' | 'MiB' | 'millicores';
  readonly describe: string;
  /** How long an alert is waited for, where the run is long enough. */
  readonly longestMs: number;
  /** Ascending, each twice the one before. */
  readonly sizes: readonly number[];
  /** What it adds, in base units, so long after its start; `lastsMs` is how long it is watched. */
  added(size: number, sinceMs: number, lastsMs: number): number;
}

const doubled = (first: number): number[] => Array.from({ length: 12 }, (_, i) => first * (1 << i));

/** Steps of a leak in stairs while it is watched. */
const STAIRS = 12;
const SPIKE_MS = MINUTE_MS;

/** The kinds of faults, in the order in which they are shown. */
export const FAULT_KINDS: readonly FaultKind[] = [
  {
    id: 'leak',
    ...{ metric: 'memory', unit: 'MiB/h', longestMs: 2 * HOUR_MS, sizes: doubled(2) },
    describe: 'memory that grows evenly',
    added: (size, sinceMs) => (size * MIB * sinceMs) / HOUR_MS,
  },
  {
    id: 'stair',
    ...{ metric: 'memory', unit: 'MiB/h', longestMs: 2 * HOUR_MS, sizes: doubled(2) },
    describe: 'memory that grows as fast, in twelve stairs',
    added: (size, sinceMs, lastsMs) => {
      const stairMs = lastsMs / STAIRS;
      return (size * MIB * Math.floor(sinceMs / stairMs) * stairMs) / HOUR_MS;
    },
  },
  {
    id: 'hog',
    ...{ metric: 'cpu', unit: 'millicores', longestMs: 20 * MINUTE_MS, sizes: doubled(1) },
    describe: 'CPU that something burns all the time',
    added: (size) => size / 1000,
  },
  {
    id: 'step',
    ...{ metric: 'memory', unit: 'MiB', longestMs: 30 * MINUTE_MS, sizes: doubled(0.5) },
    describe: 'memory that is taken at once and kept',
    added: (size) => size * MIB,
  },
  {
    id: 'spike',
    ...{ metric: 'cpu', unit: 'millicores', longestMs: 5 * MINUTE_MS, sizes: doubled(4) },
    describe: 'CPU that is burnt for one minute',
    added: (size, sinceMs) => (sinceMs < SPIKE_MS ? size / 1000 : 0),
  },
];

/** The kind of that name. */
export function faultKind(id: FaultId): FaultKind {
  const kind = FAULT_KINDS.find((one) => one.id === id);
  if (kind === undefined) throw new Error(`There is no fault "${id}".`);
  return kind;
}

/** How much a leak of a size has grown after a time, MiB; null for what does not grow. */
export function grownMiB({ unit }: FaultKind, size: number, seconds: number): number | null {
  return unit === 'MiB/h' ? (size * seconds) / 3600 : null;
}
