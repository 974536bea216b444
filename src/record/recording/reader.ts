import type { RecordingData } from '../../core/recording.ts';
import { readColumns, readPagedColumns } from './columns.ts';
import { contextDigest } from './context.ts';
import { Damage } from './failures.ts';
import { infoOf } from './info.ts';
import { CONTEXT } from './meta.ts';
import { withRecording } from './open.ts';
import { readLabels, readMarks, readMeta, readSeriesRows, readTickRows, tickOf } from './rows.ts';
import { readSummaries } from './series-summary.ts';

export type { RecordingOverview } from './overview.ts';

/**
 * Reads a whole recording, finalised or not, without changing it.
 *
 * Throws BAD_RECORDING: missing, foreign, newer schema, truncated, hostile, or holding anything
 * else than when it was finalised.
 */
export function readRecording(path: string): RecordingData {
  return withRecording(path, (open) => {
    const { db } = open;
    const meta = readMeta(db);
    const rows = readSeriesRows(db);
    const counts = readSummaries(meta, rows.length)?.map(({ samples }) => samples) ?? [];
    // A row takes more than eight bytes: larger numbers than that are not true.
    const credible = counts.reduce((sum, count) => sum + count, 0) * 8 <= open.bytes;
    const context = meta.get(CONTEXT);
    if (context !== undefined && context !== contextDigest(db)) {
      throw new Damage('series, marks, labels, notes or metadata are not those finalised');
    }
    const room = credible ? counts : [];
    const expected = meta.get('digest');
    const { columns, ...seen } =
      (open.singleFile && expected !== undefined
        ? readPagedColumns(db, open, rows, room, expected)
        : null) ?? readColumns(db, rows, room);
    if (expected !== undefined && expected !== seen.digest) {
      throw new Damage('its samples are not those finalised');
    }
    return {
      info: infoOf(open, meta, seen),
      series: columns,
      ticks: readTickRows(db).map(tickOf),
      marks: readMarks(db),
      labels: readLabels(db),
    };
  });
}
