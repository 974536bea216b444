import { digestValue } from '../../../core/digest.ts';
import type { Settings } from '../../../core/settings.ts';
import type { TuneGrid } from '../../../replay/tune/grid.ts';
import type { AdviceFlags } from '../advice-flags.ts';
import type { ObjectiveFlags } from '../objective.ts';
import type { JobSpec, Step } from './job.ts';

/** What a sweep is, wherever it runs. */
export interface SweepFlags extends ObjectiveFlags, AdviceFlags {
  /** Paths as the containers see them. */
  readonly runs: readonly string[];
  /** Folder on the volume for finished passes; left out: one of the sweep's own. */
  readonly resume?: string | undefined;
}

/** A sweep as the containers' command lines have it. */
export interface SweepCommand {
  /** Eight hex digits that name the sweep: the same for the same command. */
  readonly id: string;
  /** Folder for finished passes. */
  readonly folder: string;
  /** Arguments that all steps share. */
  readonly args: readonly string[];
}

/** Kubernetes would put the value of a variable in place of `$(NAME)`. */
const verbatim = (text: string): string => text.replaceAll('$(', '$$$$(');

/** The command line of a sweep whose settings and grid are settled. */
export function sweepCommand(
  flags: SweepFlags,
  settings: Settings,
  grid: TuneGrid,
  cpus: number,
): SweepCommand {
  const { runs, objective, budget, cost, sensitivity, inject, seed } = flags;
  const named = { ...grid, thresholds: [], objective, budget, cost, sensitivity, inject, seed };
  const args = [
    ...['tune', ...runs, '--settings', JSON.stringify(settings)],
    ...Object.entries(named).flatMap(([name, value]) => {
      const text = value === undefined ? '' : String(value);
      return text === '' ? [] : [`--${name}`, text];
    }),
  ].map(verbatim);
  const id = digestValue({ args, thresholds: grid.thresholds }).slice(0, 8);
  const folder = `${(flags.resume ?? `podtape-tune-${id}`).replace(/\/+$/, '')}/`;
  return { id, folder, args: [...args, '--jobs', String(cpus), '--quiet'] };
}

const listing = (thresholds: readonly number[]): readonly string[] =>
  thresholds.length === 0 ? [] : ['--thresholds', thresholds.join(',')];

/** What the first step tells: thresholds chosen once for all, and checks that all would fail at. */
export function planStep({ args }: SweepCommand, thresholds: readonly number[]): Step {
  return { name: 'plan', pods: 1, args: [...args, ...listing(thresholds), '--dry-run', '--json'] };
}

/**
 * The steps that follow: all passes, the second look at the best settings, and the result, which
 * finds nothing left to score. Without thresholds every pod chooses them itself.
 */
export function workSteps(
  { args, folder }: SweepCommand,
  { shards }: JobSpec,
  thresholds: readonly number[],
): readonly Step[] {
  const all = [...args, ...listing(thresholds), '--resume', verbatim(folder)];
  const shard = [...all, '--shard', `$(JOB_COMPLETION_INDEX)/${String(shards)}`];
  return [
    { name: 'sweep', pods: shards, args: shard },
    { name: 'look', pods: shards, args: shard },
    { name: 'merge', pods: 1, args: [...all, '--json'] },
  ];
}
