import type { Alert, Cause } from '../../core/results.ts';
import type { Series } from '../../core/series.ts';
import type { Settings } from '../../core/settings.ts';
import type { AlertFacts } from '../detect/judge.ts';
import { minutesUntil } from '../detect/limit-forecast.ts';
import { growthEvidence } from './growth-evidence.ts';
import { type LoadEvidence, loadEvidence, type Stretch } from './load-evidence.ts';
import { fourDigits, medianOf } from './statistics.ts';
import { LOOKBACK_MS, type Surroundings } from './surroundings.ts';
import type { Track } from './track.ts';
import { reasonOf } from './reason.ts';

/** Cause and evidence of an alert. */
export type Explanation = Pick<Alert, 'cause' | 'evidence'>;

/** Evidence as it is gathered; numbers are rounded and what is null left out at the end. */
export type Evidence = Readonly<Record<string, number | string | null>>;

/** A rise from nothing, or from next to it, has no ratio; this one stands for it. */
const FROM_NOTHING = 1e6;
/** A start of the container so long before an alert explains it. */
const START_MS = 180_000;
/** A load that rose by less did not rise. */
const LEAST_LOAD_RISE = 1.3;
/** The share of a rise that the load must account for: a request may cost more the more there are. */
const EXPLAINED = 0.25;
/** A rise that is smaller than this, as a ratio or in base units, has no cause of its own. */
const LEAST_RISE = 1.1;
const LEAST_CORES = 0.005;
const LEAST_BYTES = 4 * 1024 * 1024;
/** Growth so many times the usual, and so much more in bytes an hour, is unusual. */
const UNUSUAL = 1.5;
const LEAST_GROWTH = 16 * 1024 * 1024;
/** How long before an alert memory may have been asked for, since it is kept. */
const KEPT_MS = 300_000;
const FEWEST_BEFORE = 5;
/** What a container did so often in the hour before is nothing new, and about how close. */
const HABIT = 3;
const ABOUT = 0.95;

/** What an alert is judged by. */
interface Case {
  readonly own: Series;
  readonly track: Track;
  readonly around: Surroundings;
  readonly stretch: Stretch;
  /** Whether replicas are compared with each other. */
  readonly isPooled: boolean;
}

/** Share of a series' rise that the load's rise accounts for; 0 where the load did not rise. */
function explainedShare(ownRise: number, load: LoadEvidence | null): number {
  if (load === null || load.rise < LEAST_LOAD_RISE) return 0;
  return ownRise <= 1 ? 1 : Math.min(1, (load.rise - 1) / (ownRise - 1));
}

const loadNumbers = (load: LoadEvidence | null): Evidence => ({
  load: load?.source ?? 'not known',
  loadBefore: load?.before ?? null,
  loadDuring: load?.during ?? null,
  loadRise: load?.rise ?? null,
});

function cpuCause({ own, around, stretch }: Case, rise: number): [Cause, Evidence] {
  const { startMs, untilMs } = stretch;
  const load = loadEvidence(own, around, stretch, { fromMs: startMs, toMs: untilMs });
  const explained = explainedShare(rise, load);
  const numbers = { ...loadNumbers(load), explained };
  if (load === null) return ['unknown', numbers];
  return [explained >= EXPLAINED ? 'load' : 'cpu-without-load', numbers];
}

function memoryCause({ own, track, around, stretch }: Case, rise: number): [Cause, Evidence] {
  const { startMs, untilMs } = stretch;
  const growth = growthEvidence(track, stretch);
  const since = (fromMs: number, toMs: number): LoadEvidence | null =>
    loadEvidence(own, around, stretch, { fromMs, toMs });
  const load = since(startMs - KEPT_MS, untilMs);
  const explained = explainedShare(rise, load);
  if (growth === null) return ['unknown', { ...loadNumbers(load), explained }];
  const { usualPerHour, nowPerHour } = growth;
  const loadThen = since(growth.nowFromMs, growth.nowToMs);
  // A share of the load that fell is not taken for granted: requests may go to one replica.
  const expectedPerHour = usualPerHour * Math.max(1, loadThen?.rise ?? 1);
  const numbers = {
    ...loadNumbers(load),
    explained,
    ...{ floorBefore: growth.floorBefore, floorDuring: growth.floorAfter },
    ...{ growthPerHour: nowPerHour, expectedPerHour, clears: growth.clears },
    ...{ usualAfterClear: growth.usualAfterClear, lastAfterClear: growth.lastAfterClear },
  };
  const isUnusual = nowPerHour > UNUSUAL * expectedPerHour + LEAST_GROWTH;
  if (growth.isKept && (isUnusual || growth.isClearedLess)) {
    const { limit } = own;
    const left = limit === null ? null : minutesUntil(limit, track.at(untilMs), nowPerHour);
    return ['memory-leak', { ...numbers, limit, minutesToLimit: left }];
  }
  const last = since(Math.max(startMs - KEPT_MS, untilMs - (untilMs - startMs) / 3), untilMs);
  const isLoadStillUp = last !== null && last.rise >= LEAST_LOAD_RISE;
  if (explained >= EXPLAINED && (isLoadStillUp || !growth.isKept)) return ['load', numbers];
  return [growth.isKept || growth.clears > 0 ? 'retention' : 'unknown', numbers];
}

/**
 * What is compared: an hour before the detection at most, and up to the end; both only as far as
 * it is the same process, since a new one has memory of its own.
 */
function stretchOf(own: Series, facts: AlertFacts, untilMs: number, around: Surroundings): Stretch {
  const { start: startMs, detectedAt } = facts;
  const earliest = detectedAt - LOOKBACK_MS;
  const starts = around.startsOf(own, earliest, startMs - START_MS - 1);
  const [next = untilMs] = around.startsOf(own, detectedAt + 1, untilMs);
  return {
    ...{ earliestMs: earliest, beforeMs: starts[starts.length - 1] ?? earliest, startMs },
    untilMs: Math.max(detectedAt, Math.min(untilMs, next - 1)),
  };
}

/** How many times values came up to about a level. */
function timesAt(values: Float64Array, level: number): number {
  let times = 0;
  values.forEach((value, i) => {
    if (value >= ABOUT * level && !(values[i - 1]! >= ABOUT * level)) times += 1;
  });
  return times;
}

/** When the container began to run, as far as it was shortly before the alert or in it. */
function startsNear({ detectedAt }: AlertFacts, { own, track, around, stretch }: Case): number[] {
  const fromMs = stretch.startMs - START_MS;
  const starts = around.startsOf(own, fromMs, detectedAt);
  // Without a mark: a series that the run did not have before.
  const isNew =
    around.runStartMs < fromMs && track.times(stretch.earliestMs, fromMs - 1).length === 0;
  const [first] = track.times(fromMs, detectedAt);
  return starts.length === 0 && isNew && first !== undefined ? [first] : starts;
}

function causeOf(facts: AlertFacts, one: Case): [Cause, Evidence] {
  const { own, track, around, stretch, isPooled } = one;
  const { startMs, untilMs, beforeMs } = stretch;
  const starts = startsNear(facts, one);
  const before = track.values(beforeMs, startMs - 1);
  const [levelBefore, levelDuring] = [medianOf(before), medianOf(track.values(startMs, untilMs))];
  const [first] = starts;
  if (first !== undefined) {
    // A new pod has no past of its own, but its workload may have been asked for more.
    const load = loadEvidence(own, around, stretch, { fromMs: startMs, toMs: untilMs });
    const isAsked = before.length === 0 && load !== null && load.rise >= LEAST_LOAD_RISE;
    if (isAsked) return ['load', { levelDuring, ...loadNumbers(load) }];
    const secondsAfterStart = (facts.detectedAt - first) / 1000;
    return ['restart', { starts: starts.length, secondsAfterStart, levelDuring }];
  }
  if (before.length < FEWEST_BEFORE || !(levelBefore >= 0)) return ['unknown', {}];
  const ratio = levelDuring / levelBefore;
  const rise = Number.isFinite(ratio) ? ratio : FROM_NOTHING;
  const levels = { levelBefore, levelDuring, rise };
  const times = timesAt(before, levelDuring);
  const least = own.unit === 'cores' ? LEAST_CORES : LEAST_BYTES;
  const isUsual = times >= HABIT;
  if (isUsual || rise < LEAST_RISE || levelDuring - levelBefore < least) {
    const replicas = around.replicasOf(own, { fromMs: stretch.earliestMs, toMs: startMs });
    const [few, many] = [replicas?.at(stretch.earliestMs), replicas?.at(facts.detectedAt)];
    const isDiluted = isPooled && many !== undefined && few !== undefined && many > few;
    const numbers = { ...levels, timesBefore: times };
    if (isDiluted) return ['dilution', { ...numbers, replicasBefore: few, replicasDuring: many }];
    if (!isUsual || own.unit === 'cores') return ['unknown', numbers];
  }
  const [cause, numbers] = own.unit === 'cores' ? cpuCause(one, rise) : memoryCause(one, rise);
  return [cause, { ...levels, ...numbers }];
}

/**
 * Why an alert opened, as far as its surroundings tell from an hour before its detection to
 * `untilMs` (its end, or the last sample): the rules of docs/causes.md, in their order.
 *
 * Evidence: numbers in base units, ratios and counts, rounded to four digits, and `why`, a
 * sentence. Only CPU and memory have causes; anything else is `unknown`, without evidence.
 */
export function explain(
  facts: AlertFacts,
  untilMs: number,
  around: Surroundings,
  pool: Settings['pool'],
): Explanation {
  const track = around.track(facts.series);
  const own = track?.series;
  if (track === undefined || (own?.unit !== 'cores' && own?.unit !== 'bytes')) {
    return { cause: 'unknown', evidence: {} };
  }
  const stretch = stretchOf(own, facts, untilMs, around);
  const [cause, found] = causeOf(facts, {
    ...{ own, track, around, stretch },
    isPooled: pool !== 'container',
  });
  const evidence = Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) => {
      if (value === null || Number.isNaN(value)) return [];
      return [[name, typeof value === 'number' ? fourDigits(value) : value]];
    }),
  );
  const why = reasonOf(cause, own, evidence);
  return { cause, evidence: why === '' ? evidence : { ...evidence, why } };
}
