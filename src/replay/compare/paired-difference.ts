import type { Difference } from '../../core/comparison.ts';
import type { Rng } from '../../core/rng.ts';
import {
  blocksFor,
  drawBlocks,
  intervalAround,
  RESAMPLES,
  verdictOf,
  widening,
} from './block-bootstrap.ts';
import { type Statistic, weighted } from './statistic.ts';

/** Fewer steps of time than this allow no interval. */
export const FEWEST_STEPS = 12;

/**
 * A statistic of two columns of one length, without NaN, and the interval of its difference.
 *
 * Circular block bootstrap (Politis and Romano 1992): blocks of neighbours keep what samples owe to
 * one another, and both columns are resampled at the same times, so that a load that both went
 * through cancels out. The interval tells how sure these two runs are, not how much two runs of the
 * same build differ. `tolerance` is the share of the baseline below which a change does not matter.
 */
export function pairedDifference(
  baseline: Float64Array,
  candidate: Float64Array,
  statistic: Statistic,
  tolerance: number,
  rng: Rng,
): Difference {
  const n = baseline.length;
  const [before, after] = [weighted(baseline, statistic, 0), weighted(candidate, statistic, 1)];
  const counts = new Uint32Array(n).fill(1);
  const told = { baseline: before.at(counts), candidate: after.at(counts) };
  const difference = told.candidate - told.baseline;
  const relative = told.baseline === 0 ? null : difference / told.baseline;
  if (n < FEWEST_STEPS) {
    return { ...told, difference, relative, interval: null, verdict: 'unknown' };
  }
  const isSigned = typeof statistic === 'object' && 'slopeOn' in statistic;
  if (!isSigned && baseline.every((v, i) => v === candidate[i])) {
    return { ...told, difference, relative, interval: [0, 0], verdict: 'same' };
  }
  const blocks = blocksFor(before.influence.map((v, i) => after.influence[i]! - v));
  const { length } = blocks;
  const drawn = new Float64Array(RESAMPLES);
  for (let r = 0; r < RESAMPLES; r += 1) {
    counts.fill(0);
    drawBlocks(n, length, rng, (_, place) => {
      counts[place] = counts[place]! + 1;
    });
    drawn[r] = after.at(counts) - before.at(counts);
  }
  const [below, above] = intervalAround(drawn, difference, widening(n, blocks));
  // What cannot be negative cannot fall by more than all of it.
  const least = isSigned || candidate.some((v) => v < 0) ? -Infinity : -told.baseline;
  const interval = [Math.max(least, difference + below), difference + above] as const;
  const verdict = verdictOf(difference, interval, Math.abs(told.baseline) * tolerance);
  return { ...told, difference, relative, interval, verdict };
}
