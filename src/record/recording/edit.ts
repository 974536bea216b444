import { chmodSync, copyFileSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { ToolError } from '../../core/errors.ts';
import type { Label } from '../../core/recording.ts';
import { CHAIN_START } from './chain.ts';
import { contextDigest } from './context.ts';
import { openForWriting } from './create.ts';
import { refusal, storageFailure } from './failures.ts';
import { foldLog, type Totals, writeTotals } from './finalise.ts';
import { CONTEXT, HEAD, META_CHECK, setMeta, writeMetaCheck } from './meta.ts';
import { lockRecording } from './lock.ts';
import { withRecording } from './open.ts';
import { createTemporary, moveIntoPlace, removeDatabase, syncFile, syncFolder } from './place.ts';
import { insertLabels } from './recording-writer.ts';
import { CHECKED_TABLES, rewriteChecks } from './row-checks.ts';
import { readLabels, readMeta } from './rows.ts';
import { verifyRecording } from './verify.ts';

/** Gives the rows of a file from before row checksums theirs. */
function addMissingChecks(db: Database.Database): void {
  if (readMeta(db).has(META_CHECK)) return;
  for (const table of CHECKED_TABLES) rewriteChecks(db, table);
  const last = db
    .prepare<[], { seq: number; digest: string }>(
      'SELECT seq, digest FROM tick ORDER BY seq DESC LIMIT 1',
    )
    .get() ?? { seq: 0, digest: CHAIN_START };
  setMeta(db, HEAD, `${String(last.seq)} ${last.digest}`);
}

/** Runs `work` with the right to write `path`; what goes wrong is STORAGE or BAD_RECORDING. */
function asWriter<T>(path: string, work: () => T): T {
  // A missing or foreign file is refused before a lock appears beside it.
  withRecording(path, () => undefined);
  try {
    const lock = lockRecording(path);
    try {
      return work();
    } finally {
      lock.release();
    }
  } catch (error) {
    throw storageFailure(path, error);
  }
}

/**
 * Replaces the labels of a finalised recording by what `edit` makes of them, and returns them.
 *
 * The edit is made in a copy, which takes the recording's place when it is complete; samples and
 * content digest stay as they are. Throws BAD_RECORDING where the recording cannot be read or is
 * damaged, STORAGE where it is not finalised or cannot be written.
 */
export function editLabels(
  path: string,
  edit: (labels: readonly Label[]) => readonly Label[],
): readonly Label[] {
  return asWriter(path, () => {
    const labels = withRecording(path, ({ db, singleFile }) => {
      const context = readMeta(db).get(CONTEXT);
      if (!singleFile || context === undefined) {
        const hint = 'if nothing records it any more, "podtape verify --finalise" completes it';
        throw new ToolError('STORAGE', `${path} is not finalised; ${hint}.`, { path });
      }
      if (context !== contextDigest(db)) {
        throw refusal(path, 'it is damaged; "podtape verify" names what');
      }
      return edit(readLabels(db));
    });
    const copy = createTemporary(path);
    try {
      copyFileSync(path, copy);
      const db = openForWriting(copy);
      try {
        db.pragma('journal_mode = MEMORY');
        db.pragma('synchronous = OFF');
        db.exec('BEGIN IMMEDIATE; DELETE FROM label');
        insertLabels(db, labels);
        addMissingChecks(db);
        writeMetaCheck(db);
        setMeta(db, CONTEXT, contextDigest(db));
        db.exec('COMMIT');
      } finally {
        db.close();
      }
      chmodSync(copy, statSync(path).mode & 0o777);
      syncFile(copy);
      moveIntoPlace(copy, path);
    } catch (error) {
      removeDatabase(copy);
      throw error;
    }
    return labels;
  });
}

/**
 * Completes a recording whose recorder was killed: one file, with its digest, as if it had ended
 * by itself after the last tick it told. Null: it was finalised already.
 *
 * Throws BAD_RECORDING where it cannot be read or is damaged, STORAGE where it is still being
 * recorded, open in another program, or cannot be written.
 */
export function finaliseRecording(path: string): Totals | null {
  return asWriter(path, () => {
    const { finalised, damagedTicks, problems } = verifyRecording(path);
    if (damagedTicks.length + problems.length > 0) {
      throw refusal(path, 'it is damaged; "podtape verify" names what');
    }
    if (finalised) return null;
    const db = openForWriting(path);
    try {
      db.pragma('synchronous = FULL');
      db.exec('BEGIN IMMEDIATE');
      addMissingChecks(db);
      const totals = writeTotals(db);
      db.exec('COMMIT');
      foldLog(path, db);
      return totals;
    } finally {
      db.close();
      syncFile(path);
      syncFolder(path);
    }
  });
}
