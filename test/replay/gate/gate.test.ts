import { expect, test } from 'vitest';
import type { Tick, TickOutcome } from '../../../src/core/recording.ts';
import { selects } from '../../../src/replay/gate/accepted.ts';
import { coverageShare } from '../../../src/replay/gate/gate.ts';

test('a selector stands for any text within a part, and for nothing more', () => {
  expect(selects('shop/web-*/web/memory', 'shop/web-7c9d-x2/web/memory')).toBe(true);
  expect(selects('shop/*/memory', 'shop/web-1/web/memory')).toBe(false);
  expect(selects('shop/web.1/web/cpu', 'shop/webx1/web/cpu')).toBe(false);
  expect(selects('shop/web-1/web/cpu', 'my-shop/web-1/web/cpu')).toBe(false);
});

test('coverage counts polls that brought samples', () => {
  const tick = (outcome: TickOutcome, i: number): Tick => ({
    ...{ seq: i + 1, scheduledMs: i, startedMs: i, finishedMs: i, outcome, reason: '' },
    ...{ samples: 0, repeats: 0, conflicts: 0, late: 0, rejected: 0 },
  });
  const outcomes: TickOutcome[] = ['ok', 'partial', 'empty', 'failed', 'missed'];
  expect(coverageShare(outcomes.map(tick))).toBe(0.4);
  expect(coverageShare([])).toBeNull();
});
