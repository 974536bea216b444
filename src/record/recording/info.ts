import type { RecordingInfo, RecordingKind } from '../../core/recording.ts';
import type { RecordingColumns } from './columns.ts';
import { Damage } from './failures.ts';
import { CONTEXT } from './meta.ts';
import type { OpenRecording } from './open.ts';
import { readNotes } from './rows.ts';

const KINDS: readonly RecordingKind[] = ['recorded', 'imported', 'synthetic'];

/** What is known of a recording, given what its samples add up to. */
export function infoOf(
  { db, singleFile }: OpenRecording,
  meta: ReadonlyMap<string, string>,
  seen: Pick<RecordingColumns, 'digest' | 'startMs' | 'endMs'>,
): RecordingInfo {
  const kind = KINDS.find((one) => one === meta.get('kind'));
  if (kind === undefined) throw new Damage('meta "kind"');
  const interval = meta.get('interval_ms') ?? '';
  return {
    kind,
    digest: seen.digest,
    origin: meta.get('origin') ?? '',
    version: meta.get('version') ?? '',
    intervalMs: interval === '' ? null : Number(interval),
    startMs: seen.startMs,
    endMs: seen.endMs,
    finalised: singleFile && meta.has(CONTEXT),
    notes: readNotes(db),
  };
}
