/** A hole of more than this many usual steps between samples is drawn as a gap. */
const GAP_STEPS = 3.5;

/** The middle of the differences of a column: its usual step; 0 for fewer than two values. */
export function usualStep(times: Float64Array): number {
  const steps = new Float64Array(Math.max(0, times.length - 1));
  for (let i = 1; i < times.length; i += 1) steps[i - 1] = times[i]! - times[i - 1]!;
  return steps.sort()[steps.length >> 1] ?? 0;
}

/** 1 where a line is broken before a sample, since too much time lies between it and the last. */
export function gapsOf(times: Float64Array): Uint8Array {
  const gaps = new Uint8Array(times.length);
  const most = usualStep(times) * GAP_STEPS;
  for (let i = 1; i < times.length; i += 1) if (times[i]! - times[i - 1]! > most) gaps[i] = 1;
  return gaps;
}

/**
 * Picks the positions to draw of a column: per bucket of equally many samples the least and the
 * greatest value, both ends, both sides of every gap (`gaps[i]` is 1 where one lies before i) and
 * of every change between a value and NaN, and every position in `keep`. Ascending, without
 * repeats; for drawing only. Never hides an extreme, as picking by area can.
 */
export function drawnPositions(
  values: Float64Array,
  gaps: Uint8Array,
  buckets: number,
  keep: readonly number[] = [],
): number[] {
  const n = values.length;
  if (n <= buckets * 2) return Array.from({ length: n }, (_, i) => i);
  const isChosen = new Uint8Array(n);
  isChosen[0] = isChosen[n - 1] = 1;
  for (const i of keep) if (i >= 0 && i < n) isChosen[i] = 1;
  for (let b = 0; b < buckets; b += 1) {
    const from = Math.floor((b * n) / buckets);
    const to = Math.floor(((b + 1) * n) / buckets);
    let low = -1;
    let high = -1;
    for (let i = from; i < to; i += 1) {
      const v = values[i]!;
      if (Number.isNaN(v)) continue;
      if (low === -1 || v < values[low]!) low = i;
      if (high === -1 || v > values[high]!) high = i;
    }
    if (low !== -1) isChosen[low] = isChosen[high] = 1;
  }
  for (let i = 1; i < n; i += 1) {
    if (gaps[i] === 1 || Number.isNaN(values[i]) !== Number.isNaN(values[i - 1])) {
      isChosen[i] = isChosen[i - 1] = 1;
    }
  }
  const positions: number[] = [];
  for (let i = 0; i < n; i += 1) if (isChosen[i] === 1) positions.push(i);
  return positions;
}

/** A drawn point; `v` is null where the line is broken. */
export interface DrawnPoint {
  readonly t: number;
  readonly v: number | null;
}

/**
 * Points of a line: at `positions` of `times` the `values` of the same places (NaN: none), with a
 * break wherever a gap lies between two neighbours.
 */
export function drawnPoints(
  times: Float64Array,
  gaps: Uint8Array,
  positions: ArrayLike<number>,
  values: ArrayLike<number>,
): DrawnPoint[] {
  const points: DrawnPoint[] = [];
  for (let p = 0; p < positions.length; p += 1) {
    const i = positions[p]!;
    const t = times[i]!;
    const v = values[p]!;
    if (gaps[i] === 1 && points.length > 0) points.push({ t: t - 1, v: null });
    points.push({ t, v: Number.isNaN(v) ? null : v });
  }
  return points;
}
