import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { DetectorDef } from '../../../src/replay/detect/stage.ts';
import { describeContract } from '../../support/detector-contract.ts';

// The stage that docs/architecture.md shows, held to the contract of those that are built in.
const page = readFileSync('docs/architecture.md', 'utf8');
const [, indent = '', code = ''] =
  /^( *)```ts\n([^]*?export const rangeShare[^]*?)^ *```/m.exec(page) ?? [];
const folder = mkdtempSync(join(tmpdir(), 'podtape-stage-'));
const file = join(folder, 'range-share.ts');
writeFileSync(
  file,
  code
    .replaceAll(`\n${indent}`, '\n')
    .replaceAll("from './", `from '${resolve('src/replay/detect')}/`),
);
const { rangeShare } = (await import(file)) as { readonly rangeShare: DetectorDef };
rmSync(folder, { recursive: true });

describeContract(rangeShare);

test('the shown detector scores what leaves the range of its window', () => {
  const scorer = rangeShare.create({
    ...{ window: 4, warmup: 3, rank: false, params: {}, unit: '', name: 'a' },
    isLabelled: () => false,
  });
  const scores = [10, 12, 11, 15, 14, 9].map((value, i) => scorer.update(i, value, value, true));
  expect(scores.slice(0, 2)).toEqual([NaN, NaN]);
  expect(scores[2]).toBe(0);
  expect(scores[3]).toBeGreaterThan(1);
  expect(scores[4]).toBe(0);
  expect(scores[5]).toBeGreaterThan(0);
});

test('the steps name the list that detectors are in', () => {
  expect(page).toContain('Add it to `DETECTORS` in `src/replay/detect/registry.ts`');
});
