import { formatValue } from '../../core/units.ts';
import type { RecordingWriter } from '../../record/recording/writer.ts';

/** It stays at a few MiB unless a reader holds on; above this it is cut back when that is gone. */
const LARGE_BYTES = 64 * 1024 * 1024;

/** Says once, when asked after a tick, that a recording's write-ahead log has grown large, and why. */
export function watchLog(say: (text: string) => void): (writer: RecordingWriter) => void {
  let isTold = false;
  return (writer) => {
    if (isTold || writer.logBytes() <= LARGE_BYTES) return;
    isTold = true;
    say(
      `${writer.path}-wal has grown to ${formatValue(writer.logBytes(), 'bytes')}: another program has read from the recording and not let go. ` +
        `End it ("lsof ${writer.path}" names it), and the log shrinks; nothing is lost meanwhile.`,
    );
  };
}
