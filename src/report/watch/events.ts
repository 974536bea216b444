import type { Cause } from '../../core/results.ts';
import type { Unit } from '../../core/series.ts';

/** A series as the live page names it; its place in the list is its number in all events. */
export interface WatchSeries {
  readonly namespace: string;
  /** Without its namespace. */
  readonly name: string;
  readonly metric: string;
  readonly unit: Unit;
  readonly limit: number | null;
  /** Signals explain, they are not judged. */
  readonly isSignal: boolean;
}

/** One sample: series, ms since `startMs`, value in base units, score (null: none), alerting. */
export type WatchPoint = readonly [
  series: number,
  t: number,
  value: number,
  score: number | null,
  alerting: 0 | 1,
];

/** A tick and what became of it. */
export type WatchTick = readonly [scheduledMs: number, outcome: string, reason: string];

/** An alert as the page lists it. Times are Unix ms. */
export interface WatchAlert {
  /** A number of its own: an alert that closes comes again under the same. */
  readonly id: number;
  /** Number of the series; null where it has no picture. */
  readonly series: number | null;
  readonly namespace: string;
  readonly name: string;
  readonly metric: string;
  readonly start: number;
  readonly detectedAt: number;
  /** null: still open. */
  readonly end: number | null;
  readonly peak: string;
  readonly score: number;
  readonly cause: Cause;
  readonly why: string;
}

/** What a page is told when it is opened, and whenever it has missed too much. */
export interface WatchStart {
  readonly title: string;
  readonly file: string;
  readonly startMs: number;
  readonly intervalMs: number;
  readonly settings: string;
  /** Scores at or over it are flagged. */
  readonly threshold: number;
  readonly consecutive: number;
  readonly series: readonly WatchSeries[];
  /** All series seen, with or without a picture. */
  readonly seen: number;
  readonly points: readonly WatchPoint[];
  readonly ticks: readonly WatchTick[];
  readonly alerts: readonly WatchAlert[];
}

/** What a tick added. */
export interface WatchStep {
  readonly series: readonly WatchSeries[];
  readonly seen: number;
  readonly points: readonly WatchPoint[];
  readonly tick: WatchTick;
  readonly alerts: readonly WatchAlert[];
}

/** The recording is over. */
export interface WatchEnd {
  readonly text: string;
}
