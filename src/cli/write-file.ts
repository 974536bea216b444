import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ToolError } from '../core/errors.ts';

/**
 * Refuses a path that cannot be written: one that exists, unless forced, or in a folder that does
 * not. Throws STORAGE.
 */
export function refuseExisting(path: string, force: boolean): void {
  if (!existsSync(dirname(path))) {
    const message = `Cannot write ${path}: there is no such folder; make it, or choose another.`;
    throw new ToolError('STORAGE', message, { path });
  }
  if (existsSync(path) && !force) {
    throw new ToolError(
      'STORAGE',
      `Cannot write ${path}: it exists already; use --force to overwrite it.`,
      { path },
    );
  }
}

/**
 * Writes a file under a temporary name beside its own, chunk by chunk, and renames it at the end:
 * nothing half-written ever has the final name. Throws STORAGE.
 */
export function writeWhole(
  path: string,
  force: boolean,
  produce: (write: (chunk: string | Uint8Array) => void) => void,
): void {
  refuseExisting(path, force);
  const temporary = join(dirname(path), `.${basename(path)}.partial-${String(process.pid)}`);
  let handle: number;
  try {
    handle = openSync(temporary, 'wx');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `Cannot write ${path}: ${why}; choose another folder.`;
    throw new ToolError('STORAGE', message, { path }, { cause: error });
  }
  try {
    let pending = '';
    const flush = (): void => {
      writeSync(handle, pending);
      pending = '';
    };
    produce((chunk) => {
      if (typeof chunk === 'string') pending += chunk;
      else {
        flush();
        writeSync(handle, chunk);
      }
      if (pending.length > 1 << 16) flush();
    });
    flush();
    fsyncSync(handle);
    closeSync(handle);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      const full = `Cannot write ${path}: the disk is full; free some space.`;
      throw new ToolError('STORAGE', full, { path }, { cause: error });
    }
    throw error;
  }
}
