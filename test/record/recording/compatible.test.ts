import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { overview } from '../../../src/record/recording/overview.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { tempFolder } from '../../support/temp.ts';

// Recorded before rows had checksums of their own; format 1 like today's.
const OLD = new URL('files/before-row-checks.db', import.meta.url).pathname;
const DIGEST = 'bf9859162aff5dc27e66ce3822b07fe451edd6870224569e966f1779833c066e';

test('a recording without row checksums is read, verified and shown', () => {
  const path = join(tempFolder(), 'old.db');
  copyFileSync(OLD, path);
  const { info, series, marks, labels, ticks } = readRecording(path);
  expect(info).toMatchObject({ digest: DIGEST, finalised: true });
  expect(series.map(({ times }) => times.length)).toEqual([3, 3, 3, 3]);
  expect([marks.length, labels.length, ticks.length]).toEqual([1, 1, 6]);
  expect(verifyRecording(path)).toEqual({
    ...{ ticks: 6, samples: 12, finalised: true, digest: DIGEST },
    ...{ damagedTicks: [], problems: [] },
  });
  expect(overview(path).series.map(({ samples, stepMs }) => [samples, stepMs])).toEqual(
    Array(4).fill([3, 30_000]),
  );
});
