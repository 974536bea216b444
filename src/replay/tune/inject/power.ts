import type { Label, RecordingData } from '../../../core/recording.ts';
import type { FaultPower, PowerPoint } from '../../../core/tune-advice.ts';
import type { Series } from '../../../core/series.ts';
import type { Settings } from '../../../core/settings.ts';
import { DEFAULT_RULES } from '../../evaluate/events.ts';
import { runExtent } from '../../evaluate/extent.ts';
import type { Counts } from '../held.ts';
import { rankAgainst } from '../ranks.ts';
import { rankRuns, type ScoredRun, type ScoreRecording, scoresOf } from '../scored-run.ts';
import { buildLabels, entryOf, highestRank, type LabelSteps, type Surface } from '../surface.ts';
import { copyAt, withFault } from './copies.ts';
import { faultKind, grownMiB } from './faults.ts';
import type { FaultPlan, Place } from './plan.ts';

const RULES = { ...DEFAULT_RULES, warmupMs: 0, toleranceMs: 0 };

/** A fault is known as a label is: in this pod, from its start until it is no longer watched. */
function labelOf({ namespace, pod }: Series, startMs: number, endMs: number): Label {
  return {
    ...{ namespace, pod, container: '', metric: '', startMs, endMs, graceEndMs: endMs },
    ...{ type: 'injected', visibleIn: null },
  };
}

function scoredCopies(
  data: RecordingData,
  place: Place,
  { kind: id, lastsMs }: FaultPlan,
  settings: Settings,
  score: ScoreRecording,
): ScoredRun[] {
  const kind = faultKind(id);
  const copy = copyAt(data, place, lastsMs, settings);
  const extent = runExtent(copy);
  const { series } = copy.series.find((one) => one.series.id === place.series)!;
  const label = labelOf(series, place.startMs, place.startMs + lastsMs);
  return [0, ...kind.sizes].map((size) => ({
    columns: score(withFault(copy, place, kind, size, lastsMs), settings),
    ...{ labels: [label], extent, rules: RULES },
  }));
}

/**
 * Scores copies of runs with a fault in them: each is one more run with one known label, and for
 * each place there is the copy as it is, then one with each size.
 */
function injectedRuns(
  recordings: readonly RecordingData[],
  settings: Settings,
  plan: FaultPlan,
  score: ScoreRecording,
): readonly ScoredRun[] {
  return plan.places.flatMap((place) =>
    scoredCopies(recordings[place.recording]!, place, plan, settings, score),
  );
}

/** Delay of the first alert at an entry, ms; null: none. */
function delayAt({ ranks, delays }: LabelSteps, entry: number): number | null {
  const i = ranks.findIndex((rank) => rank >= entry);
  return i === -1 ? null : delays[i]!;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}

/**
 * The size from which on every larger one is caught in this share of places, on straight lines
 * between the sizes that were tried; null: the largest is not.
 */
export function smallestCaught(points: readonly PowerPoint[], share: number): number | null {
  let at = points.length;
  while (at > 0 && points[at - 1]!.share >= share) at -= 1;
  const first = points[at];
  if (first === undefined) return null;
  const below = points[at - 1];
  if (below === undefined) return first.size;
  const part = (share - below.share) / (first.share - below.share);
  return below.size + part * (first.size - below.size);
}

type Labelled = Pick<Surface, 'levels' | 'labels'>;

/** What is caught at a threshold: copies that alert without the fault, and each size's share. */
function curveAt(surface: Labelled, { kind: id, places }: FaultPlan, threshold: number) {
  const { sizes } = faultKind(id);
  const entry = entryOf(surface, threshold);
  const stride = sizes.length + 1;
  const { labels } = surface;
  const isBusy = places.map((_, p) => highestRank(labels[p * stride]!) >= entry);
  const curve = sizes.map((size, s): PowerPoint => {
    const delays = places.flatMap((_, p) => {
      // An alert that comes without the fault says nothing of it.
      const delay = isBusy[p] === true ? null : delayAt(labels[p * stride + 1 + s]!, entry);
      return delay === null ? [] : [delay];
    });
    const delay = median(delays);
    return {
      size,
      share: delays.length / places.length,
      medianDelaySeconds: delay === null ? null : delay / 1000,
    };
  });
  return { alertsAnyway: isBusy.filter(Boolean).length, curve };
}

function caughtIn(points: readonly PowerPoint[], share: number, plan: FaultPlan) {
  const size = smallestCaught(points, share);
  if (size === null) return null;
  // How soon is told by the smallest size tried that is no smaller.
  const tried = points.find((point) => point.size >= size)!;
  const delaySeconds = tried.medianDelaySeconds ?? 0;
  return { size, delaySeconds, grownMiB: grownMiB(faultKind(plan.kind), tried.size, delaySeconds) };
}

/** Which sizes a threshold catches in which share of places, and half of them at others. */
function powerAt(
  surface: Labelled,
  plan: FaultPlan,
  { threshold, others = [] }: Pick<Decided, 'threshold' | 'others'>,
): FaultPower {
  if (surface.labels.length !== plan.places.length * (faultKind(plan.kind).sizes.length + 1)) {
    throw new Error(`A copy with a ${plan.kind} was not judged.`);
  }
  const { alertsAnyway, curve } = curveAt(surface, plan, threshold);
  return {
    ...{ kind: plan.kind, alertsAnyway },
    half: caughtIn(curve, 0.5, plan),
    most: caughtIn(curve, 0.9, plan),
    halfAt: others.map((other) => smallestCaught(curveAt(surface, plan, other).curve, 0.5)),
    curve,
  };
}

/** A setting: counts and a threshold on the scores of a pass. */
export interface Decided {
  readonly counts: Counts;
  readonly threshold: number;
  /** Thresholds at which only the size caught in half of all places is asked for. */
  readonly others?: readonly number[];
}

/** What each setting on one scoring pass would catch; kinds without a place are left out. */
export function powersOf(
  recordings: readonly RecordingData[],
  settings: Settings,
  faults: readonly FaultPlan[],
  decided: readonly Decided[],
  score: ScoreRecording,
): readonly (readonly FaultPower[])[] {
  const powers: FaultPower[][] = decided.map(() => []);
  for (const plan of faults) {
    if (plan.places.length === 0) continue;
    const runs = injectedRuns(recordings, settings, plan, score);
    const asked = decided.flatMap(({ threshold, others = [] }) => [threshold, ...others]);
    const pass = rankRuns(runs, false, rankAgainst(asked, scoresOf(runs)));
    decided.forEach((one, d) => {
      powers[d]!.push(powerAt(buildLabels(pass, one.counts), plan, one));
    });
  }
  return powers;
}

/** Mean share found over all kinds and sizes: one number for how much a setting catches. */
export function meanPower(powers: readonly FaultPower[]): number {
  const shares = powers.flatMap(({ curve }) => curve.map(({ share }) => share));
  return shares.length === 0 ? 0 : shares.reduce((sum, one) => sum + one, 0) / shares.length;
}
