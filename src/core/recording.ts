import type { SeriesColumns } from './series.ts';

/** Where a recording came from: a live cluster, a file, or a load model. */
export type RecordingKind = 'recorded' | 'imported' | 'synthetic';

/**
 * The one outcome of a scheduled tick. `partial`: some containers of listed pods were missing;
 * `empty`: the source answered with nothing; `missed`: the tick never started (sleep, crash).
 */
export type TickOutcome = 'ok' | 'partial' | 'empty' | 'failed' | 'missed';

/** One scheduled poll and what became of it. Times are Unix ms. */
export interface Tick {
  /** 1, 2, 3 … without holes. */
  readonly seq: number;
  readonly scheduledMs: number;
  readonly startedMs: number | null;
  readonly finishedMs: number | null;
  readonly outcome: TickOutcome;
  /** Why, in one word and a detail (`timeout`, `http 503`, `network: ECONNREFUSED`); '' when ok. */
  readonly reason: string;
  /** Samples stored by this tick. */
  readonly samples: number;
  /** Same series, same time, same value as before: nothing new. */
  readonly repeats: number;
  /** Same series and time, other value: the first was kept. */
  readonly conflicts: number;
  /** Stored, but older than a sample of that series stored before. */
  readonly late: number;
  /** Not storable: unreadable quantity, no timestamp. */
  readonly rejected: number;
}

/** A moment (`endMs` null) or interval with a name on the timeline. */
export interface Mark {
  readonly startMs: number;
  readonly endMs: number | null;
  /** `load-start`, `load-end`, `phase`, `restart`, `scale-up`, `scale-down`, `clear`, `note` … */
  readonly kind: string;
  readonly name: string;
  /** Where it happened; '' for the whole run. */
  readonly namespace: string;
  readonly pod: string;
}

/** A known anomaly interval `[startMs, endMs)`: the ground truth. */
export interface Label {
  readonly namespace: string;
  readonly pod: string;
  /** '' means any. */
  readonly container: string;
  /** '' means any. */
  readonly metric: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Recovery up to here is neither hit nor false alarm; equals `endMs` when not given. */
  readonly graceEndMs: number;
  readonly type: string;
  /** Metrics in which it can be seen; null: not stated; empty: in none of ours. */
  readonly visibleIn: readonly string[] | null;
}

export interface RecordingInfo {
  readonly kind: RecordingKind;
  /** SHA-256 over the logical rows (series identity, times, values), hex. */
  readonly digest: string;
  /** What it was made from, for people: a context name, a file name, a scenario and seed. */
  readonly origin: string;
  /** podtape's version when it was made. */
  readonly version: string;
  /** Poll interval in ms; null where there was no poll loop. */
  readonly intervalMs: number | null;
  /** First and last sample time; both 0 when there is none. */
  readonly startMs: number;
  readonly endMs: number;
  /** False while recording, or after a crash. */
  readonly finalised: boolean;
  /** What could not be had, and other things to know (one sentence each). */
  readonly notes: readonly string[];
}

/** A whole recording as a value: series in `compareSeries` order, ticks by seq, marks by time. */
export interface RecordingData {
  readonly info: RecordingInfo;
  readonly series: readonly SeriesColumns[];
  readonly ticks: readonly Tick[];
  readonly marks: readonly Mark[];
  readonly labels: readonly Label[];
}
