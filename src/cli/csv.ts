import { stringify } from 'csv-stringify/sync';

/** Rows of texts and numbers → CSV lines (RFC 4180), each with its line feed. */
export function csvLines(rows: readonly (readonly (string | number)[])[]): string {
  return stringify(rows as (string | number)[][]);
}
