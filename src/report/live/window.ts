import { countBelow } from '../../core/count-below.ts';
import { firstAtOrAfter } from '../../replay/evaluate/events.ts';
import { drawnPoints, type DrawnPoint, drawnPositions } from '../decimate.ts';
import type { DrawnLine } from '../lines.ts';

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
  const placeAt = (t: number): number => countBelow(positions, firstAtOrAfter(times, t));
  const first = Math.max(0, placeAt(from) - 1);
  const last = Math.min(positions.length, placeAt(to) + 1);
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
