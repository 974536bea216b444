import type { DrawnPoint } from './decimate.ts';

/** How well a setting's alerts met the labels; finished elsewhere, only shown here. */
export interface RunScore {
  readonly events: number;
  readonly detected: number;
  readonly falseEpisodes: number;
  readonly medianDelaySeconds: number | null;
}

export interface CoverageBucket {
  readonly from: number;
  readonly to: number;
  /** The worst outcome of the ticks in it, or `seen` / `gap` for files without ticks. */
  readonly state: 'ok' | 'partial' | 'empty' | 'failed' | 'missed' | 'gap';
  readonly why: string;
}

export interface CoverageModel {
  readonly sentence: string;
  readonly buckets: readonly CoverageBucket[];
}

/** A small picture of one series. `line` in display units. */
export interface SparkModel {
  readonly id: string;
  readonly name: string;
  readonly metric: string;
  readonly alerts: number;
  readonly last: string;
  readonly peak: string;
  readonly line: readonly DrawnPoint[];
  readonly spans: readonly (readonly [from: number, to: number])[];
}

export interface SparkGroup {
  readonly workload: string;
  readonly alerts: number;
  readonly sparks: readonly SparkModel[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** One series in full: what its detail charts and the controls work on. */
export interface DetailModel {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly unit: string;
  /** Drawn lines, in display units. */
  readonly raw: readonly DrawnPoint[];
  readonly smoothed: readonly DrawnPoint[];
  readonly score: readonly DrawnPoint[];
  readonly limit: number | null;
  readonly labels: readonly Span[];
  readonly marks: readonly Span[];
  readonly signals: readonly { readonly name: string; readonly line: readonly DrawnPoint[] }[];
  /** Everything that decides, exactly: see pack.ts. */
  readonly packed: {
    readonly length: number;
    readonly times: string;
    readonly scores: string;
    readonly starts: readonly number[];
  };
  readonly scoreTop: number;
}

export interface AlertRow {
  readonly series: string;
  readonly detailed: boolean;
  readonly pod: string;
  readonly metric: string;
  readonly start: string;
  readonly detectedAt: string;
  readonly lasted: string;
  readonly peak: string;
  readonly score: string;
  readonly cause: string;
  readonly evidence: string;
}

export interface ComparedSetting {
  readonly name: string;
  readonly describe: string;
  readonly alerts: number;
  readonly score: RunScore | null;
}

export interface TuneTableRow {
  readonly window: number;
  readonly smooth: number;
  readonly consecutive: number;
  readonly threshold: number;
  readonly alerts: number;
  readonly falseAlerts: number;
  readonly falsePerDay: number;
  readonly detected: number;
  readonly labels: number;
  readonly f1: number | null;
  readonly delay: number | null;
  readonly score: number;
}

export interface TuneModel {
  readonly objective: string;
  readonly settingsTried: number;
  readonly why: string;
  readonly flags: string;
  readonly rows: readonly TuneTableRow[];
  /** x, y, score: the best over everything else. */
  readonly windowThreshold: readonly (readonly [number, number, number])[];
  readonly windowConsecutive: readonly (readonly [number, number, number])[];
  /** False alerts per series and day, recall, whether recommended. */
  readonly tradeOff: readonly (readonly [number, number, boolean])[];
}

/** Everything a report says, as plain JSON. Times are Unix ms. */
export interface ReportModel {
  readonly schemaVersion: 1;
  readonly title: string;
  readonly version: string;
  readonly origin: string;
  readonly kind: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly recordingDigest: string;
  readonly replayDigest: string;
  readonly summary: readonly string[];
  readonly notes: readonly string[];
  readonly coverage: CoverageModel;
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly flags: string;
  readonly decider: {
    readonly threshold: number;
    readonly consecutive: number;
    readonly recover: number;
  };
  readonly compared: readonly ComparedSetting[];
  readonly alerts: readonly AlertRow[];
  readonly alertsLeftOut: number;
  readonly groups: readonly SparkGroup[];
  readonly seriesLeftOut: number;
  readonly notEvaluated: readonly string[];
  readonly details: readonly DetailModel[];
  readonly tune: TuneModel | null;
}
