import type { Label } from '../../core/recording.ts';
import type { Series } from '../../core/series.ts';
import { firstAtOrAfter, samePod } from '../evaluate/events.ts';
import { countingRows, NAB_PROFILES, scaledScore } from '../evaluate/nab.ts';
import type { Stretches } from './stretches.ts';

/** What each row of a series earns or costs by NAB's rules, were it to alert. */
export interface NabRows {
  /** Rows before it are NAB's probation. */
  readonly from: number;
  /** Window of each row from there on, −1: outside all. */
  readonly windows: Int32Array;
  readonly units: Float64Array;
}

/** NAB's counts at every entry of a surface's columns. */
export interface NabSums {
  /** Sum of what the earliest detection in each window earns. */
  readonly gains: Float64Array;
  readonly hits: Int32Array;
  /** Sum of what detections outside windows cost, negative. */
  readonly costs: Float64Array;
}

/** The windows of a series as first and last rows: labels that can be seen in its metric. */
function windowsOf(series: Series, times: Float64Array, labels: readonly Label[]) {
  return labels
    .filter(
      (label) =>
        samePod(label, series) &&
        (label.container === '' || label.container === series.container) &&
        (label.metric === '' || label.metric === series.metric) &&
        (label.visibleIn === null || label.visibleIn.includes(series.metric)),
    )
    .map(({ startMs, endMs }): [number, number] => [
      firstAtOrAfter(times, startMs),
      firstAtOrAfter(times, endMs) - 1,
    ])
    .filter(([first, last]) => first <= last)
    .sort((a, b) => a[0] - b[0]);
}

/** A series' rows for NAB; `windows` counts how many windows it has. */
export function nabRows(
  series: Series,
  times: Float64Array,
  labels: readonly Label[],
): { readonly rows: NabRows; readonly windows: number } {
  const windows = windowsOf(series, times, labels);
  const counting = countingRows(
    { name: series.id, scores: new Float64Array(times.length), windows },
    0,
  );
  return {
    rows: {
      from: times.length - counting.length,
      windows: Int32Array.from(counting, ({ window }) => window),
      units: Float64Array.from(counting, ({ unit }) => unit),
    },
    windows: windows.length,
  };
}

/** Adds a series' rows to sums that are still differences: entry r holds for ranks up to r. */
export function addNab(
  { from, windows, units }: NabRows,
  { firsts, ends, ranks }: Stretches,
  sums: NabSums,
): void {
  let window = -1;
  let highest = 0;
  for (let s = 0; s < ranks.length; s += 1) {
    const rank = ranks[s]!;
    for (let row = Math.max(0, firsts[s]! - from); row < ends[s]! - from; row += 1) {
      if (windows[row] !== window) {
        window = windows[row]!;
        highest = 0;
      }
      const unit = units[row]!;
      if (window === -1) {
        sums.costs[rank]! += unit;
      } else if (rank > highest) {
        // The first row of the window to alert at thresholds in (highest, rank].
        sums.gains[rank]! += unit;
        sums.gains[highest]! -= unit;
        sums.hits[rank]! += 1;
        sums.hits[highest]! -= 1;
        highest = rank;
      }
    }
  }
}

/** NAB's score of a profile at every entry of the sums: 0 never alerts, 100 is perfect. */
export function nabScores(
  nab: NabSums,
  windows: number,
  name: keyof typeof NAB_PROFILES,
): Float64Array {
  const profile = NAB_PROFILES[name];
  return Float64Array.from(nab.hits, (hits, r) =>
    scaledScore(
      profile.truePositive * nab.gains[r]! -
        profile.falseNegative * (windows - hits) +
        profile.falsePositive * nab.costs[r]!,
      windows,
      profile,
    ),
  );
}
