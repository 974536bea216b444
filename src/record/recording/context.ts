import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';
import {
  type Queryable,
  readLabels,
  readMarks,
  readMeta,
  readNotes,
  readSeriesRows,
} from './rows.ts';

/**
 * The digest of everything in a finalised recording that tick digests do not cover: the canonical
 * JSON of [meta, series, marks, labels, notes], taken row by row, as there may be many.
 */
export function contextDigest(db: Queryable): string {
  const meta = [...readMeta(db)].filter(([key]) => key !== 'context_digest');
  const lists = [meta, readSeriesRows(db), readMarks(db), readLabels(db), readNotes(db)];
  const hash = createHash('sha256');
  lists.forEach((rows, i) => {
    hash.update(i === 0 ? '[[' : ',[');
    rows.forEach((row, j) => hash.update((j === 0 ? '' : ',') + canonicalJson(row)));
    hash.update(']');
  });
  return hash.update(']').digest('hex');
}
