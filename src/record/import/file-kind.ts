import { closeSync, openSync, readSync } from 'node:fs';
import { badInput } from './bad-input.ts';
import type { ExpositionFormat } from './import-exposition.ts';
import { isTopHeader } from './import-kubectl-top.ts';
import type { LoadFormat } from './import-load.ts';

/** What a file is, as far as its beginning and end tell. */
export type FileKind =
  'recording' | 'csv' | 'parquet' | 'prometheus' | 'kubectl-top' | ExpositionFormat | LoadFormat;

const HEAD_BYTES = 4096;
const TAIL_BYTES = 16;

const FIRST_LINES: readonly (readonly [RegExp, FileKind])[] = [
  [/^metric_name,timestamp,metric_value,/, 'k6-csv'],
  [/^response-time,DNS\+dialup,/, 'hey'],
  [/^\{"(?:type|metric)":"[^"]*",.*"(?:type|metric|data)":/, 'k6-json'],
];
const EXPOSITION =
  /^(?:# (?:HELP|TYPE|UNIT) [a-zA-Z_:]|[a-zA-Z_:][a-zA-Z0-9_:]*(?:\{.*\})? +[-+0-9.NI]\S*(?: +\d|$))/;

function kindOfText(head: string, tail: string): FileKind {
  const text = head.replace(/^ï»¿/, '').trimStart();
  const lines = text.split(/\r?\n/);
  const [first = ''] = lines;
  const known = FIRST_LINES.find(([pattern]) => pattern.test(first));
  if (known !== undefined) return known[1];
  if (text.startsWith('{')) {
    return /"(?:latency|requests|throughput)":\s*\{/.test(text) ? 'autocannon' : 'prometheus';
  }
  if (lines.slice(0, 20).some((line) => isTopHeader(line.trim()))) return 'kubectl-top';
  if (!EXPOSITION.test(first)) return 'csv';
  return tail.trimEnd().endsWith('# EOF') ? 'openmetrics' : 'kubelet';
}

/** What a file is. Throws BAD_INPUT where it cannot be read. */
export function fileKind(path: string, bytes: number): FileKind {
  const head = Buffer.alloc(HEAD_BYTES);
  const tail = Buffer.alloc(TAIL_BYTES);
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw badInput(path, `it cannot be read (${code}); check its permissions`);
  }
  let read: number;
  try {
    read = readSync(handle, head);
    readSync(handle, tail, 0, TAIL_BYTES, Math.max(0, bytes - TAIL_BYTES));
  } finally {
    closeSync(handle);
  }
  const text = head.toString('latin1', 0, read);
  if (text.startsWith('SQLite format 3\0')) return 'recording';
  if (text.startsWith('PAR1')) return 'parquet';
  return kindOfText(text, tail.toString('latin1').replaceAll('\0', ''));
}
