import { ToolError } from '../../core/errors.ts';

/** What goes wrong during a phase. */
export type Fault = 'leak' | 'leak-all' | 'hog' | 'oom' | 'hoard' | 'crash' | 'idle' | null;

/** A stretch of load on the demo app, as a share of the run. */
export interface SyntheticPhase {
  readonly name: string;
  readonly share: number;
  /** Requests a second at its start and end. */
  readonly fromRate: number;
  readonly toRate: number;
  readonly fault: Fault;
}

export interface SyntheticScenario {
  readonly name: string;
  readonly describe: string;
  /** Whether the demo app runs; otherwise only quiet pods. */
  readonly app: boolean;
  readonly phases: readonly SyntheticPhase[];
}

const phase = (
  name: string,
  share: number,
  fromRate: number,
  toRate = fromRate,
  fault: Fault = null,
): SyntheticPhase => ({ name, share, fromRate, toRate, fault });

/** Load runs that can be made without a cluster. */
export const SYNTHETIC_SCENARIOS: readonly SyntheticScenario[] = [
  {
    name: 'consumememory',
    describe: 'the demo app under rising and falling load: saw-teeth, scaling, no fault',
    app: true,
    phases: [
      phase('steady', 0.4, 0.2),
      phase('ramp', 0.25, 0.2, 1.6),
      phase('cool-down', 0.35, 0.2),
    ],
  },
  {
    name: 'memory-leak',
    describe: 'the same with one replica whose memory does not come down',
    app: true,
    phases: [
      ...[phase('steady', 0.45, 0.2), phase('leak', 0.3, 0.2, 0.2, 'leak')],
      phase('after-leak', 0.25, 0.2),
    ],
  },
  {
    name: 'memory-leak-all',
    describe: 'the same in every replica, as a release with a bug leaks',
    app: true,
    phases: [
      ...[phase('steady', 0.45, 0.2), phase('leak', 0.3, 0.2, 0.2, 'leak-all')],
      phase('after-leak', 0.25, 0.2),
    ],
  },
  {
    name: 'cpu-runaway',
    describe: 'a pod that burns CPU without any load',
    app: true,
    phases: [
      ...[
        phase('steady', 0.6, 0.2),
        phase('hog', 0.1, 0.2, 0.2, 'hog'),
        phase('after-hog', 0.3, 0.2),
      ],
    ],
  },
  {
    name: 'steady',
    describe: 'quiet pods for hours: nothing to find',
    app: false,
    phases: [phase('steady', 1, 0)],
  },
  {
    name: 'scale-out',
    describe: 'load that doubles the replicas: a fresh pod pulls the mean down',
    app: true,
    phases: [phase('steady', 0.4, 0.2), phase('surge', 0.6, 1.2)],
  },
  {
    name: 'retention',
    describe: 'memory kept until every clear: saw-teeth on a constant floor, no fault',
    app: true,
    phases: [phase('steady', 1, 0.25)],
  },
  {
    name: 'hoarding',
    describe:
      'a surge during which nothing is cleared: memory is kept afterwards, but does not grow',
    app: true,
    phases: [
      phase('steady', 0.5, 0.2),
      phase('surge', 0.06, 0.6, 0.6, 'hoard'),
      phase('hoard', 0.2, 0.005, 0.005, 'hoard'),
      phase('after', 0.24, 0.2),
    ],
  },
  {
    name: 'crash-loop',
    describe: 'a container that is killed again and again: starting takes CPU',
    app: true,
    phases: [
      phase('steady', 0.6, 0.2),
      phase('crash', 0.05, 0.2, 0.2, 'crash'),
      phase('after', 0.35, 0.2),
    ],
  },
  {
    name: 'dilution',
    describe: 'replicas that get no requests: the mean over all of them falls, no pod changes',
    app: true,
    phases: [
      phase('steady', 0.5, 0.2),
      phase('idle', 0.25, 0.2, 0.2, 'idle'),
      phase('after', 0.25, 0.2),
    ],
  },
  {
    name: 'restart',
    describe: 'a container that leaks until it is killed for its memory, and starts again',
    app: true,
    phases: [
      phase('steady', 0.5, 0.2),
      phase('oom', 0.2, 0.2, 0.2, 'oom'),
      phase('after', 0.3, 0.2),
    ],
  },
];

/** A scenario by name. Throws USAGE. */
export function syntheticScenario(name: string): SyntheticScenario {
  const found = SYNTHETIC_SCENARIOS.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = SYNTHETIC_SCENARIOS.map((one) => one.name).join(', ');
  throw new ToolError('USAGE', `There is no scenario "${name}"; try ${names}.`, { name });
}
