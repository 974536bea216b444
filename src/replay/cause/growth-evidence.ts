import { robustSlope } from '../detect/robust-slope.ts';
import { lowestOf, medianOf } from './statistics.ts';
import type { Stretch } from './load-evidence.ts';
import type { Track } from './track.ts';

const MEBIBYTE = 1024 * 1024;
/** Less than this, and than this share of the whole, is no change: of a floor, or at a clear. */
const LEAST_CHANGE = 4 * MEBIBYTE;
const LEAST_SHARE = 0.05;
/** A slope is taken from so many samples at least. */
const FEWEST = 4;
/** Growth over fewer samples is looked at over so long. */
const RECENT_MS = 900_000;

/** How a container's memory grew and what it kept, before an alert and during it. */
export interface GrowthEvidence {
  /** Lowest value before, bytes. */
  readonly floorBefore: number;
  /** Lowest value after the highest one, or the end where that is the highest. */
  readonly floorAfter: number;
  /** Whether memory stayed above the floor that it had before. */
  readonly isKept: boolean;
  /** Lowest value after a usual clear and after the last one, bytes; NaN where there is none. */
  readonly usualAfterClear: number;
  readonly lastAfterClear: number;
  /** Whether the last clear left more than a usual one, by over half of what one gives back. */
  readonly isClearedLess: boolean;
  /** Usual growth between two clears, bytes an hour. */
  readonly usualPerHour: number;
  /** Growth up to the highest value, bytes an hour. */
  readonly nowPerHour: number;
  /** When that growth was measured, Unix ms. */
  readonly nowFromMs: number;
  readonly nowToMs: number;
  /** Clears in what was looked at. */
  readonly clears: number;
}

/** Part of a saw-tooth: memory between two clears. */
interface Tooth {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

const leastChange = (level: number): number => Math.max(LEAST_CHANGE, LEAST_SHARE * level);

/** Cuts at clears: where memory is given back. */
function teethOf(times: Float64Array, values: Float64Array): Tooth[] {
  const teeth: Tooth[] = [];
  let from = 0;
  let highest = -Infinity;
  const end = (to: number): void => {
    teeth.push({ times: times.subarray(from, to), values: values.subarray(from, to) });
    from = to;
    highest = -Infinity;
  };
  values.forEach((value, i) => {
    highest = Math.max(highest, value);
    if (highest - value >= leastChange(highest)) end(i);
  });
  end(values.length);
  return teeth;
}

/** Values from which the largest single jump up is taken out: one step is not growth. */
function withoutJump(values: Float64Array): Float64Array {
  let at = 1;
  for (let i = 2; i < values.length; i += 1) {
    if (values[i]! - values[i - 1]! > values[at]! - values[at - 1]!) at = i;
  }
  const jump = values[at]! - values[at - 1]!;
  return jump > 0 ? values.map((value, i) => (i < at ? value : value - jump)) : values;
}

/** Bytes an hour, a jump left out; NaN for too few samples. */
function slopePerHour({ times, values }: Tooth): number {
  if (values.length < FEWEST) return NaN;
  return robustSlope(times, withoutJump(values))?.perHour ?? NaN;
}

/** Index from which values stay over a level: where the growth began. */
function onsetOf({ values }: Tooth, level: number): number {
  let at = values.length - 1;
  while (at > 0 && values[at]! > level) at -= 1;
  return at;
}

/** The slope of the last tooth that is long enough for one, from where it rose over a level on. */
function lastSlope(teeth: readonly Tooth[], level: number) {
  for (let i = teeth.length - 1; i >= 0; i -= 1) {
    const { times, values } = teeth[i]!;
    const last = times[times.length - 1]!;
    const recent = times.findIndex((t) => t >= last - RECENT_MS);
    const onset = onsetOf(teeth[i]!, level);
    const from = values.length - onset >= FEWEST ? onset : Math.min(onset, recent);
    const slope = slopePerHour({ times: times.subarray(from), values: values.subarray(from) });
    if (!Number.isNaN(slope)) return { slope, fromMs: times[from]!, toMs: last };
  }
  return null;
}

/** What clears left behind, usually and the last time; teeth start after a clear but for the first. */
function clearsOf(before: readonly Tooth[], all: readonly Tooth[]) {
  const lows = before.slice(1).map(({ values }) => lowestOf(values));
  const heights = before.map(({ values }, i) => values[values.length - 1]! - (lows[i] ?? Infinity));
  const usualAfterClear = medianOf(Float64Array.from(lows));
  const lastAfterClear = all.length > 1 ? lowestOf(all[all.length - 1]!.values) : NaN;
  const given = medianOf(Float64Array.from(heights.slice(0, -1)));
  const more = lastAfterClear - usualAfterClear;
  return {
    ...{ usualAfterClear, lastAfterClear, clears: all.length - 1 },
    isClearedLess: more > Math.max(leastChange(usualAfterClear), given / 2),
  };
}

/**
 * Growth and floors of a memory series around an alert. Null where there are too few samples.
 *
 * Saw-teeth are not growth: slopes are taken between clears, and floors are lowest values.
 */
export function growthEvidence(
  track: Track,
  { earliestMs, beforeMs, startMs, untilMs }: Stretch,
): GrowthEvidence | null {
  const during = track.values(startMs, untilMs);
  const valuesBefore = track.values(beforeMs, startMs - 1);
  const floorBefore = lowestOf(valuesBefore);
  if (Number.isNaN(floorBefore) || during.length === 0) return null;
  let top = 0;
  during.forEach((value, i) => {
    if (value >= during[top]!) top = i;
  });
  const teeth = (toMs: number): Tooth[] =>
    teethOf(track.times(earliestMs, toMs), track.values(earliestMs, toMs));
  const now = lastSlope(teeth(track.times(startMs, untilMs)[top]!), medianOf(valuesBefore));
  if (now === null) return null;
  const before = teeth(startMs - 1);
  const usual = before.map(slopePerHour).filter((slope) => slope > 0);
  const floorAfter = lowestOf(during.subarray(top));
  return {
    ...{ floorBefore, floorAfter, nowPerHour: now.slope, nowFromMs: now.fromMs, nowToMs: now.toMs },
    isKept: floorAfter - floorBefore > leastChange(floorBefore),
    usualPerHour: usual.length === 0 ? 0 : medianOf(Float64Array.from(usual)),
    ...clearsOf(before, teeth(untilMs)),
  };
}
