import type { Unit } from '../../core/series.ts';

/** A detector's own parameter: its range, its default and what it means. */
export interface ParamSpec {
  readonly kind: 'int' | 'real';
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly describe: string;
}

/**
 * One step with memory that turns a sample into a score.
 *
 * `update` scores `value` and then, if `learn` is set, learns `reference` (the same number, except
 * under `reference: raw`). It returns NaN while not ready, and a number that is higher the more
 * anomalous the value is. Nothing later than the sample is used, and without `learn` nothing is
 * changed. Times are Unix ms, never descending; values are finite.
 */
export interface Scorer {
  update(t: number, value: number, reference: number, learn: boolean): number;
  /** Called before the first sample after a gap: forgets what must not reach across it. */
  restart?(): void;
}

/** What a scorer is made from: counts of the settings, its own parameters, the series' unit. */
export interface ScorerOptions {
  readonly window: number;
  /** Samples seen, the scored one included, before the first score; at most `window`. */
  readonly warmup: number;
  /** Rank among the window instead of a score, for a contamination threshold. */
  readonly rank: boolean;
  readonly params: Readonly<Record<string, number>>;
  readonly unit: Unit;
  /**
   * What the container asked for (its request, or else its limit) in the unit, as far as it is known
   * by now; null: not known.
   */
  readonly size?: (() => number | null) | undefined;
  /** Names the stream for seeded chance: the same name and seed give the same numbers. */
  readonly name: string;
  /** Whether a known anomaly covers a time: for the yardsticks that know the answer. */
  readonly isLabelled: (t: number) => boolean;
}

/** A detector as the registry, the help, the docs and the contract tests know it. */
export interface DetectorDef {
  readonly id: string;
  readonly summary: string;
  /** Paper, specification or the place it is derived. */
  readonly source: string;
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** The threshold of settings that name the detector and no threshold. */
  readonly threshold: number;
  /** The highest score it can give; left out: there is none. */
  readonly highest?: number;
  /** Whether `rank` (contamination) is supported. */
  readonly ranks: boolean;
  /**
   * Whether streams can share one scorer. One that follows the order of values (growth, sums,
   * moving means) judges every stream by itself, whatever the pool.
   */
  readonly pools: boolean;
  /** How many samples it learns before its first score. */
  warmup(options: ScorerOptions): number;
  create(options: ScorerOptions): Scorer;
}

/** The value of a parameter, or its default. Throws a plain Error on a name the detector lacks. */
export function paramOf(
  specs: Readonly<Record<string, ParamSpec>>,
  params: Readonly<Record<string, number>>,
  name: string,
): number {
  const spec = specs[name];
  if (spec === undefined) throw new Error(`No parameter ${name}.`);
  return params[name] ?? spec.default;
}

/** What a detector of a pair is made from. */
export interface PairOptions {
  readonly window: number;
  readonly warmup: number;
  readonly params: Readonly<Record<string, number>>;
}

/** A detector that judges the CPU and memory of one container together. */
export interface PairDetectorDef {
  readonly id: string;
  readonly summary: string;
  readonly source: string;
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** The threshold of settings that name the detector and no threshold. */
  readonly threshold: number;
  /** Whether containers can share one scorer; if not, it can be a member of an ensemble. */
  readonly pools: boolean;
  create(options: PairOptions): PairScorer;
}

/** Scores a (CPU, memory) pair; `update` sets both scores, NaN while not ready. */
export interface PairScorer {
  cpuScore: number;
  memoryScore: number;
  update(cpuCores: number, memoryBytes: number): void;
}
