import { describe, expect, test } from 'vitest';
import { exp2Negative } from '../../../src/core/mathx.ts';
import { type Rng, rngFor } from '../../../src/core/rng.ts';
import { isolation } from '../../../src/replay/detect/isolation.ts';
import { averageDepth } from '../../../src/replay/detect/isolation-depth.ts';

const STEPS = 100_000;
const WINDOW = 16;

/** Stretches of ties, of noise, of tiny and of huge values, each of a thousand samples. */
function sampleAt(step: number, rng: Rng): number {
  const noise = rng.next();
  const phase = Math.floor(step / 1000) % 4;
  return [rng.below(6), noise, noise * 1e-7, noise * noise * 1e10][phase] ?? 0;
}

/** D of x among the sorted values, which hold it: the formula of docs/detector.md, term by term. */
function depthOf(sorted: readonly number[], x: number): number {
  let depth = 0;
  let ties = 0;
  for (let j = 0; j < sorted.length; j += 1) {
    const here = sorted[j] ?? NaN;
    if (here === x) ties += 1;
    if (here > x) depth += (here - (sorted[j - 1] ?? NaN)) / (here - x);
    if (here < x) depth += ((sorted[j + 1] ?? NaN) - here) / (x - here);
  }
  return depth + averageDepth(ties);
}

/** D of a value that is only asked about: on the line between those of its neighbours. */
function askedDepth(sorted: readonly number[], x: number): number {
  const right = sorted.findIndex((one) => one >= x);
  if (right === -1) return depthOf(sorted, sorted[sorted.length - 1] ?? NaN);
  const [a, b] = [sorted[right - 1], sorted[right] ?? NaN];
  if (a === undefined || b === x) return depthOf(sorted, b);
  const share = (x - a) / (b - a);
  return depthOf(sorted, a) * (1 - share) + depthOf(sorted, b) * share;
}

/** 1 − (share of the window at most as deep); depths within 10⁻⁹ of each other are equal. */
function rankOf(sorted: readonly number[], depth: number): number {
  const below = sorted.filter((one) => depthOf(sorted, one) <= depth * (1 + 1e-9)).length;
  return 1 - below / sorted.length;
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

const optionsOf = (rank: boolean) => ({
  ...{ window: WINDOW, warmup: 2, rank, params: {}, unit: '' as const, name: 'x' },
  isLabelled: () => false,
});

describe('isolation over 100,000 samples, against the plain formula at every one', () => {
  test('the rank for a contamination is exact, of values in the window and of others', () => {
    const rng = rngFor(6, 'ranks');
    const scorer = isolation.create(optionsOf(true));
    const window: number[] = [];
    let wrong = 0;
    for (let step = 0; step < STEPS; step += 1) {
      const v = sampleAt(step, rng);
      // Every third sample is only asked about first, which must change nothing.
      const asked = step % 3 === 0 ? sampleAt(step, rng) * 1.1 : null;
      if (asked !== null && window.length >= 2) {
        const sorted = ascending(window);
        const own = scorer.update(step, asked, asked, false);
        wrong += Number(own !== rankOf(sorted, askedDepth(sorted, asked)));
      }
      window.push(v);
      if (window.length > WINDOW) window.shift();
      const score = scorer.update(step, v, v, true);
      if (window.length < 2) continue;
      const sorted = ascending(window);
      wrong += Number(score !== rankOf(sorted, depthOf(sorted, v)));
    }
    expect(wrong).toBe(0);
  });

  test('the score of a value that joins is 2^(−D/c(n)) to 12 digits', () => {
    const rng = rngFor(6, 'scores');
    const scorer = isolation.create(optionsOf(false));
    const window: number[] = [];
    let worst = 0;
    for (let step = 0; step < STEPS; step += 1) {
      const v = sampleAt(step, rng);
      window.push(v);
      if (window.length > WINDOW) window.shift();
      const score = scorer.update(step, v, v, true);
      if (window.length < 2) continue;
      const depth = depthOf(ascending(window), v);
      worst = Math.max(
        worst,
        Math.abs(score / exp2Negative(depth / averageDepth(window.length)) - 1),
      );
    }
    expect(worst).toBeLessThan(1e-12);
  });
});
