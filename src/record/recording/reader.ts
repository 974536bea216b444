import { ToolError } from '../../core/errors.ts';
import type { RecordingData, RecordingInfo, RecordingKind } from '../../core/recording.ts';
import { readColumns, type RecordingColumns } from './columns.ts';
import { withRecording } from './open.ts';
import {
  type Queryable,
  readLabels,
  readMarks,
  readMeta,
  readNotes,
  readTickRows,
  tickOf,
} from './rows.ts';

function infoOf(
  db: Queryable,
  seen: Omit<RecordingColumns, 'columns' | 'duplicates'>,
): RecordingInfo {
  const meta = readMeta(db);
  const interval = meta.get('interval_ms') ?? '';
  return {
    kind: (meta.get('kind') ?? 'recorded') as RecordingKind,
    digest: seen.digest,
    origin: meta.get('origin') ?? '',
    version: meta.get('version') ?? '',
    intervalMs: interval === '' ? null : Number(interval),
    startMs: seen.startMs,
    endMs: seen.endMs,
    finalised: meta.has('context_digest'),
    notes: readNotes(db),
  };
}

/**
 * Reads a whole recording, finalised or not, without changing it.
 *
 * Throws BAD_RECORDING: missing, foreign, newer schema, truncated, hostile, or holding other
 * samples than when it was finalised.
 */
export function readRecording(path: string): RecordingData {
  return withRecording(path, (db) => {
    const { columns, ...seen } = readColumns(db);
    const expected = readMeta(db).get('digest');
    if (expected !== undefined && expected !== seen.digest) {
      throw new ToolError(
        'BAD_RECORDING',
        `Cannot read ${path}: its samples are not those that were recorded; ` +
          `"podtape verify" names the damaged ticks.`,
        { path, expected, found: seen.digest },
      );
    }
    return {
      info: infoOf(db, seen),
      series: columns,
      ticks: readTickRows(db).map(tickOf),
      marks: readMarks(db),
      labels: readLabels(db),
    };
  });
}
