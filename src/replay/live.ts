import type { Mark } from '../core/recording.ts';
import type { Alert } from '../core/results.ts';
import { compareSeries, type Series } from '../core/series.ts';
import type { Settings } from '../core/settings.ts';
import { explain } from './cause/explain.ts';
import { LOOKBACK_MS, Surroundings } from './cause/surroundings.ts';
import { type AlertFacts, Judge } from './detect/judge.ts';
import { checkDetector, pairDetector } from './detect/registry.ts';
import type { PairDetectorDef, PairScorer } from './detect/stage.ts';
import { containerKey, followSamples, Following } from './following.ts';
import {
  decidingThreshold,
  pairMember,
  type Pipeline,
  pipelinesFor,
  sizeOf,
  type StreamFacts,
} from './pipeline.ts';
import { LARGEST_JUDGED } from './judgeable.ts';
import { type Phase, StartupWatch } from './startup.ts';
import { groupOf, judgesMetric, podKey, streamName } from './streams.ts';

/** One sample as it comes in: t is Unix ms, the value finite and in base units. */
export interface LiveSample {
  readonly series: Series;
  readonly t: number;
  readonly value: number;
}

/** What was decided at one sample. */
export interface LiveDecision extends LiveSample {
  readonly smoothed: number;
  /** NaN: not ready. */
  readonly score: number;
  readonly flag: boolean;
  readonly alerting: boolean;
  /** With the cause as far as it shows at this sample. */
  readonly opened: Alert | null;
  readonly closed: Alert | null;
}

/** A stream's place in a live run. */
interface Lane {
  readonly judge: Judge;
  readonly pipeline: Pipeline | null;
  hasBegun: boolean;
}

/** How often what is too old is forgotten: at every so many ms of the samples' own time. */
const FORGET_EVERY_MS = LOOKBACK_MS / 4;

/**
 * The decisions of a replay, batch by batch as samples come in, from the same stages.
 *
 * Replaying the recording of the same samples gives the same scores, flags and alerts, as long as
 * no sample of a pool is older than one already decided: `late` counts those, which are left out.
 * So are the causes of alerts that have closed, where signals and marks came in time.
 * A run is resumed by feeding the samples recorded before to a new detector. Throws USAGE for
 * settings that no detector can follow.
 */
export class LiveDetector {
  readonly #settings: Settings;
  /** Whether the pair detector is all there is, and not a member of an ensemble. */
  readonly #isPairAlone: boolean;
  readonly #pair: { readonly def: PairDetectorDef; readonly settings: Settings } | null;
  readonly #lanes = new Map<string, Lane>();
  readonly #groups = new Map<string, (facts: StreamFacts) => Pipeline>();
  readonly #pairScorers = new Map<string, PairScorer>();
  readonly #firstContainers = new Map<string, string>();
  /** Time of the newest sample by group, and by series. */
  readonly #newest = new Map<string, number>();
  readonly #last = new Map<string, number>();
  readonly #around = new Surroundings();
  readonly #startups: StartupWatch;
  readonly #followSamples: number;
  readonly #followings = new Map<string, Following>();
  readonly #phases = new Map<string, (t: number) => Phase>();
  #forgetMs = -Infinity;
  /** Samples that came after newer ones of their pool, or too large to judge; not decided. */
  late = 0;

  constructor(settings: Settings) {
    checkDetector(settings);
    this.#settings = settings;
    this.#startups = new StartupWatch(settings.startupSeconds);
    this.#followSamples = followSamples(settings);
    const alone = pairDetector(settings);
    this.#isPairAlone = alone !== null;
    this.#pair = alone === null ? pairMember(settings) : { def: alone, settings };
  }

  /**
   * Decides the samples of one poll, by time and then series, whatever order they are given in.
   * Signals among them, and marks, are not judged but may explain alerts.
   */
  update(batch: readonly LiveSample[], marks: readonly Mark[] = []): LiveDecision[] {
    for (const mark of marks) {
      this.#around.mark(mark);
      this.#startups.mark(mark);
    }
    for (const { series, t, value } of batch) {
      this.#around.add(series, t, value);
      this.#startups.begin(t);
    }
    const ordered = batch
      .filter(({ series }) => judgesMetric(series, this.#settings))
      .sort((a, b) => a.t - b.t || compareSeries(a.series, b.series));
    const judged = ordered.filter((sample) => this.#isJudged(sample));
    const scores = this.#scorePairs(judged);
    const decisions = judged.map((sample) => this.#decide(sample, scores));
    this.#forget(judged[judged.length - 1]?.t ?? -Infinity);
    return decisions;
  }

  #forget(nowMs: number): void {
    if (nowMs < this.#forgetMs) return;
    this.#forgetMs = nowMs + FORGET_EVERY_MS;
    const open = [...this.#lanes.values()].flatMap(({ judge }) => {
      const facts = judge.pending;
      const series = facts === null ? undefined : this.#around.track(facts.series)?.series;
      return facts === null || series === undefined ? [] : [{ ...facts, series }];
    });
    this.#around.forget(nowMs, open);
  }

  #explained(facts: AlertFacts | null, untilMs: number): Alert | null {
    if (facts === null) return null;
    return { ...facts, ...explain(facts, untilMs, this.#around, this.#settings.pool) };
  }

  /** Alerts that are open after the last sample. */
  pending(): Alert[] {
    return [...this.#lanes.values()].flatMap(({ judge: { pending } }) => {
      const untilMs = pending === null ? undefined : this.#last.get(pending.series);
      return untilMs === undefined ? [] : (this.#explained(pending, untilMs) ?? []);
    });
  }

  #isJudged({ series, t, value }: LiveSample): boolean {
    const { containers, pool } = this.#settings;
    if (containers === 'first') {
      const first = this.#firstContainers.get(podKey(series)) ?? series.container;
      this.#firstContainers.set(podKey(series), first);
      if (first !== series.container) return false;
    }
    const group = groupOf(series, pool);
    const newest = this.#newest.get(group) ?? -Infinity;
    // The same moment again is a repeat or a conflict, of which recordings keep the first.
    if (this.#last.get(series.id) === t) return false;
    if (t < newest || !(Math.abs(value) <= LARGEST_JUDGED)) {
      this.late += 1;
      return false;
    }
    this.#newest.set(group, t);
    this.#last.set(series.id, t);
    return true;
  }

  #decide(sample: LiveSample, pairScores: ReadonlyMap<LiveSample, number>): LiveDecision {
    const { series, t, value } = sample;
    const lane = this.#laneOf(series);
    const { judge, pipeline } = lane;
    const isNew = !lane.hasBegun;
    lane.hasBegun = true;
    let smoothed = value;
    let score = pairScores.get(sample) ?? NaN;
    let isCut = isNew;
    if (pipeline !== null) {
      pipeline.update(t, value, score, this.#phaseAt(sample));
      ({ smoothed, score, isCut } = pipeline);
    }
    if (this.#follows(series, score)) score = Math.min(0, score);
    judge.update(series.id, t, value, score, isCut);
    const { flag, alerting } = judge;
    const opened = this.#explained(judge.opened, t);
    const closed = this.#explained(judge.closed, judge.closed?.end ?? t);
    return { series, t, value, smoothed, score, flag, alerting, opened, closed };
  }

  #laneOf(series: Series): Lane {
    const { consecutive, within, recover, pool } = this.#settings;
    const name = streamName(series, pool);
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      const threshold = decidingThreshold(this.#settings);
      const judge = new Judge({ threshold, consecutive, within, recover });
      lane = { judge, pipeline: this.#pipelineOf(series, name), hasBegun: false };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #pipelineOf(series: Series, name: string): Pipeline | null {
    if (this.#isPairAlone) return null;
    const group = groupOf(series, this.#settings.pool);
    let pipelineFor = this.#groups.get(group);
    if (pipelineFor === undefined) {
      pipelineFor = pipelinesFor(this.#settings, this.#factsOf(series, group));
      this.#groups.set(group, pipelineFor);
    }
    return pipelineFor(this.#factsOf(series, name));
  }

  #factsOf({ id, unit }: Series, name: string): StreamFacts {
    const size = (): number | null => {
      const track = this.#around.track(id);
      return track === undefined ? null : sizeOf(track.series);
    };
    // No label is known while a run goes on.
    return { unit, size, name, isLabelled: () => false };
  }

  /** Tells memory what CPU of its container says, and whether a sample of memory follows it. */
  #follows(series: Series, score: number): boolean {
    const samples = this.#followSamples;
    if (samples === 0) return false;
    const key = containerKey(series);
    const following = this.#followings.get(key) ?? new Following(samples);
    this.#followings.set(key, following);
    if (series.metric === 'cpu') following.lead(score);
    return series.metric === 'memory' && following.follows();
  }

  #phaseAt({ series, t }: LiveSample): Phase {
    let phaseOf = this.#phases.get(series.id);
    if (phaseOf === undefined) {
      phaseOf = this.#startups.forSeries(series);
      this.#phases.set(series.id, phaseOf);
    }
    return phaseOf(t);
  }

  #scorePairs(judged: readonly LiveSample[]): ReadonlyMap<LiveSample, number> {
    const scores = new Map<LiveSample, number>();
    if (this.#pair === null) return scores;
    const { def, settings } = this.#pair;
    const keyOf = ({ series, t }: LiveSample): string =>
      JSON.stringify([podKey(series), series.container, t]);
    const memories = new Map(
      judged.filter(({ series }) => series.metric === 'memory').map((one) => [keyOf(one), one]),
    );
    for (const cpu of judged) {
      const memory = cpu.series.metric === 'cpu' ? memories.get(keyOf(cpu)) : undefined;
      if (memory === undefined || this.#phaseAt(cpu) !== 'running') continue;
      const owner = def.pools && settings.pool === 'all' ? '' : cpu.series.id;
      const scorer = this.#pairScorers.get(owner) ?? def.create(settings);
      this.#pairScorers.set(owner, scorer);
      scorer.update(cpu.value, memory.value);
      scores.set(cpu, scorer.cpuScore);
      scores.set(memory, scorer.memoryScore);
    }
    return scores;
  }
}
