import type { Argv } from 'yargs';
import { ToolError } from '../../core/errors.ts';
import { FAULT_KINDS, type FaultId } from '../../replay/tune/inject/faults.ts';
import { type Sensitivity, sensitivityLevel } from '../../replay/sensitivity.ts';
import type { Objective } from '../../replay/tune/objective.ts';
import type { AdviceOptions } from '../tune-advice.ts';

/** Flags that say what else is found out of the best settings. */
export interface AdviceFlags {
  readonly inject?: string | undefined;
  readonly seed: number;
}

const KINDS = FAULT_KINDS.map(({ id }) => id);
const MOST_SEEDS = 4_294_967_296;

/** Adds those flags. */
export function adviceFlags<T>(argv: Argv<T>) {
  return argv
    .option('inject', {
      type: 'string',
      requiresArg: true,
      describe: `Faults to add to copies of the series: all, none, or some of ${KINDS.join(',')}`,
    })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      default: 1,
      describe: 'Seed of the places of faults and of resamples',
    });
}

/** Without labels faults are the only thing that tells settings within a budget apart. */
const WITHOUT_LABELS: readonly FaultId[] = ['leak', 'hog'];

/** What the flags ask for. Throws USAGE. */
export function adviceFrom({ inject, seed }: AdviceFlags, isLabelled: boolean): AdviceOptions {
  if (!Number.isInteger(seed) || seed < 0 || seed >= MOST_SEEDS) {
    throw new ToolError('USAGE', '--seed takes a whole number from 0 to 4294967295.');
  }
  if (inject === 'none') return { inject: [], seed };
  if (inject === undefined) return { inject: isLabelled ? [] : WITHOUT_LABELS, seed };
  const names = inject.split(',').map((name) => name.trim());
  for (const name of names) {
    if (name === 'all' || (KINDS as readonly string[]).includes(name)) continue;
    throw new ToolError(
      'USAGE',
      `There is no fault "${name}" to inject; --inject takes all, none, or some of ${KINDS.join(', ')}.`,
      { name },
    );
  }
  const isAll = names.includes('all');
  return { inject: KINDS.filter((id: FaultId) => isAll || names.includes(id)), seed };
}

/** What one dial position asks of a tuned setting: as much found as its false alerts allow. */
export function dialled(sensitivity: Sensitivity, isLabelled: boolean): Objective {
  const { budget } = sensitivityLevel(sensitivity);
  return { kind: isLabelled ? 'recall' : 'budget', budget };
}
