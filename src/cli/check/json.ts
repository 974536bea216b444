import { formatTime } from '../../core/time.ts';
import type { ReplayResult } from '../../core/results.ts';
import type { Accepted } from '../../replay/gate/accepted.ts';
import type { GateResult } from '../../replay/gate/gate.ts';

const entryJson = ({ series, cause, reason, endMs }: Accepted) => ({
  ...{ series, cause, reason },
  expires: formatTime(endMs - 1).slice(0, 10),
});

/** `check --format json`: verdict, findings and what they were found with. */
export function gateJson(
  gate: GateResult,
  result: ReplayResult,
): Readonly<Record<string, unknown>> {
  return {
    ...gate,
    expired: gate.expired.map(entryJson),
    unused: gate.unused.map(entryJson),
    recording: result.recording.digest,
    digest: result.digest,
  };
}
