/**
 * Folds "k in a row" and "stays open for r samples" into one signal, for all thresholds at once.
 *
 * `held[i]` is the highest threshold at which an alert would be open at sample i: the largest,
 * over the last `recover` samples of the same run, of the smallest of their last `consecutive`
 * scores. −Infinity where no threshold opens one. Runs are cut where `starts[i]` is 1 and at
 * samples without a score (NaN). O(n) by two monotone queues (Lemire 2006).
 */
export function heldScores(
  scores: Float64Array,
  starts: Uint8Array,
  consecutive: number,
  recover: number,
): Float64Array {
  const n = scores.length;
  const smallest = new Float64Array(n).fill(-Infinity);
  const held = new Float64Array(n).fill(-Infinity);
  const lows = new Int32Array(n);
  const highs = new Int32Array(n);
  let lowHead = 0;
  let lowTail = 0;
  let highHead = 0;
  let highTail = 0;
  let runStart = 0;
  for (let i = 0; i < n; i += 1) {
    const score = scores[i] ?? NaN;
    if (starts[i] === 1 || Number.isNaN(score)) {
      runStart = Number.isNaN(score) ? i + 1 : i;
      lowHead = lowTail = highHead = highTail = 0;
    }
    if (Number.isNaN(score)) continue;
    while (lowTail > lowHead && (scores[lows[lowTail - 1] ?? 0] ?? 0) >= score) lowTail -= 1;
    lows[lowTail] = i;
    lowTail += 1;
    if ((lows[lowHead] ?? 0) <= i - consecutive) lowHead += 1;
    if (i - runStart + 1 >= consecutive) smallest[i] = scores[lows[lowHead] ?? 0] ?? -Infinity;
    const level = smallest[i] ?? -Infinity;
    while (highTail > highHead && (smallest[highs[highTail - 1] ?? 0] ?? 0) <= level) highTail -= 1;
    highs[highTail] = i;
    highTail += 1;
    if ((highs[highHead] ?? 0) <= i - recover) highHead += 1;
    held[i] = smallest[highs[highHead] ?? 0] ?? -Infinity;
  }
  return held;
}
