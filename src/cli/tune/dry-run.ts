import { plural } from '../../core/plural.ts';
import type { RecordingData } from '../../core/recording.ts';
import { formatDuration } from '../../core/time.ts';
import { scoreMembers } from '../../replay/score.ts';
import { LOOKED_AT, PASSES_LOOKED_AT } from '../../replay/tune/confidence/shortlist.ts';
import { gridSize, type TunePass } from '../../replay/tune/grid.ts';
import { planFaults, PLACES } from '../../replay/tune/inject/plan.ts';
import { powersOf } from '../../replay/tune/inject/power.ts';
import { runPass } from '../../replay/tune/tune.ts';
import { rulesFor } from '../judge-run.ts';
import type { AdviceOptions } from '../tune-advice.ts';
import type { SweepPlan } from '../tune-run.ts';

/** So many samples are scored to learn how long all of them take. */
const TRIED_SAMPLES = 60_000;
/** Places of a fault that are tried to learn how long all of them take. */
const TRIED_PLACES = 2;
/** Scoring passes over changed copies of the runs, by the main thread alone. */
const CHANGED_RUNS = 5;
/** Starting up takes a part of less than this, so that shorter times cannot be told apart. */
const LEAST_SECONDS = 10;

const samplesOf = ({ series }: Pick<RecordingData, 'series'>): number =>
  series.reduce((sum, { times }) => sum + times.length, 0);

/** The first series of a recording, as many as hold the samples wanted, one at least. */
function excerpt(data: RecordingData): RecordingData {
  let samples = 0;
  const series = data.series.filter(({ times }, i) => {
    samples += times.length;
    return i === 0 || samples <= TRIED_SAMPLES;
  });
  return { ...data, series };
}

/** Milliseconds of some work, by the clock, once the code is warm. */
function msOf(work: () => unknown): number {
  work();
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Milliseconds of injecting faults on one pass: a few places, for all of them. */
function injectMs({ recordings, settings }: SweepPlan, pass: TunePass, advice: AdviceOptions) {
  const runs = recordings.map((data) => ({ data, rules: rulesFor(data) }));
  const { faults } = planFaults(runs, settings, advice.inject, advice.seed, TRIED_PLACES);
  const decided = pass.counts.slice(0, 1).map((counts) => ({ counts, threshold: 1 }));
  const ms = msOf(() => powersOf(recordings, pass.settings, faults, decided, scoreMembers));
  return (ms * PLACES) / TRIED_PLACES;
}

/** Milliseconds of a whole sweep with its second look, from those of a few of its pieces. */
function sweepMs(
  plan: SweepPlan,
  part: RecordingData,
  share: number,
  jobs: number,
  advice: AdviceOptions,
): number {
  const { passes } = plan;
  const ends = [passes[0], passes[passes.length - 1]].flatMap((pass) => pass ?? []);
  const [first] = ends;
  if (first === undefined) return 0;
  const workers = Math.min(jobs, passes.length);
  const looks = Math.min(PASSES_LOOKED_AT, passes.length);
  const perLook = Math.ceil(LOOKED_AT / PASSES_LOOKED_AT);
  const cut = ({ rules, ...rest }: TunePass): TunePass => ({ ...rest, rules: rules.slice(0, 1) });
  // The cheapest and the dearest pass are most often the first and the last.
  const each = (work: (pass: TunePass) => unknown): number =>
    ends.reduce((sum, pass) => sum + msOf(() => work(cut(pass))), 0) / (ends.length * share);
  const pass = each((one) => runPass([part], one, scoreMembers));
  const look = each((one) => {
    const counts = one.counts.slice(0, perLook);
    return runPass(
      [part],
      { ...one, counts, closer: { inject: null, thresholds: [] } },
      scoreMembers,
    );
  });
  const change = each((one) => scoreMembers(part, one.settings));
  const inject = advice.inject.length === 0 ? 0 : injectMs(plan, first, advice);
  return (passes.length * pass + looks * (look + inject)) / workers + CHANGED_RUNS * change;
}

/** What a sweep would do and how long it would take, measured on a part of the first recording. */
export interface DryRun {
  readonly detectors: readonly string[];
  readonly settings: number;
  readonly passes: number;
  readonly samples: number;
  /** Thresholds that would be listed; empty: not chosen. */
  readonly thresholds: readonly number[];
  readonly workers: number;
  /** With the second look; null: there is nothing to measure. */
  readonly seconds: number | null;
  /** How many samples that was measured on. */
  readonly tried: number;
}

/** Tries a plan on a part of the first recording. */
export function tryPlan(plan: SweepPlan, workers: number, advice: AdviceOptions): DryRun {
  const { recordings, grid, passes, thresholds } = plan;
  const samples = recordings.reduce((sum, data) => sum + samplesOf(data), 0);
  const [first] = recordings;
  const part = first === undefined ? null : excerpt(first);
  const tried = part === null ? 0 : samplesOf(part);
  const ms =
    part === null || tried === 0 ? null : sweepMs(plan, part, tried / samples, workers, advice);
  return {
    ...{ detectors: grid.detectors, settings: gridSize(plan.settings, grid).settings },
    ...{ passes: passes.length, samples, thresholds, workers, tried },
    seconds: ms === null ? null : ms / 1000,
  };
}

/** A dry run in a sentence. */
export function dryRunText(run: DryRun): string {
  const { detectors, settings, passes, samples, workers, seconds, tried } = run;
  const what =
    `${String(settings)} settings of ${detectors.join(', ')}, each with all ` +
    `thresholds, by ${String(passes)} scoring passes over ${String(samples)} samples`;
  if (seconds === null) return `${what}.`;
  const time =
    seconds < LEAST_SECONDS ? 'a few seconds' : `about ${formatDuration(seconds * 1000)}`;
  return `${what}: ${time} with ${plural(workers, 'worker')}, as measured on ${String(tried)} of them.`;
}
