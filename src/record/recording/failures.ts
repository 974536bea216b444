import { ToolError } from '../../core/errors.ts';

/** A file holds something that no writer of ours wrote; the message says what and where. */
export class Damage extends Error {}

const FULL = /^(SQLITE_FULL|ENOSPC|EDQUOT|EFBIG)/;
const LOCKED = /^(SQLITE_BUSY|SQLITE_LOCKED)/;

const STORAGE_HINTS: readonly (readonly [RegExp, string])[] = [
  [FULL, 'the disk is full; free some space'],
  [/^(SQLITE_READONLY|EROFS)/, 'it is read-only; choose another folder'],
  [/^(EACCES|EPERM)/, 'permission is denied; choose another folder'],
  [/^SQLITE_CANTOPEN/, 'its folder is missing or not writable; choose another folder'],
  [/^(ENOENT|ENOTDIR)/, 'its folder does not exist; create it first'],
  [LOCKED, 'another program holds it; close that first'],
  [/^(SQLITE_IOERR|EIO)/, 'the disk reported an error; check it'],
  [/^(SQLITE_CORRUPT|SQLITE_NOTADB)/, 'it was damaged from outside; "podtape verify" names what'],
  [/^EEXIST/, 'it exists already; use --force to overwrite it'],
  [/^ENAMETOOLONG/, 'its name is too long; choose a shorter one'],
  [/^EISDIR/, 'it is a folder; name a file'],
];

/** The error's machine-readable code (`SQLITE_FULL`, `ENOSPC`); '' when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** An error met while writing a recording, as STORAGE where the cause is outside the program. */
export function storageFailure(path: string, error: unknown): unknown {
  if (error instanceof ToolError) return error;
  const code = errorCode(error);
  const hint = STORAGE_HINTS.find(([pattern]) => pattern.test(code))?.[1];
  if (hint === undefined) return error;
  const message = `Cannot write ${path}: ${hint} (${code}).`;
  return new ToolError('STORAGE', message, { path, code }, { cause: error });
}

/** The code of what a `storageFailure` was made of, or of any other error. */
function causeCode(error: unknown): string {
  return error instanceof ToolError ? String(error.details['code']) : errorCode(error);
}

/** Whether writing failed for want of space alone. */
export function isDiskFull(error: unknown): boolean {
  return FULL.test(causeCode(error));
}

/** Whether writing failed since another program has the file locked. */
export function isLocked(error: unknown): boolean {
  return LOCKED.test(causeCode(error));
}

/** The name of the file stands for another one now, or for none: what was written is lost. */
export class Moved extends ToolError {
  constructor(path: string) {
    const what = 'was deleted, renamed or replaced while it was written';
    super('STORAGE', `${path} ${what}; what follows cannot be kept.`, { path });
  }
}

/** A BAD_RECORDING error: `Cannot read <path>: <why>.` */
export function refusal(path: string, why: string, cause?: unknown): ToolError {
  return new ToolError('BAD_RECORDING', `Cannot read ${path}: ${why}.`, { path }, { cause });
}

/** An error met while reading a recording, as BAD_RECORDING where the file is the cause. */
export function damageFailure(path: string, error: unknown): unknown {
  if (error instanceof ToolError) return error;
  if (error instanceof Damage) {
    return refusal(path, `it is damaged (${error.message}); "podtape verify" tells more`, error);
  }
  const code = errorCode(error);
  if (/^(EACCES|EPERM)/.test(code)) return refusal(path, `permission is denied (${code})`, error);
  if (!code.startsWith('SQLITE_')) return error;
  if (/^SQLITE_(CANTOPEN|READONLY)/.test(code)) {
    const why = 'it was not finalised, which needs a writable folder; copy it and its -wal to one';
    return refusal(path, `${why} (${code})`, error);
  }
  if (LOCKED.test(code)) {
    return refusal(path, `another program holds it; try again (${code})`, error);
  }
  const why = 'it is damaged or cut short; "podtape salvage" saves what is left';
  return refusal(path, `${why} (${code})`, error);
}

/** Whether reading met damage; anything else is our own mistake. */
export function isDamage(error: unknown): error is Error {
  return error instanceof Damage || errorCode(error).startsWith('SQLITE_');
}
