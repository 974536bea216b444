// Holds recordings to what the fake API server delivered.
import { deliveredValues } from '../dist/fixtures/fake-api/delivered.js';
import { readRecording } from '../dist/record/recording/reader.js';
import { verifyRecording } from '../dist/record/recording/verify.js';

/**
 * Samples of a recording that were not delivered, or otherwise (`wrong`), and samples that were
 * delivered and are not there (`missing`): the server calls an answer delivered when the system has
 * taken it, and a poll whose time is over by then fails.
 */
export function compare(file, bodies) {
  const wanted = deliveredValues(bodies);
  let wrong = 0;
  let found = 0;
  for (const { series, times, values } of readRecording(file).series) {
    if (series.kind !== 'usage') continue;
    times.forEach((t, i) => {
      if (wanted.get(`${series.id}@${t}`) === values[i]) found += 1;
      else wrong += 1;
    });
  }
  return { wrong, missing: wanted.size - found };
}

/** Ticks of a schedule that have no row, or not one at their time. */
export function unaccounted(ticks, intervalMs) {
  const [first] = ticks;
  return ticks.filter(
    ({ seq, scheduledMs }, i) =>
      seq !== i + 1 || Math.abs(scheduledMs - first.scheduledMs - i * intervalMs) > 1,
  ).length;
}

/** Damage that `verify` finds in a file. */
export function damageOf(file) {
  const { damagedTicks, problems } = verifyRecording(file);
  return damagedTicks.length + problems.length;
}
