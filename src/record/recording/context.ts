import { digestValue } from '../../core/digest.ts';
import {
  type Queryable,
  readLabels,
  readMarks,
  readMeta,
  readNotes,
  readSeriesRows,
} from './rows.ts';

/**
 * The digest of everything in a finalised recording that tick digests do not cover: meta, series,
 * marks, labels and notes.
 */
export function contextDigest(db: Queryable): string {
  const meta = [...readMeta(db)].filter(([key]) => key !== 'context_digest');
  return digestValue([meta, readSeriesRows(db), readMarks(db), readLabels(db), readNotes(db)]);
}
