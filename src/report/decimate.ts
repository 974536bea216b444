/** A drawn point: Unix ms and value; null where the line is broken. */
export type DrawnPoint = readonly [t: number, v: number | null];

/**
 * Picks the positions to draw of a column: per bucket the least and the greatest value, both ends
 * of every stretch (`starts[i]` is 1 where a gap lies before i), and every position in `keep`.
 * Ascending; for drawing only. Never hides an extreme, as picking by area can.
 */
export function drawnPositions(
  values: Float64Array,
  starts: Uint8Array,
  buckets: number,
  keep: readonly number[] = [],
): number[] {
  const n = values.length;
  if (n <= buckets * 2) return Array.from({ length: n }, (_, i) => i);
  const chosen = new Set<number>([0, n - 1, ...keep.filter((i) => i >= 0 && i < n)]);
  for (let b = 0; b < buckets; b += 1) {
    const from = Math.floor((b * n) / buckets);
    const to = Math.floor(((b + 1) * n) / buckets);
    let low = -1;
    let high = -1;
    for (let i = from; i < to; i += 1) {
      if (Number.isNaN(values[i])) continue;
      if (low === -1 || values[i]! < values[low]!) low = i;
      if (high === -1 || values[i]! > values[high]!) high = i;
    }
    if (low !== -1) chosen.add(low).add(high);
  }
  for (let i = 1; i < n; i += 1) {
    if (starts[i] === 1) chosen.add(i).add(i - 1);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The points of a line: chosen positions, with a break wherever a gap lies between two. */
export function drawnLine(
  times: Float64Array,
  values: Float64Array,
  starts: Uint8Array,
  positions: readonly number[],
): DrawnPoint[] {
  const points: DrawnPoint[] = [];
  for (const i of positions) {
    const t = times[i]!;
    if (starts[i] === 1 && points.length > 0) points.push([t - 1, null]);
    const v = values[i]!;
    points.push([t, Number.isNaN(v) ? null : v]);
  }
  return points;
}
