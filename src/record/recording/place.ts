import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { errorCode } from './failures.ts';
import { lockRecording, type RecordingLock } from './lock.ts';

/** What SQLite may keep beside a database. */
const COMPANIONS = ['-wal', '-shm', '-journal'] as const;

/** An existing file that has been moved out of the way of a new one. */
export interface SetAside {
  /** Puts it back under its name. */
  readonly restore: () => void;
  /** Deletes it: the new one is complete. */
  readonly discard: () => void;
}

/**
 * Throws STORAGE when `path` is taken: by anything without `force`, by what is no plain file
 * even with it, or by a -wal that another recording left (SQLite would mix it into ours).
 */
export function checkFree(path: string, force: boolean): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !force) {
    throw new ToolError(
      'STORAGE',
      `${path} exists already; choose another name or overwrite it with --force.`,
      { path },
    );
  }
  if (there !== undefined && !there.isFile()) {
    throw new ToolError('STORAGE', `${path} is not a plain file; choose another name.`, { path });
  }
  const orphan = COMPANIONS.find((suffix) => existsSync(path + suffix));
  if (there === undefined && orphan !== undefined && orphan !== '-shm' && !force) {
    throw new ToolError(
      'STORAGE',
      `${path}${orphan} is left from another recording; move it away or use --force.`,
      { path },
    );
  }
}

/** Creates an empty file, mode 0600, that must not exist yet. */
export function createEmpty(path: string): void {
  closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600));
}

/** Creates an empty hidden file, mode 0600, in the folder of `path`, for work that may fail. */
export function createTemporary(path: string): string {
  for (let i = 0; ; i++) {
    const name = `.${basename(path)}.${String(process.pid)}-${String(i)}.partial`;
    const candidate = join(dirname(path), name);
    try {
      createEmpty(candidate);
      return candidate;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** Moves a recording and what SQLite keeps beside it to `<path>.replaced`, or the next free name. */
export function setAside(path: string): SetAside {
  let target = `${path}.replaced`;
  for (let i = 2; existsSync(target) || existsSync(`${target}-wal`); i++) {
    target = `${path}.replaced-${String(i)}`;
  }
  const moved: string[] = [];
  // Companions first: should we be killed in between, no -wal is left for the next recording.
  for (const suffix of [...COMPANIONS, '']) {
    if (!existsSync(path + suffix)) continue;
    renameSync(path + suffix, target + suffix);
    moved.push(suffix);
  }
  return {
    restore() {
      for (const suffix of moved) renameSync(target + suffix, path + suffix);
    },
    discard() {
      for (const suffix of moved) rmSync(target + suffix, { force: true });
    },
  };
}

/** Deletes a database file and what SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', ...COMPANIONS]) rmSync(path + suffix, { force: true });
}

/** Gives a finished temporary file its name; what was there before is gone only afterwards. */
export function moveIntoPlace(temporary: string, path: string): void {
  const hasCompanions = COMPANIONS.some((suffix) => existsSync(path + suffix));
  if (hasCompanions) {
    const old = setAside(path);
    renameSync(temporary, path);
    syncFolder(path);
    old.discard();
    return;
  }
  renameSync(temporary, path);
  syncFolder(path);
}

/** Flushes a file to the disk. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Flushes the folder that holds `path`, so that its name survives a power cut. */
export function syncFolder(path: string): void {
  syncFile(dirname(path));
}

/** Where a new recording is written, and how it gets its name. */
export interface Place {
  /** Whether the file has its final name from the start. */
  readonly live: boolean;
  /** The file to write. */
  readonly file: string;
  /** The recording is closed and complete: flush it, name it, delete what it replaces. */
  readonly complete: () => void;
  /** The recording is closed and not wanted: as if nothing had been. */
  readonly giveUp: () => void;
  /** The recording is closed, not complete, but holds what must not be lost. */
  readonly leave: () => void;
}

/**
 * Takes the place for a new recording: the final name itself (`live`) or a temporary one in the
 * same folder (`atomic`). Throws STORAGE or what the file system threw.
 */
export function takePlace(path: string, mode: 'live' | 'atomic', force: boolean): Place {
  checkFree(path, force);
  accessSync(dirname(path), constants.W_OK);
  const lock = lockRecording(path);
  try {
    return mode === 'live' ? livePlace(path, lock) : atomicPlace(path, force, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function livePlace(path: string, lock: RecordingLock): Place {
  const old = setAside(path);
  try {
    createEmpty(path);
    syncFolder(path);
  } catch (error) {
    old.restore();
    throw error;
  }
  return {
    live: true,
    file: path,
    complete() {
      syncFile(path);
      syncFolder(path);
      old.discard();
      lock.release();
    },
    giveUp() {
      removeDatabase(path);
      old.restore();
      lock.release();
    },
    leave() {
      lock.release();
    },
  };
}

/** The place of a live recording that is gone on with; whatever happens, its file stays. */
export function resumedPlace(path: string, lock: RecordingLock): Place {
  return {
    live: true,
    file: path,
    complete() {
      syncFile(path);
      syncFolder(path);
      lock.release();
    },
    giveUp: lock.release,
    leave: lock.release,
  };
}

function atomicPlace(path: string, force: boolean, lock: RecordingLock): Place {
  const file = createTemporary(path);
  const giveUp = () => {
    removeDatabase(file);
    lock.release();
  };
  return {
    live: false,
    file,
    complete() {
      syncFile(file);
      // Somebody may have put a file there meanwhile.
      checkFree(path, force);
      moveIntoPlace(file, path);
      lock.release();
    },
    giveUp,
    leave: giveUp,
  };
}
