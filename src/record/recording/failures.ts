import Database from 'better-sqlite3';
import { ToolError } from '../../core/errors.ts';

const STORAGE_HINTS = new Map([
  ['SQLITE_FULL', 'the disk is full; free some space'],
  ['SQLITE_READONLY', 'it is read-only; choose another folder'],
  ['SQLITE_CANTOPEN', 'its folder is missing or not writable; choose another folder'],
  ['SQLITE_BUSY', 'another program holds it; close that first'],
  ['SQLITE_IOERR', 'the disk reported an error; check it'],
  ['ENOENT', 'its folder does not exist; create it first'],
  ['EACCES', 'permission is denied; choose another folder'],
  ['EROFS', 'the file system is read-only; choose another folder'],
  ['ENOSPC', 'the disk is full; free some space'],
  ['EEXIST', 'it exists already; use --force to overwrite it'],
  ['EISDIR', 'it is a folder; name a file'],
]);

function codeOf(error: unknown): string {
  if (error instanceof Database.SqliteError) return error.code;
  if (error instanceof Error && 'code' in error) return String(error.code);
  return '';
}

/** An error met while writing a recording, as STORAGE where the cause is outside the program. */
export function storageFailure(path: string, error: unknown): unknown {
  if (error instanceof ToolError) return error;
  const code = codeOf(error);
  const known = [...STORAGE_HINTS].find(([prefix]) => code.startsWith(prefix));
  if (known === undefined) return error;
  return new ToolError(
    'STORAGE',
    `Cannot write ${path}: ${known[1]} (${code}).`,
    { path, code },
    {
      cause: error,
    },
  );
}

/** An error met while reading a recording, as BAD_RECORDING where the file is the cause. */
export function damageFailure(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof ToolError || !code.startsWith('SQLITE_')) return error;
  const hint =
    code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')
      ? 'it is damaged or cut short; "podtape verify" tells what is left'
      : code.startsWith('SQLITE_CANTOPEN')
        ? 'it cannot be opened; a recording that was not finalised needs a writable folder'
        : 'SQLite cannot read it';
  return new ToolError(
    'BAD_RECORDING',
    `Cannot read ${path}: ${hint} (${code}).`,
    { path, code },
    {
      cause: error,
    },
  );
}
