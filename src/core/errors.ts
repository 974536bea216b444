/**
 * What can go wrong for a user, and the exit code that each kind ends with.
 *
 * 1 is our own bug (a plain Error), 130 and 143 are signals; neither is in this table.
 */
export const EXIT_CODES = {
  /** A flag, a setting or a value that cannot be used. */
  USAGE: 2,
  /** A text that is not a quantity, a time, a duration or a number. */
  BAD_VALUE: 2,
  /** An input file (CSV, labels, settings) that breaks its format. */
  BAD_INPUT: 2,
  /** The input holds nothing to work on. */
  NO_DATA: 2,
  /** A check that the user asked for did not hold. */
  CHECK_FAILED: 3,
  /** The cluster refuses or cannot be reached: no kubeconfig, TLS, 401, 403, 404, connection. */
  CLUSTER: 4,
  /** The recording is damaged, foreign, newer than us or missing. */
  BAD_RECORDING: 5,
  /** The disk is full, read-only or locked, or the file exists already. */
  STORAGE: 6,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

/**
 * An error that the user can act on. The message is one sentence: what was wrong, where
 * (file, line, series, time) and what to try. Tests assert `code`, never the wording.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}
