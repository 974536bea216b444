import type { TuneResult } from '../../core/results.ts';
import { formatTime } from '../../core/time.ts';

/** A tuning result as the machine contract has it: docs/schema/tune.schema.json. */
export function tuneJson(result: TuneResult): unknown {
  const { recordings, digest, ...rest } = result;
  return {
    schemaVersion: 1,
    recordings: recordings.map(({ digest: own, origin, startMs, endMs }) => ({
      ...{ digest: own, origin, start: formatTime(startMs), end: formatTime(endMs) },
    })),
    ...rest,
    digest,
  };
}
