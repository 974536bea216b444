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
  for (let i = 0; i < 3; i += 1) collect();
  const { used_heap_size: objects, external_memory: buffers } = v8.getHeapStatistics();
  return objects + buffers;
}

const SHORT = 4000;
const LONG = 100_000;
/** One number kept of each sample would be twice that; compiled code takes up to half of it. */
const GROWTH = 400_000;

/** By how much memory grows between a short and a long series. */
function growthOf(update: (i: number) => void): number {
  for (let i = 0; i < SHORT; i += 1) update(i);
  const before = heldBytes();
  for (let i = SHORT; i < LONG; i += 1) update(i);
  return heldBytes() - before;
}

test.each(DETECTORS.map((def) => ({ name: def.id, def })))(
  '$name holds no more after 100,000 samples than after 4,000',
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
    expect(grown).toBeLessThan(GROWTH);
  },
);

test('what decides holds no more, either, even where every sample is flagged', () => {
  const judge = new Judge({ threshold: 0.5, consecutive: 3, within: 9, recover: 5 });
  const grown = growthOf((i) => {
    judge.update('s', i, 1, 1, false);
  });
  expect(grown).toBeLessThan(GROWTH);
});
