import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp2Negative } from '../../../src/core/mathx.ts';
import { type Rng, rngFor } from '../../../src/core/rng.ts';
import { DepthWindow } from '../../../src/replay/detect/depth-window.ts';
import {
  averageDepth,
  joinedDepth,
  queriedDepth,
  tieDepthsUpTo,
  windowDepths,
} from '../../../src/replay/detect/isolation-depth.ts';

/** The formula as it is written down: every gap, one division each, ties by c(m). */
function plainDepths(sorted: readonly number[]): number[] {
  return sorted.map((x, i) => {
    let depth = 0;
    for (let j = i; j + 1 < sorted.length; j += 1) {
      const [a, b] = [sorted[j] ?? 0, sorted[j + 1] ?? 0];
      if (b > x) depth += (b - a) / (b - x);
    }
    for (let j = 0; j < i; j += 1) {
      const [a, b] = [sorted[j] ?? 0, sorted[j + 1] ?? 0];
      if (a < x) depth += (b - a) / (x - a);
    }
    return depth + averageDepth(sorted.filter((y) => y === x).length);
  });
}

/**
 * Mean depth over random trees: cut the node's range uniformly until x is alone, or with its
 * equals. `x` is followed down; it need not be in the window.
 */
function simulatedDepth(sorted: readonly number[], x: number, trees: number, rng: Rng): number {
  let total = 0;
  for (let tree = 0; tree < trees; tree += 1) {
    let low = 0;
    let high = sorted.length;
    let depth = 0;
    for (;;) {
      const left = sorted[low] ?? 0;
      const right = sorted[high - 1] ?? 0;
      if (left === right) {
        total += depth + averageDepth(high - low);
        break;
      }
      const cut = left + rng.next() * (right - left);
      let middle = low;
      while ((sorted[middle] ?? 0) < cut) middle += 1;
      if (x < cut) high = middle;
      else low = middle;
      depth += 1;
    }
  }
  return total / trees;
}

const windows: [string, (rng: Rng) => number][] = [
  ['random', (rng) => rng.next()],
  ['tied', (rng) => rng.below(12)],
  ['heavy-tailed', (rng) => 1 / (rng.next() + 0.001)],
];

describe.each(windows)('isolation on a %s window', (name, draw) => {
  const rng = rngFor(11, name);
  const sorted = Array.from({ length: 60 }, () => draw(rng)).sort((a, b) => a - b);
  const depths = windowDepths(Float64Array.from(sorted));

  test('agrees with 20,000 random trees to 0.05 of depth, in the sample', () => {
    for (let i = 0; i < sorted.length; i += 6) {
      const simulated = simulatedDepth(sorted, sorted[i] ?? 0, 20_000, rng);
      expect(Math.abs((depths[i] ?? 0) - simulated)).toBeLessThan(0.05);
    }
  });

  test('agrees with 20,000 random trees to 0.05 of depth, out of the sample', () => {
    const column = Float64Array.from(sorted);
    const span = (sorted[59] ?? 0) - (sorted[0] ?? 0);
    for (const share of [-0.5, 0.013, 0.31, 0.52, 0.77, 1.4]) {
      const x = (sorted[0] ?? 0) + share * span;
      const at = sorted.filter((y) => y < x).length;
      const simulated = simulatedDepth(sorted, x, 20_000, rng);
      const depth = queriedDepth(column, depths, sorted.length, x, at);
      expect(Math.abs(depth - simulated)).toBeLessThan(0.05);
    }
  });
});

const anyWindow = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ min: 0, max: 1e9, noNaN: true })), {
    minLength: 1,
    maxLength: 40,
  })
  .map((values) => values.sort((a, b) => a - b));

test('every depth equals the plain formula, and joining equals being there', () => {
  fc.assert(
    fc.property(anyWindow, (sorted) => {
      const plain = plainDepths(sorted);
      const column = Float64Array.from(sorted);
      windowDepths(column).forEach((depth, i) => {
        expect(depth).toBeCloseTo(plain[i] ?? 0, 9);
      });
      sorted.forEach((x, i) => {
        const rest = sorted.filter((_, j) => j !== i);
        const at = rest.filter((y) => y < x).length;
        const ties = tieDepthsUpTo(sorted.length);
        const joined = joinedDepth(Float64Array.from(rest), rest.length, at, x, ties);
        expect(joined).toBeCloseTo(plain[i] ?? 0, 9);
      });
    }),
    { examples: [[[0, 5.5e-163, 2.1e-153]], [[0, 1e-310, 1e-300]]] },
  );
});

test('the examples of docs/detector.md', () => {
  windowDepths(Float64Array.of(0, 1, 3)).forEach((depth, i) => {
    expect(depth).toBeCloseTo([5 / 3, 2, 4 / 3][i] ?? NaN, 12);
  });
  const ties = tieDepthsUpTo(4);
  expect(joinedDepth(Float64Array.of(0, 1, 3), 3, 3, 103, ties)).toBeCloseTo(1.03, 2);
  expect(joinedDepth(Float64Array.of(0, 1, 3), 3, 3, 4, ties)).toBeCloseTo(1.92, 2);
});

test('depths survive values at the ends of the range of doubles', () => {
  for (const scale of [1e-300, 1e-200, 1e200, 1e300]) {
    const sorted = Float64Array.of(1, 2, 4, 8, 9).map((v) => v * scale);
    const plain = plainDepths([1, 2, 4, 8, 9]);
    const window = new DepthWindow(5);
    sorted.forEach((v) => {
      window.insert(v);
    });
    windowDepths(sorted).forEach((depth, i) => {
      expect(depth).toBeCloseTo(plain[i] ?? 0, 9);
      expect(window.depths[i]).toBeCloseTo(plain[i] ?? 0, 9);
    });
  }
});

test('a replaced value leaves the depths that leaving and entering one by one leave', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 8, maxLength: 60 }),
      fc.constantFrom(1, 1e-80, 1e75, 0.37),
      (values, scale) => {
        const [swapped, stepped] = [new DepthWindow(7), new DepthWindow(7)];
        for (const value of values) {
          const v = value * scale;
          if (swapped.window.size === 7) {
            swapped.replaceOldest(v);
            stepped.dropOldest();
          } else swapped.insert(v);
          stepped.insert(v);
          expect(swapped.window.sorted.slice(0, swapped.window.size)).toEqual(
            stepped.window.sorted.slice(0, stepped.window.size),
          );
          for (let i = 0; i < swapped.window.size; i += 1) {
            expect(swapped.depths[i]).toBeCloseTo(stepped.depths[i] ?? NaN, 9);
          }
        }
      },
    ),
  );
});

test('depths kept up to date do not drift from the plain formula over 100,000 steps', () => {
  const rng = rngFor(5, 'drift');
  const window = new DepthWindow(50);
  let worst = 0;
  for (let step = 0; step < 100_000; step += 1) {
    // Stretches of ties, of noise, of tiny and of huge values.
    const phase = Math.floor(step / 1000) % 4;
    const noise = rng.next();
    const v = [rng.below(8), noise, noise * 1e-7, noise * noise * noise * 1e10][phase] ?? 0;
    if (window.window.size < 50) window.insert(v);
    else if (step % 7 > 0) window.replaceOldest(v);
    else {
      window.dropOldest();
      window.insert(v);
    }
    if (step % 97 !== 0) continue;
    const plain = windowDepths(window.window.sorted.slice(0, window.window.size));
    plain.forEach((depth, i) => {
      worst = Math.max(worst, Math.abs(depth - (window.depths[i] ?? NaN)) / Math.max(depth, 1));
    });
  }
  expect(worst).toBeLessThan(1e-9);
});

test('2^−x is within 4e-16 of the platform and never rises', () => {
  let previous = 1;
  for (let x = 0; x < 60; x += 0.0037) {
    const power = exp2Negative(x);
    expect(Math.abs(power / Math.pow(2, -x) - 1)).toBeLessThan(4e-16);
    expect(power).toBeLessThanOrEqual(previous);
    previous = power;
  }
  expect(exp2Negative(0)).toBe(1);
  expect(exp2Negative(1)).toBe(0.5);
  expect(exp2Negative(5000)).toBe(0);
});
