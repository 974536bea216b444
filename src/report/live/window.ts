import { drawnPoints, type DrawnPoint, drawnPositions } from '../decimate.ts';
import type { DrawnLine } from '../lines.ts';

/** First of `count` places whose time is at least `least`; times ascend. */
function firstPlace(count: number, timeAt: (place: number) => number, least: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeAt(middle) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First sample of an ascending column that is at or after a time. */
export function sampleAtOrAfter(times: Float64Array, t: number): number {
  return firstPlace(times.length, (i) => times[i]!, t);
}

/** What of a line is to be drawn. Values are divided by `per`; times are moved by `shiftMs`. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly buckets: number;
  readonly per: number;
  readonly shiftMs: number;
}

/**
 * The part of a line in a window of time, one point further on either side so that it reaches the
 * edges, thinned to the least and greatest value of every bucket.
 */
export function pointsInWindow(
  times: Float64Array,
  gaps: Uint8Array,
  { positions, values }: DrawnLine,
  { from, to, buckets, per, shiftMs }: Window,
): DrawnPoint[] {
  const timeAt = (place: number): number => times[positions[place]!]!;
  const first = Math.max(0, firstPlace(positions.length, timeAt, from) - 1);
  const last = Math.min(positions.length, firstPlace(positions.length, timeAt, to) + 1);
  const n = Math.max(0, last - first);
  const own = new Float64Array(n);
  const ownTimes = new Float64Array(n);
  const ownGaps = new Uint8Array(n);
  for (let p = 0; p < n; p += 1) {
    const i = positions[first + p]!;
    own[p] = values[first + p]! / per;
    ownTimes[p] = times[i]! + shiftMs;
    ownGaps[p] = p > 0 ? gaps[i]! : 0;
  }
  const chosen = drawnPositions(own, ownGaps, buckets);
  return drawnPoints(
    ownTimes,
    ownGaps,
    chosen,
    chosen.map((p) => own[p]!),
  );
}
