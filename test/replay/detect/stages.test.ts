import { expect, test } from 'vitest';
import { DETECTORS } from '../../../src/replay/detect/registry.ts';
import { describeContract } from '../../support/detector-contract.ts';

for (const def of DETECTORS) describeContract(def);

test('no two detectors share a name', () => {
  expect(new Set(DETECTORS.map(({ id }) => id)).size).toBe(DETECTORS.length);
});
