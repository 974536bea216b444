import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { Judge } from '../../../src/replay/detect/judge.ts';
import { DETECTORS } from '../../../src/replay/detect/registry.ts';

v8.setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What this thread holds, in bytes, when everything unused is gone. */
function heldBytes(): number {
  // Buffers are given back while the next collection begins.
  for (let i = 0; i < 2; i += 1) collect();
  const { used_heap_size: objects, external_memory: buffers } = v8.getHeapStatistics();
  return objects + buffers;
}

const FIRST = 12_000;
const STRETCHES = 3;
/** Half of one number kept of each sample. */
const MOST_A_SAMPLE = 4;

/**
 * Bytes a sample by which memory grows: the least of some stretches, each as long as all before it,
 * since what is kept of samples grows in each, and compiled code only in some.
 */
function growthOf(update: (i: number) => void): number {
  let [seen, held, least] = [0, Infinity, Infinity];
  for (let stretch = 0; stretch <= STRETCHES; stretch += 1) {
    const samples = Math.max(FIRST, seen);
    for (let i = 0; i < samples; i += 1) update(seen + i);
    const now = heldBytes();
    if (stretch > 0) least = Math.min(least, (now - held) / samples);
    [seen, held] = [seen + samples, now];
  }
  return least;
}

test.each(DETECTORS.map((def) => ({ name: def.id, def })))(
  '$name holds no more of a longer series',
  ({ def }) => {
    const rng = rngFor(2, def.id);
    const few = Object.hasOwn(def.params, 'trees') ? { trees: 3 } : {};
    const scorer = def.create({
      ...{ window: 100, warmup: 20, rank: def.ranks, params: few, unit: 'cores', name: 'x' },
      isLabelled: () => false,
    });
    const grown = growthOf((i) => {
      const v = 0.1 + rng.next();
      scorer.update(i * 15_000, v, v, true);
    });
    expect(grown).toBeLessThan(MOST_A_SAMPLE);
  },
);

test('what decides holds no more, either, even where every sample is flagged', () => {
  const judge = new Judge({ threshold: 0.5, consecutive: 3, within: 9, recover: 5 });
  const grown = growthOf((i) => {
    judge.update('s', i, 1, 1, false);
  });
  expect(grown).toBeLessThan(MOST_A_SAMPLE);
});
