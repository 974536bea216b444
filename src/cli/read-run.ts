import type { RecordingData } from '../core/recording.ts';
import { formatTime } from '../core/time.ts';
import { readRecording } from '../record/recording/reader.ts';
import { say } from './output.ts';

/**
 * Reads a recording and says where it may not be all of it: nothing in a file tells how much of a log
 * that was not copied with it is missing. Throws BAD_RECORDING.
 */
export function readRun(path: string, flags: { readonly quiet?: boolean }): RecordingData {
  const data = readRecording(path);
  const last = data.ticks.at(-1);
  if (!data.info.finalised && last !== undefined) {
    say(
      `${path} is not finalised (being recorded, cut off, or copied without its -wal): it is taken up to its last tick, ${formatTime(last.scheduledMs)}.`,
      flags,
    );
  }
  return data;
}
