import { hash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';

/** What a cell holds. */
export type Cell = string | number | null;

/** Whether a value read from a damaged file can be a cell that was once written. */
export function isCell(value: unknown): value is Cell {
  return value === null || typeof value === 'string' || Number.isFinite(value);
}

/** Hex digits of one row's checksum: a wrong row passes once in 2^64. */
export const CHECK_LENGTH = 16;

/** A row's checksum: the first 16 hex digits of SHA-256 over canonical JSON of [table, …cells]. */
export function rowCheck(table: string, cells: readonly Cell[]): string {
  // In one call: 30,000 hash objects, which the collector takes late, are tens of megabytes.
  return hash('sha256', canonicalJson([table, ...cells]), 'hex').slice(0, CHECK_LENGTH);
}
