import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rngFor } from '../../../src/core/rng.ts';
import { openForWriting } from '../../../src/record/recording/create.ts';
import { writeTotals } from '../../../src/record/recording/finalise.ts';
import { readMeta } from '../../../src/record/recording/rows.ts';
import { createRecording } from '../../../src/record/recording/writer.ts';
import { aBatch, definePod, META } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

/** A recording of pods that arrive in no order of names or times; pod 3 has no sample. */
function written(path: string): readonly number[] {
  const writer = createRecording(path, META, { mode: 'atomic' });
  const rng = rngFor(8, 'totals');
  const ids = ['d', 'b', 'e', 'a', 'c'].map((pod) => definePod(writer, pod));
  const counts = ids.map(() => 0);
  for (let tick = 0; tick < 50; tick += 1) {
    const series = ids.filter((id) => id !== 3 && rng.below(4) > 0);
    for (const id of series) counts[id - 1] = (counts[id - 1] ?? 0) + 1;
    const times = series.map(() => 1_700_000_000_000 + (tick ^ 5) * 1000);
    writer.commitTick(aBatch({ series, times, values: series.map(() => rng.below(1e9)) }));
  }
  writer.finalise();
  return counts;
}

const WHAT = /^(digest|start_ms|end_ms|summary:.*|context_digest)$/;

test('totals are the same however few samples are in memory at once, and without the pages', () => {
  const path = join(tempFolder(), 'run.db');
  const counts = written(path);
  const handle = openSync(path, 'r');
  const db = openForWriting(path);
  const totals = () => [...readMeta(db)].filter(([key]) => WHAT.test(key));
  const expected = totals();
  expect(expected).toHaveLength(5);
  const wrong = counts.map((count, i) => (i === 1 ? count + 1 : count));
  const ways = [
    null,
    { handle, counts },
    ...[0, 130, 260, 400, 2000].map((atOnce) => ({ handle, counts, atOnce })),
    // Pages that do not hold what they should are not believed.
    { handle, counts: wrong, atOnce: 130 },
  ];
  for (const way of ways) {
    db.exec('BEGIN IMMEDIATE');
    db.exec("DELETE FROM meta WHERE key = 'context_digest'");
    writeTotals(db, way);
    expect(totals()).toEqual(expected);
    db.exec('ROLLBACK');
  }
  db.close();
  closeSync(handle);
});
