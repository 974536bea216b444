import { lstatSync, rmSync } from 'node:fs';
import { ToolError } from '../../core/errors.ts';
import { errorCode } from './failures.ts';
import { openSqlite } from './sqlite.ts';

/** Held while a recording is being written; `release` may be called twice. */
export interface RecordingLock {
  readonly release: () => void;
}

function inode(path: string): number | null {
  return lstatSync(path, { throwIfNoEntry: false })?.ino ?? null;
}

/**
 * Takes the right to write a recording, or throws STORAGE at once when another writer has it, in
 * this process or any other on this machine.
 *
 * The lock is SQLite's own lock on an empty file beside the recording: the operating system lets
 * go of it when the holder dies in any way, so it cannot go stale. A file left by a killed
 * writer means nothing and is taken over.
 */
export function lockRecording(path: string): RecordingLock {
  const lockPath = `${path}.lock`;
  for (;;) {
    const before = inode(lockPath);
    const db = openSqlite(lockPath, { timeout: 0 });
    try {
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      if (!errorCode(error).startsWith('SQLITE_BUSY')) throw error;
      throw new ToolError(
        'STORAGE',
        `Cannot write ${path}: another recorder is writing it; stop that or choose another file.`,
        { path },
        { cause: error },
      );
    }
    // The holder before us may have deleted the file between our open and our lock; our lock
    // would then be on a file without a name, which the next writer cannot see.
    if (before !== null && before === inode(lockPath)) {
      return {
        release() {
          if (!db.open) return;
          rmSync(lockPath, { force: true });
          db.close();
        },
      };
    }
    db.close();
  }
}
