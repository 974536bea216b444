import { walkTicks } from '../recording/chain.ts';
import { withRecording } from '../recording/open.ts';
import { readLabels, readMarks, readNotes, readSeriesRows, tickOf } from '../recording/rows.ts';
import type { RecordingWriter } from '../recording/writer.ts';
import { SampleSink } from './sample-sink.ts';

/**
 * Copies a recording into another one tick by tick: series, samples, ticks with their counts,
 * rejects, marks, labels and notes. Throws BAD_RECORDING; BAD_INPUT on a series in another unit.
 */
export function mergeRecording(
  path: string,
  writer: RecordingWriter,
  sink = new SampleSink(writer),
): void {
  withRecording(path, ({ db }) => {
    const channels = new Map<number, number>();
    for (const row of readSeriesRows(db)) {
      const { id, workload_kind: workloadKind, pod_uid: podUid, ...rest } = row;
      channels.set(id, sink.define({ ...rest, workloadKind, podUid }));
    }
    for (const { row, rejects, rows } of walkTicks(db)) {
      for (let i = 0; i < rows.length; i += 3) {
        sink.collect(channels.get(rows[i]!)!, rows[i + 1]!, rows[i + 2]!);
      }
      sink.flushAs({ ...tickOf(row), marks: [], rejects });
    }
    writer.addMarks(readMarks(db));
    writer.addLabels(readLabels(db));
    for (const note of readNotes(db)) writer.addNote(note);
  });
}
