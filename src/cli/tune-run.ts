import { ToolError } from '../core/errors.ts';
import type { RecordingData } from '../core/recording.ts';
import type { TuneResult } from '../core/results.ts';
import type { Settings } from '../core/settings.ts';
import { checkDetector } from '../replay/detect/registry.ts';
import { scoreMembers } from '../replay/score.ts';
import {
  detectorBases,
  fullGrid,
  passSettings,
  type TuneGrid,
  type TunePass,
} from '../replay/tune/grid.ts';
import type { AlertBudget, Objective } from '../replay/tune/objective.ts';
import { tabulate } from '../replay/tune/tabulate.ts';
import { listedThresholds, type PassResult, passesOf, runPass } from '../replay/tune/tune.ts';
import { rulesFor } from './judge-run.ts';
import { type AdviceOptions, DEFAULT_ADVICE, secondLook } from './tune-advice.ts';
import { type Finished, inputsDigest, passKey } from './tune/state.ts';
import type { PassRequest } from './tune/worker.ts';
import type { WorkerOptions, WorkerPool } from './worker-pool.ts';

/** What is tried where nothing else is said; empty: what the settings have. */
export const DEFAULT_GRID: TuneGrid = {
  detectors: [],
  pools: [],
  windows: [30, 60, 120, 240, 480],
  smooths: [1, 3, 5],
  refractories: [],
  consecutives: [1, 2, 3, 5],
  withins: [],
  recovers: [],
  thresholds: [],
};

/** One alert a series in four days: what an on-call engineer with a dozen pods may bear. */
export const DEFAULT_BUDGET: AlertBudget = { alerts: 0.25, days: 1, per: 'series' };

/** Without a word about it: labels if there are any, else a budget of alerts. */
export function objectiveFor(recordings: readonly RecordingData[]): Objective {
  const labelled = recordings.some(({ labels }) => labels.length > 0);
  return labelled ? { kind: 'f1' } : { kind: 'budget', budget: DEFAULT_BUDGET };
}

/** Settings that can be swept: a threshold on a score, and a stream per series. Throws USAGE. */
export function sweepable(settings: Settings): Settings {
  if (settings.pool === 'all') {
    throw new ToolError('USAGE', 'tune needs a stream per series; try --pool container.');
  }
  if (settings.contamination === null) return settings;
  return { ...settings, contamination: null, threshold: settings.threshold ?? 1 };
}

/** A sweep before it runs. */
export interface SweepPlan {
  readonly recordings: readonly RecordingData[];
  /** What the grid starts from. */
  readonly settings: Settings;
  readonly grid: TuneGrid;
  readonly thresholds: readonly number[];
  readonly objective: Objective;
  readonly passes: readonly TunePass[];
}

/** Where a sweep runs: by worker threads that read the recordings themselves. */
export interface SweepPlace {
  /** The recordings' paths, in their order. */
  readonly paths: readonly string[];
  readonly jobs: number;
  /** For tests of workers that fail. */
  readonly resourceLimits?: WorkerOptions['resourceLimits'];
}

/** One of several processes that share the passes of a sweep: it runs every `of`-th from `index`. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** A shard has run its part; the result is for the one that runs the sweep without a shard. */
export class ShardDone extends Error {
  /** Passes of other shards without which it could not go on; 0: it has gone to the end. */
  readonly missing: number;
  constructor(missing: number) {
    super(`Shard done, ${String(missing)} passes missing`);
    this.missing = missing;
  }
}

/** How a sweep runs. */
export interface SweepOptions {
  /** Left out: in this process. */
  readonly place?: SweepPlace;
  readonly advice?: AdviceOptions;
  /** Passes that ran before, by their keys. */
  readonly finished?: Finished;
  /** Left out: all passes are run here. */
  readonly shard?: Shard | undefined;
  /** Told of each pass that has run, with its key; where it is left out no key is made. */
  readonly onPass?: (key: string, result: PassResult) => void;
  /** Told how many passes are through, how many there are, and how many were through before. */
  readonly onDone?: (done: number, total: number, before: number) => void;
  readonly signal?: AbortSignal;
}

/** Settles what a sweep runs; `thresholds` left out are chosen by a first scoring pass. */
export function planSweep(
  recordings: readonly RecordingData[],
  base: Settings,
  grid: TuneGrid,
  objective: Objective,
  choosesThresholds = true,
): SweepPlan {
  if (recordings.length === 0) throw new ToolError('NO_DATA', 'There is no recording to tune on.');
  const settings = sweepable(base);
  const full = fullGrid(grid, settings);
  const rules = recordings.map(rulesFor);
  const bases = detectorBases(settings, full.detectors);
  for (const one of bases.flatMap((own) => passSettings(own, full))) checkDetector(one);
  const isGiven = grid.thresholds.length > 0 || !choosesThresholds;
  const swept = bases.map((own) => {
    const listed = isGiven
      ? grid.thresholds
      : listedThresholds(recordings, own, full, objective, rules, scoreMembers);
    return { listed, passes: passesOf(own, full, listed, objective, rules) };
  });
  const thresholds = [...new Set(swept.flatMap(({ listed }) => listed))].sort((a, b) => a - b);
  const passes = swept.flatMap((one) => one.passes);
  return { recordings, settings, grid: full, thresholds, objective, passes };
}

/** A pass in words, as an error names it. */
function nameOf({ settings }: TunePass): string {
  const { detector, pool, window, smooth, refractory } = settings;
  const rest = [
    ...(pool === 'container' ? [] : [`, pool ${pool}`]),
    ...(refractory > 0 ? [`, refractory ${String(refractory)}`] : []),
  ];
  return `${detector}, window ${String(window)}, smoothing ${String(smooth)}${rest.join('')}`;
}

type Told = (at: number, result: PassResult) => void;

/** Runs passes, one lot after another. */
interface Runner {
  readonly run: (passes: readonly TunePass[], told: Told) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** Runs passes in this process, with a turn for signals between them. */
function inThisProcess(
  recordings: readonly RecordingData[],
  signal: AbortSignal | undefined,
): Runner {
  return {
    async run(passes, told) {
      for (const [at, pass] of passes.entries()) {
        await new Promise(setImmediate);
        signal?.throwIfAborted();
        told(at, runPass(recordings, pass, scoreMembers));
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Runs passes in worker threads, which are started for the first of them. */
function inWorkers(
  { paths, jobs, resourceLimits }: SweepPlace,
  signal: AbortSignal | undefined,
): Runner {
  let pool: WorkerPool<PassRequest, PassResult> | null = null;
  return {
    async run(passes, told) {
      if (pool === null) {
        const { openPool } = await import('./worker-pool.ts');
        const module = new URL('./tune/worker.js', import.meta.url);
        pool = openPool(module, jobs, {
          ...(signal === undefined ? {} : { signal }),
          ...(resourceLimits === undefined ? {} : { resourceLimits }),
        });
      }
      const tasks = passes.map((pass) => ({ request: { paths, pass }, name: nameOf(pass) }));
      await pool.run(tasks, told);
    },
    async close() {
      const open = pool;
      pool = null;
      await open?.close();
    },
  };
}

/**
 * Runs a plan, and looks again at its best settings. The result has the same bytes for any number
 * of jobs, and whatever part of it ran before. Throws a plain Error naming the pass whose worker
 * failed, the signal's reason when it is aborted, and ShardDone.
 */
export async function runSweep(plan: SweepPlan, options: SweepOptions = {}): Promise<TuneResult> {
  const { recordings, settings, grid, thresholds, objective, passes } = plan;
  const { place, advice = DEFAULT_ADVICE, finished, shard, onPass, onDone, signal } = options;
  const isKept = finished !== undefined || onPass !== undefined;
  const inputs = isKept ? inputsDigest(recordings) : '';
  let [done, total, before] = [0, 0, 0];

  const runner =
    place === undefined
      ? inThisProcess(recordings, signal)
      : inWorkers({ ...place, jobs: Math.min(place.jobs, passes.length) }, signal);
  const run = async (tasks: readonly TunePass[]): Promise<readonly PassResult[]> => {
    const keys = isKept ? tasks.map((pass) => passKey(inputs, pass)) : [];
    const results = tasks.map((_, at) => finished?.get(keys[at] ?? ''));
    const missing = tasks.flatMap((pass, at) => (results[at] === undefined ? [{ pass, at }] : []));
    const left = missing.filter(({ at }) => shard === undefined || at % shard.of === shard.index);
    total += tasks.length;
    before += tasks.length - left.length;
    done += tasks.length - left.length;
    onDone?.(done, total, before);
    const told = (nth: number, result: PassResult): void => {
      const at = left[nth]?.at ?? 0;
      results[at] = result;
      done += 1;
      const key = keys[at];
      if (key !== undefined) onPass?.(key, result);
      onDone?.(done, total, before);
    };
    const own = left.map(({ pass }) => pass);
    if (own.length > 0) await runner.run(own, told);
    if (own.length < missing.length) throw new ShardDone(missing.length - own.length);
    return results.flatMap((one) => one ?? []);
  };

  const look = async (tasks: readonly TunePass[]): Promise<readonly PassResult[]> => {
    const looked = await run(tasks);
    // What follows needs no worker, but memory.
    await runner.close();
    if (shard !== undefined) throw new ShardDone(0);
    return looked;
  };
  try {
    const results = await run(passes);
    const infos = recordings.map(({ info }) => info);
    const result = tabulate(infos, results, grid, thresholds, objective);
    const swept = { recordings, settings, objective, passes, results, result };
    return await secondLook(swept, advice, look);
  } finally {
    await runner.close();
  }
}

/** Plans a sweep and runs it in this process. */
export async function tuneRecordings(
  recordings: readonly RecordingData[],
  base: Settings,
  grid: TuneGrid,
  objective: Objective,
  onDone: (done: number, total: number) => void,
  advice: AdviceOptions = DEFAULT_ADVICE,
): Promise<TuneResult> {
  return runSweep(planSweep(recordings, base, grid, objective), { onDone, advice });
}
