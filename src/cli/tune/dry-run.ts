import type { RecordingData } from '../../core/recording.ts';
import { formatDuration } from '../../core/time.ts';
import { scoreMembers } from '../../replay/score.ts';
import { gridSize } from '../../replay/tune/grid.ts';
import { runPass } from '../../replay/tune/tune.ts';
import type { SweepPlan } from '../tune-run.ts';

/** So many samples are scored to learn how long all of them take. */
const TRIED_SAMPLES = 60_000;

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

/** Milliseconds of one pass over an excerpt, by the clock, once the code is warm. */
function passMs(plan: SweepPlan, data: RecordingData, at: number): number {
  const pass = plan.passes[at];
  if (pass === undefined) return 0;
  const rules = pass.rules.slice(0, 1);
  runPass([data], { ...pass, rules }, scoreMembers);
  const start = performance.now();
  runPass([data], { ...pass, rules }, scoreMembers);
  return performance.now() - start;
}

/** What a sweep would do and how long it would take, measured on a part of the first recording. */
export interface DryRun {
  readonly detector: string;
  readonly settings: number;
  readonly passes: number;
  readonly samples: number;
  /** Thresholds that would be listed; empty: not chosen. */
  readonly thresholds: readonly number[];
  readonly workers: number;
  /** null: there is nothing to measure. */
  readonly seconds: number | null;
  /** How many samples that was measured on. */
  readonly tried: number;
}

/** Tries a plan on a part of the first recording. */
export function tryPlan(plan: SweepPlan, workers: number): DryRun {
  const { recordings, grid, passes, thresholds } = plan;
  const samples = recordings.reduce((sum, data) => sum + samplesOf(data), 0);
  const [first] = recordings;
  const part = first === undefined ? null : excerpt(first);
  const tried = part === null ? 0 : samplesOf(part);
  // The cheapest and the dearest pass are most often the first and the last.
  const each =
    part === null ? 0 : (passMs(plan, part, 0) + passMs(plan, part, passes.length - 1)) / 2;
  const ms = (each * (samples / tried) * passes.length) / Math.min(workers, passes.length);
  return {
    ...{ detector: passes[0]?.settings.detector ?? '', settings: gridSize(grid).settings },
    ...{ passes: passes.length, samples, thresholds, workers, tried },
    seconds: tried === 0 ? null : ms / 1000,
  };
}

/** A dry run in a sentence. */
export function dryRunText(run: DryRun): string {
  const { detector, settings, passes, samples, workers, seconds, tried } = run;
  const what =
    `${String(settings)} settings of ${detector}, each with all ` +
    `thresholds, by ${String(passes)} scoring passes over ${String(samples)} samples`;
  if (seconds === null) return `${what}.`;
  const by = `${String(workers)} ${workers === 1 ? 'worker' : 'workers'}`;
  return `${what}: about ${formatDuration(seconds * 1000)} with ${by}, as measured on ${String(tried)} of them.`;
}
