import { exp2Negative } from '../../core/mathx.ts';
import { DepthWindow } from './depth-window.ts';
import { joinedDepth, queriedDepth, tieDepthsUpTo } from './isolation-depth.ts';
import { SortedWindow } from './sorted-window.ts';
import type { DetectorDef, Scorer, ScorerOptions } from './stage.ts';

/**
 * Depth score: 2^(−D/c(n)) of the value joined to the window − 1 values before it, in (0, 1]; 0.5
 * is average. A value far from all others is parted by the first cut: D near 1, score near 1.
 */
function depthScorer({ window, warmup }: ScorerOptions): Scorer {
  const past = new SortedWindow(window - 1);
  // c(m) is both the depth of m ties and the yardstick of a window of m.
  const averages = tieDepthsUpTo(window + 1);
  return {
    update(_t, value, reference, learn) {
      const { sorted, size } = past;
      let score = NaN;
      if (size + 1 >= warmup && size > 0) {
        const depth = joinedDepth(sorted, size, past.position(value), value, averages);
        score = exp2Negative(depth / averages[size + 1]!);
      }
      if (learn) past.push(reference);
      return score;
    },
  };
}

/**
 * Rank score: 1 − (share of the window at most as deep as the value), for a contamination
 * threshold of 1 − contamination: the value is flagged when it is among that share of its window,
 * itself included. The window holds the newest reference before the value is looked up in it; a
 * value that is not learned is looked up in the window as it is.
 */
function rankScorer({ window, warmup }: ScorerOptions): Scorer {
  const past = new DepthWindow(window);
  return {
    update(_t, value, reference, learn) {
      if (learn) {
        if (past.window.size === window) past.replaceOldest(reference);
        else past.insert(reference);
      }
      const { size, sorted } = past.window;
      if (size < warmup || size < 2) return NaN;
      const depth = queriedDepth(sorted, past.depths, size, value, past.window.position(value));
      return 1 - past.countUpTo(depth) / size;
    },
  };
}

/** Exact isolation in one dimension: the mean over all random split trees, without any tree. */
export const isolation: DetectorDef = {
  id: 'isolation',
  summary: 'Expected depth over all random split trees of the window (exact, one dimension)',
  source: 'docs/detector.md; after Liu, Ting and Zhou, "Isolation Forest" (2008)',
  params: {},
  threshold: 0.83,
  highest: 1,
  ranks: true,
  pools: true,
  warmup: ({ warmup }) => Math.max(1, warmup - 1),
  create: (options) => (options.rank ? rankScorer(options) : depthScorer(options)),
};
