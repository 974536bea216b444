import type { RecordingInfo } from './recording.ts';
import type { SeriesColumns } from './series.ts';
import type { Settings } from './settings.ts';
import type { Confidence, Injection } from './tune-advice.ts';

/** Why an alert opened, as far as the recording can tell. */
export type Cause =
  'cpu-without-load' | 'memory-leak' | 'load' | 'retention' | 'restart' | 'dilution' | 'unknown';

/** Flagged for `consecutive` samples. Times are Unix ms. */
export interface Alert {
  /** A series' id. */
  readonly series: string;
  /** Time of the first flagged sample of the run. */
  readonly start: number;
  /** Time of the sample at which the alert could first be known. */
  readonly detectedAt: number;
  /** Time of the sample that closed it; null: still open at the end of its series. */
  readonly end: number | null;
  readonly peakScore: number;
  /** The raw value at the peak score, in base units. */
  readonly peakValue: number;
  /** Flagged samples in it. */
  readonly samples: number;
  readonly cause: Cause;
  /** The numbers that led to the cause; plain finite numbers and texts. */
  readonly evidence: Readonly<Record<string, number | string>>;
}

/** What a replay computed for one series; every column is as long as `times`, NaN: not ready. */
export interface ScoredSeries extends SeriesColumns {
  readonly smoothed: Float64Array;
  readonly scores: Float64Array;
  /** 1 where runs of flags are cut: at the start and after a gap. */
  readonly starts: Uint8Array;
  /** 1 where score ≥ threshold. */
  readonly flags: Uint8Array;
  /** 1 from the detecting sample until the alert closes. */
  readonly alerting: Uint8Array;
  readonly alerts: readonly Alert[];
  /** Why there is no score at all (too short, constant …); '' otherwise. */
  readonly notEvaluated: string;
}

/** recording × settings → decisions. */
export interface ReplayResult {
  readonly recording: RecordingInfo;
  readonly settings: Settings;
  /** The preset's name, where settings are exactly a preset's; else ''. */
  readonly preset: string;
  /** Judged series in `compareSeries` order. */
  readonly series: readonly ScoredSeries[];
  /** By detection time, then series. */
  readonly alerts: readonly Alert[];
  /** Over recording digest, settings digest, all scores bit by bit and all alerts. */
  readonly digest: string;
}

/** One row of a tuning table. Rates are NaN-free: null where there is nothing to divide by. */
export interface TuneRow {
  readonly settings: Settings;
  readonly threshold: number;
  /** Samples at or over the threshold, and the alerts that a replay of the runs has. */
  readonly flags: number;
  readonly alerts: number;
  /** How long those are open in all. */
  readonly alertMinutes: number;
  /** After the warm-up: episodes that touch no label, and one more for each full hour of them. */
  readonly falseAlerts: number;
  readonly falseAlertsPerSeriesDay: number;
  readonly detected: number;
  readonly labels: number;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly f1: number | null;
  readonly medianDelaySeconds: number | null;
  /** What the objective ranks by; higher is better, −1: over the budget. */
  readonly score: number;
  /** Series that had a score at all; the others are no quiet ones. */
  readonly evaluated: number;
}

export interface TuneResult {
  readonly recordings: readonly RecordingInfo[];
  readonly grid: {
    readonly detectors: readonly string[];
    readonly pools: readonly Settings['pool'][];
    readonly windows: readonly number[];
    readonly smooths: readonly number[];
    readonly refractories: readonly number[];
    readonly thresholds: readonly number[];
    readonly consecutives: readonly number[];
    readonly withins: readonly number[];
    readonly recovers: readonly number[];
    /** How often every series was scored. */
    readonly passes: number;
  };
  readonly objective: string;
  /** Best first. */
  readonly rows: readonly TuneRow[];
  /** Series that some scoring passes gave no score at all. */
  readonly notEvaluated: readonly {
    /** The recording's digest. */
    readonly recording: string;
    readonly series: string;
    /** In how many scoring passes, and why in the first of them. */
    readonly passes: number;
    readonly why: string;
  }[];
  readonly recommended: {
    readonly settings: Settings;
    /** One or two sentences for people. */
    readonly why: string;
    /** Objective's range under resampling; null: not computed or not enough evidence. */
    readonly interval: readonly [number, number] | null;
    /** The range of thresholds around it that does as well. */
    readonly plateau: { readonly thresholds: readonly [number, number]; readonly rows: number };
  } | null;
  /** Why nothing is recommended, a clause; '' where something is. */
  readonly whyNot: string;
  /** How far the recommendation can be relied on; null: nothing is recommended, or not looked. */
  readonly confidence: Confidence | null;
  /** Which injected faults the best settings would have found; null: none were injected. */
  readonly injected: Injection | null;
  readonly digest: string;
}
