import type { Series } from '../../core/series.ts';
import { meanOf, medianOf } from './statistics.ts';
import type { Surroundings } from './surroundings.ts';
import type { Track } from './track.ts';

/** What was asked of a workload before an alert and during it. */
export interface LoadEvidence {
  /** The signal's name, or `neighbours`: what other pods of the namespace did. */
  readonly source: string;
  /** Mean per replica, in the signal's unit; null for neighbours. */
  readonly before: number | null;
  readonly during: number | null;
  /** during ÷ before. */
  readonly rise: number;
}

/** The stretches that are compared, Unix ms, `untilMs` included. */
export interface Stretch {
  /** From here the load and the usual growth are known, and from `beforeMs` the usual level. */
  readonly earliestMs: number;
  readonly beforeMs: number;
  readonly startMs: number;
  readonly untilMs: number;
}

/** When the load of an alert is looked at, Unix ms, both included. */
export interface During {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A load that comes from nothing has no ratio; this one stands for it. */
const FROM_NOTHING = 100;
/** Fewer neighbours say nothing about the load. */
const FEWEST_NEIGHBOURS = 3;
/** CPU below this does not count as work, cores. */
const IDLE_CORES = 0.001;

/** Mean of a signal per replica between two times; NaN where it has too few samples. */
function perReplica(signal: Track, replicas: Track | null, from: number, to: number): number {
  const values = signal.values(from, to);
  if (replicas === null) return meanOf(values);
  const times = signal.times(from, to);
  return meanOf(
    values.map((value, i) => {
      const count = replicas.at(times[i]!);
      return count > 1 ? value / count : value;
    }),
  );
}

function ofSignal(
  own: Series,
  around: Surroundings,
  { earliestMs, startMs }: Stretch,
  during: During,
): LoadEvidence | null {
  const seen = { fromMs: earliestMs, toMs: startMs };
  const signal = around.loadOf(own, seen);
  if (signal === null) return null;
  const { pod, workload } = signal.series;
  const isShared = pod === '' && (workload === null || workload === own.workload);
  const replicas = isShared ? around.replicasOf(own, seen) : null;
  const before = perReplica(signal, replicas, earliestMs, startMs - 1);
  const now = perReplica(signal, replicas, during.fromMs, during.toMs);
  if (Number.isNaN(now)) return null;
  const fromNothing = now > 0 ? FROM_NOTHING : 1;
  const rise = before > 0 ? Math.min(FROM_NOTHING, now / before) : fromNothing;
  return { source: signal.series.metric, before, during: now, rise };
}

function ofNeighbours(
  own: Series,
  around: Surroundings,
  { earliestMs, startMs }: Stretch,
  during: During,
): LoadEvidence | null {
  const rises = around.neighboursOf(own, { fromMs: earliestMs, toMs: startMs }).flatMap((track) => {
    const earlier = track.values(earliestMs, startMs - 1);
    const now = track.values(during.fromMs, during.toMs);
    if (now.length === 0) return [];
    return [Math.max(IDLE_CORES, medianOf(now)) / Math.max(IDLE_CORES, medianOf(earlier))];
  });
  if (rises.length < FEWEST_NEIGHBOURS) return null;
  const rise = medianOf(Float64Array.from(rises));
  return { source: 'neighbours', before: null, during: null, rise };
}

/**
 * How the load changed: from a load signal, per replica; without one from the CPU of other pods
 * in the namespace, since what is asked of an application reaches more than one of its parts.
 * Null where neither can tell.
 */
export function loadEvidence(
  own: Series,
  around: Surroundings,
  stretch: Stretch,
  during: During,
): LoadEvidence | null {
  return ofSignal(own, around, stretch, during) ?? ofNeighbours(own, around, stretch, during);
}
