import type { Label, Mark } from '../core/recording.ts';
import type { Cause } from '../core/results.ts';
import type { Series } from '../core/series.ts';
import type { Confidence, FaultPower, InjectedFault } from '../core/tune-advice.ts';

/** How well a setting's alerts met the labels; finished elsewhere, only shown here. */
export interface RunScore {
  readonly events: number;
  readonly detected: number;
  /** Episodes outside every label, and one more for every full hour of them. */
  readonly falseAlerts: number;
  readonly medianDelaySeconds: number | null;
}

/** A number worth a glance, with what it counts and a remark. `good`, `bad`: how it is to be read. */
export interface Figure {
  readonly value: string;
  readonly name: string;
  readonly remark: string;
  readonly tone: 'plain' | 'good' | 'bad';
}

/**
 * What a stretch of the run came to: the worst outcome of its ticks; `gap` for files without.
 * `repeated`: answers held nothing but samples known before; `stale`: none but older ones.
 */
export type CoverageState =
  'ok' | 'repeated' | 'stale' | 'partial' | 'empty' | 'failed' | 'missed' | 'gap';

export interface CoverageBucket {
  readonly from: number;
  readonly to: number;
  readonly state: CoverageState;
  /** In words, for a tooltip. */
  readonly why: string;
}

export interface CoverageModel {
  /** Share of what was to be seen that was seen, 0..1; null: cannot be said. */
  readonly share: number | null;
  readonly sentences: readonly string[];
  readonly buckets: readonly CoverageBucket[];
  /** Outcomes and reasons with how often each came, most frequent first; `ok` left out. */
  readonly reasons: readonly (readonly [outcome: string, reason: string, count: number])[];
}

export interface AlertRow {
  /** A series' id. */
  readonly series: string;
  readonly name: string;
  readonly metric: string;
  readonly startMs: number;
  readonly detectedMs: number;
  /** null: still open at the end. */
  readonly endMs: number | null;
  readonly lasted: string;
  readonly peak: string;
  readonly score: string;
  readonly cause: Cause;
  /** What led to the cause, one sentence; '' where the recording cannot tell. */
  readonly why: string;
  /** The numbers behind it, each with its name. */
  readonly evidence: readonly (readonly [name: string, text: string])[];
  /** The kind of known fault it lies in; '' for none. */
  readonly label: string;
}

/** One set of settings and what it led to on this recording. */
export interface SettingModel {
  readonly name: string;
  readonly describe: string;
  /** Command-line flags that give it; '' where only a settings file can. */
  readonly flags: string;
  /** The settings as a settings file holds them. */
  readonly settings: object;
  readonly alerts: number;
  readonly alertingSeries: number;
  readonly score: RunScore | null;
  readonly digest: string;
}

/** A judged series, as tables and small pictures name it. */
export interface SeriesModel extends Series {
  /** What it is called on its own. */
  readonly name: string;
  /** What it is called under its workload's name. */
  readonly shortName: string;
  readonly group: string;
  readonly samples: number;
  readonly alerts: number;
  readonly labels: number;
  readonly peak: string;
  readonly last: string;
  /** Why it has no score at all; '' otherwise. */
  readonly notEvaluated: string;
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

/** A cell of a heat map: the best score for x and y over everything else, and where it is reached. */
export type HeatCell = readonly [
  x: number,
  y: number,
  score: number,
  smooth: number,
  consecutive: number,
  threshold: number,
];

/** A setting as a point: false alerts per series and day against what that finds. */
export type SettingPoint = readonly [
  falsePerDay: number,
  /** Recall, or the size of an injected fault that is caught in half of places. */
  found: number,
  window: number,
  smooth: number,
  consecutive: number,
  threshold: number,
];

/** What catching smaller faults of a kind costs, setting by setting. */
export interface SmallestModel {
  readonly kind: 'leak' | 'hog';
  readonly unit: InjectedFault['unit'];
  /** The recommended setting first. */
  readonly points: readonly SettingPoint[];
  /** The settings that no other beats in both, by false alerts. */
  readonly front: readonly SettingPoint[];
}

export interface TuneModel {
  readonly detector: string;
  readonly objective: string;
  readonly tried: number;
  readonly why: string;
  /** Of the recommendation; '' for none. */
  readonly flags: string;
  readonly recommended: TuneTableRow | null;
  readonly plateau: readonly [low: number, high: number] | null;
  readonly rows: readonly TuneTableRow[];
  readonly windowThreshold: readonly HeatCell[];
  readonly windowConsecutive: readonly HeatCell[];
  readonly trade: readonly SettingPoint[];
  /** The settings that no other beats in both, by false alerts. */
  readonly front: readonly SettingPoint[];
  /** Without labels: what catching smaller injected faults costs; empty where labels tell more. */
  readonly smallest: readonly SmallestModel[];
  /** How far the recommendation can be relied on; null: not looked into. */
  readonly confidence: Confidence | null;
  /** What the recommended setting catches of injected faults; empty: none were injected. */
  readonly caught: readonly CaughtModel[];
  readonly digest: string;
}

/** One kind of injected fault: what is told of it, and its power curve. */
export interface CaughtModel {
  readonly fault: InjectedFault;
  readonly power: FaultPower;
}

/** Everything a report says, as plain JSON. Times are Unix ms. */
export interface ReportModel {
  readonly schemaVersion: 1;
  readonly title: string;
  readonly version: string;
  readonly run: {
    readonly kind: string;
    readonly origin: string;
    readonly startMs: number;
    readonly endMs: number;
    readonly intervalMs: number | null;
    readonly samples: number;
    readonly pods: number;
    readonly judged: number;
    /** Of the judged series. */
    readonly namespaces: readonly string[];
    readonly digest: string;
    readonly notes: readonly string[];
  };
  readonly headline: string;
  readonly summary: readonly string[];
  /** What to do next. */
  readonly advice: readonly string[];
  readonly figures: readonly Figure[];
  readonly coverage: CoverageModel;
  /** The first is the one that the alerts are of. */
  readonly settings: readonly SettingModel[];
  readonly alerts: readonly AlertRow[];
  readonly alertsLeftOut: number;
  /** Series drawn on the page, in recording order. */
  readonly series: readonly SeriesModel[];
  /** Positions in `series`, the most interesting first. */
  readonly byInterest: readonly number[];
  /** Series only listed, and how many not even that. */
  readonly listed: readonly SeriesModel[];
  readonly seriesLeftOut: number;
  readonly labels: readonly Label[];
  readonly marks: readonly Mark[];
  readonly tune: TuneModel | null;
}
