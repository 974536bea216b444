import { SlidingMaximum } from './sliding-maximum.ts';
import { SortedWindow } from './sorted-window.ts';
import { FLOOR_PARAMS, inSpreads, SPREAD_PARAMS } from './spread.ts';
import { type PairDetectorDef, type PairScorer, paramOf, type ParamSpec } from './stage.ts';

const params = {
  span: {
    kind: 'int',
    min: 1,
    max: 100_000,
    default: 120,
    describe: 'Samples whose highest memory must be exceeded',
  },
  riseBytes: {
    kind: 'real',
    min: 0,
    max: 1e12,
    default: 4 * 1024 * 1024,
    describe: 'By how much it must be exceeded (bytes)',
  },
  relative: SPREAD_PARAMS.relative,
  floorCores: FLOOR_PARAMS.floorCores,
} as const satisfies Record<string, ParamSpec>;

/**
 * CPU far above all it was, at a sample at which memory is above all it lately was: two witnesses
 * of one event, so that one sample is enough.
 *
 * Score of the CPU series: (v − median) / max(highest − median, relative × median, floorCores) over
 * the window before it, 0 when below, and 0 unless memory exceeds the highest of its last `span`
 * samples by `riseBytes`. The memory series gets no score of its own (NaN).
 */
export const jointRise: PairDetectorDef = {
  id: 'joint-rise',
  summary: 'CPU leaves its range upwards while memory reaches a new high, at one sample',
  source: 'docs/default-detector.md',
  params,
  threshold: 5,
  pools: false,
  create({ window, warmup, params: own }): PairScorer {
    const past = new SortedWindow(window);
    const memoryBefore = new SlidingMaximum(paramOf(params, own, 'span'));
    const riseBytes = paramOf(params, own, 'riseBytes');
    const relative = paramOf(params, own, 'relative');
    const floor = paramOf(params, own, 'floorCores');
    return {
      cpuScore: NaN,
      memoryScore: NaN,
      update(cpuCores, memoryBytes) {
        this.cpuScore = NaN;
        if (past.size > 0 && past.size + 1 >= warmup) {
          const median = past.median();
          const range = past.sorted[past.size - 1]! - median;
          const spread = Math.max(range, relative * Math.abs(median), floor);
          const isRising = memoryBytes - memoryBefore.value >= riseBytes;
          this.cpuScore = isRising ? inSpreads(cpuCores - median, spread) : 0;
        }
        past.push(cpuCores);
        memoryBefore.push(memoryBytes);
      },
    };
  },
};
