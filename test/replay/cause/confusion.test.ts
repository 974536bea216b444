import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CAUSES, confusionOf, confusionTable, ratesOf } from '../../support/cause-runs.ts';

/** Not the seeds 1 to 8 that the rules were made on. */
const SEEDS = Array.from({ length: 10 }, (_, i) => 101 + i);
const confusion = confusionOf(SEEDS);

test.each(CAUSES)('%s is told for what it is, and nothing else for it', (cause) => {
  const { of, recall, precision } = ratesOf(confusion, cause);
  expect(of).toBeGreaterThanOrEqual(5);
  // What a surge does to memory and replicas is both load and something else.
  expect(recall).toBeGreaterThanOrEqual(cause === 'load' ? 0.7 : 0.95);
  expect(precision).toBeGreaterThanOrEqual(cause === 'retention' ? 0.6 : 0.9);
});

test('the table in the documentation is that of these runs', () => {
  const page = readFileSync(new URL('../../../docs/causes.md', import.meta.url), 'utf8');
  expect(page).toContain(confusionTable(confusion));
});
