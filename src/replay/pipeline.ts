import { ToolError } from '../core/errors.ts';
import type { Series, Unit } from '../core/series.ts';
import type { MemberSettings, Settings } from '../core/settings.ts';
import type { CombinerDef } from './detect/combiners.ts';
import { Refractory } from './detect/refractory.ts';
import { COMBINERS, DETECTORS, MEMBER_PAIRS } from './detect/registry.ts';
import { RunMinimum } from './detect/run-minimum.ts';
import { SortedWindow } from './detect/sorted-window.ts';
import type { DetectorDef, PairDetectorDef, Scorer, ScorerOptions } from './detect/stage.ts';
import { GapWatch } from './detect/steps.ts';
import type { Phase } from './startup.ts';

/** What a scorer may know of its stream besides the settings. */
export interface StreamFacts {
  readonly unit: Unit;
  /** Request (or limit) of the container; asked again and again, since it may be learnt late. */
  readonly size?: () => number | null;
  /** A series' id, or the key of a pool. */
  readonly name: string;
  readonly isLabelled: (t: number) => boolean;
}

/** What a container asked for: its request, or else its limit; null: not known. */
export function sizeOf({ request, limit }: Pick<Series, 'request' | 'limit'>): number | null {
  return request ?? limit;
}

/** The threshold that decides: contamination is a threshold on ranks. */
export function decidingThreshold({ threshold, contamination }: Settings): number {
  return threshold ?? 1 - (contamination ?? 0);
}

const pairOf = (detector: string): PairDetectorDef | undefined =>
  MEMBER_PAIRS.find(({ id }) => id === detector);

/** A member with what it left out filled in from the ensemble. */
function filledIn(settings: Settings, member: MemberSettings): Settings {
  const window = member.window ?? settings.window;
  return {
    ...settings,
    detector: member.detector,
    params: member.params,
    window,
    warmup: member.warmup ?? Math.min(settings.warmup, window),
    smooth: member.smooth ?? settings.smooth,
    refractory: member.refractory ?? 0,
    threshold: member.threshold,
    contamination: null,
    consecutive: member.consecutive ?? 1,
  };
}

const isEnsemble = ({ detector }: Settings): boolean => COMBINERS.some(({ id }) => id === detector);

/**
 * The settings of each single-series detector in a pipeline: an ensemble's members, or the
 * settings themselves.
 */
export function memberSettings(settings: Settings): readonly Settings[] {
  if (!isEnsemble(settings)) return [settings];
  return settings.members
    .filter(({ detector }) => pairOf(detector) === undefined)
    .map((member) => filledIn(settings, member));
}

/** The ensemble's member that judges CPU and memory together, or null. */
export function pairMember(
  settings: Settings,
): { readonly def: PairDetectorDef; readonly settings: Settings } | null {
  const member = isEnsemble(settings)
    ? settings.members.find(({ detector }) => pairOf(detector) !== undefined)
    : undefined;
  const def = member === undefined ? undefined : pairOf(member.detector);
  if (member === undefined || def === undefined) return null;
  return { def, settings: filledIn(settings, member) };
}

function detectorOf({ detector }: Settings): DetectorDef {
  const def = DETECTORS.find(({ id }) => id === detector);
  if (def === undefined) throw new ToolError('USAGE', `There is no detector "${detector}".`);
  return def;
}

const optionsOf = (settings: Settings, facts: StreamFacts): ScorerOptions => ({
  window: settings.window,
  warmup: settings.warmup,
  params: settings.params,
  rank: settings.contamination !== null,
  ...facts,
});

/** Samples that a stream must have before its first score can be given, that one included. */
export function samplesNeeded(settings: Settings, facts: StreamFacts): number {
  const needs = memberSettings(settings).map(
    (one) => detectorOf(one).warmup(optionsOf(one, facts)) + 1,
  );
  return Math.min(...needs);
}

/** Rolling median → scorer → refractory, for one stream; the scorer may be shared with others. */
class Member {
  readonly #median: SortedWindow | null;
  readonly #scorer: Scorer;
  readonly #refractory: Refractory | null;
  readonly #learnsRaw: boolean;
  smoothed = NaN;

  constructor(settings: Settings, scorer: Scorer) {
    this.#median = settings.smooth > 1 ? new SortedWindow(settings.smooth) : null;
    this.#refractory = settings.refractory > 0 ? new Refractory(settings.refractory) : null;
    this.#learnsRaw = settings.reference === 'raw';
    this.#scorer = scorer;
  }

  score(t: number, value: number, isCut: boolean, learn: boolean): number {
    if (isCut) {
      this.#median?.clear();
      this.#scorer.restart?.();
    }
    this.smoothed = value;
    if (this.#median !== null) {
      this.#median.push(value);
      this.smoothed = this.#median.median();
    }
    const reference = this.#learnsRaw ? value : this.smoothed;
    const score = this.#scorer.update(t, this.smoothed, reference, learn);
    return this.#refractory === null ? score : this.#refractory.update(score);
  }
}

/**
 * Gap policy → members → joint score, for one stream of samples in time order.
 *
 * `update` takes the next sample and sets `smoothed` (the first member's), `score` (NaN: not
 * ready) and `isCut`. Throws a plain Error on a value that is not finite.
 */
export class Pipeline {
  readonly #gaps: GapWatch;
  readonly #first: Member;
  readonly #members: readonly Member[];
  readonly #join: ((isCut: boolean, said: Float64Array) => number) | null;
  readonly #said: Float64Array;
  #wasRestarted = false;
  smoothed = NaN;
  score = NaN;
  isCut = true;

  constructor(settings: Settings, scorers: readonly Scorer[]) {
    this.#gaps = new GapWatch(settings.gapSteps);
    const parts = memberSettings(settings);
    this.#members = parts.map((part, i) => new Member(part, scorers[i]!));
    this.#first = this.#members[0]!;
    const pair = pairMember(settings);
    this.#said = new Float64Array(parts.length + (pair === null ? 0 : 1));
    const combiner = COMBINERS.find(({ id }) => id === settings.detector);
    this.#join = combiner === undefined ? null : joiner(settings, combiner);
  }

  /**
   * `paired` is what the ensemble's pair detector says of this sample; NaN: nothing. A sample of a
   * fresh container is not learnt from; one after a restart has no score either.
   */
  update(t: number, value: number, paired = NaN, phase: Phase = 'running'): void {
    if (!Number.isFinite(value)) throw new Error(`A sample's value is ${String(value)}.`);
    const isRestarted = phase === 'restarted';
    this.isCut = this.#gaps.update(t) || this.#wasRestarted || isRestarted;
    this.#wasRestarted = isRestarted;
    if (isRestarted) {
      this.score = NaN;
      this.smoothed = value;
      return;
    }
    const learn = phase === 'running';
    if (this.#join === null) {
      this.score = this.#first.score(t, value, this.isCut, learn);
    } else {
      this.#said[this.#said.length - 1] = paired;
      for (let m = 0; m < this.#members.length; m += 1) {
        this.#said[m] = this.#members[m]!.score(t, value, this.isCut, learn);
      }
      this.score = this.#join(this.isCut, this.#said);
    }
    this.smoothed = this.#first.smoothed;
  }
}

/** Joins what members say: those of one series in order, then the pair detector. */
function joiner(settings: Settings, combiner: CombinerDef) {
  const isLast = ({ detector }: MemberSettings): boolean => pairOf(detector) !== undefined;
  const { members } = settings;
  const parts = [...members.filter((one) => !isLast(one)), ...members.filter(isLast)];
  const weights = Float64Array.from(parts, ({ weight }) => weight ?? 1);
  const thresholds = Float64Array.from(parts, ({ threshold }) => threshold);
  const runs = parts.map(({ consecutive }) => new RunMinimum(consecutive ?? 1));
  const refractory = new Refractory(settings.refractory);
  return (isCut: boolean, said: Float64Array): number => {
    for (let m = 0; m < runs.length; m += 1) {
      said[m] = runs[m]!.update(said[m]! / thresholds[m]!, isCut);
    }
    return refractory.update(combiner.combine(said, weights, settings.params));
  };
}

/**
 * A maker of pipelines for the streams of one group: scorers that can be shared are shared, the
 * others are made for each stream.
 */
export function pipelinesFor(settings: Settings, facts: StreamFacts) {
  const parts = memberSettings(settings).map((part) => {
    const def = detectorOf(part);
    const shared = def.pools ? def.create(optionsOf(part, facts)) : null;
    return { def, part, shared };
  });
  return (stream: StreamFacts): Pipeline =>
    new Pipeline(
      settings,
      parts.map(({ def, part, shared }) => shared ?? def.create(optionsOf(part, stream))),
    );
}
