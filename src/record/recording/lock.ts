import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ToolError } from '../../core/errors.ts';

/** Held while a recording is being written. */
export interface RecordingLock {
  release(): void;
}

/**
 * Takes the right to write a recording, or throws STORAGE at once when another program has it.
 *
 * The lock is SQLite's own lock on a file beside the recording: the operating system lets go of it
 * when the holder dies in any way, so it cannot go stale.
 */
export function lockRecording(path: string): RecordingLock {
  const lockPath = `${path}.lock`;
  const db = new Database(lockPath, { timeout: 0 });
  try {
    db.pragma('journal_mode = OFF');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      const busy = `Cannot write ${path}: another recorder is writing it; choose another file.`;
      throw new ToolError('STORAGE', busy, { path }, { cause: error });
    }
    throw error;
  }
  return {
    release() {
      rmSync(lockPath, { force: true });
      db.close();
    },
  };
}
