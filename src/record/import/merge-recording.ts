import { walkTicks } from '../recording/chain.ts';
import { withRecording } from '../recording/open.ts';
import { readLabels, readMarks, readNotes, readSeriesRows, tickOf } from '../recording/rows.ts';
import type { RecordingWriter } from '../recording/writer.ts';

/**
 * Copies a recording into another one tick by tick: series, samples, ticks with their counts,
 * rejects, marks, labels and notes. Throws BAD_RECORDING.
 */
export function mergeRecording(path: string, writer: RecordingWriter): number {
  return withRecording(path, ({ db }) => {
    const ids = new Map<number, number>();
    for (const row of readSeriesRows(db)) {
      const { id, workload_kind: workloadKind, pod_uid: podUid, ...rest } = row;
      ids.set(id, writer.defineSeries({ ...rest, workloadKind, podUid }));
    }
    let samples = 0;
    for (const { row, rejects, rows } of walkTicks(db)) {
      const series: number[] = [];
      const times: number[] = [];
      const values: number[] = [];
      for (let i = 0; i < rows.length; i += 3) {
        series.push(ids.get(rows[i]!)!);
        times.push(rows[i + 1]!);
        values.push(rows[i + 2]!);
      }
      writer.commitTick({ ...tickOf(row), series, times, values, marks: [], rejects });
      samples += series.length;
    }
    writer.addMarks(readMarks(db));
    writer.addLabels(readLabels(db));
    for (const note of readNotes(db)) writer.addNote(note);
    return samples;
  });
}
