import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compareText } from '../../core/order.ts';
import { ToolError } from '../../core/errors.ts';
import type { Label } from '../../core/recording.ts';
import { parseLabels, parseNabWindows } from '../labels.ts';
import { overview } from '../recording/overview.ts';
import { createRecording } from '../recording/writer.ts';
import { type CsvImportOptions, importCsv } from './import-csv.ts';
import { mergeRecording } from './merge-recording.ts';
import { type ImportCounts, SampleSink } from './sample-sink.ts';

export interface ImportOptions extends CsvImportOptions {
  readonly output: string;
  readonly force: boolean;
  readonly labels: string | null;
  /** Hears which file is read, and the share of all bytes that has been. */
  readonly onFile?: (path: string) => void;
}

export interface ImportSummary extends ImportCounts {
  readonly files: number;
  readonly rows: number;
  readonly labels: number;
  readonly digest: string;
}

const unreadable = (path: string): ToolError =>
  new ToolError('BAD_INPUT', `There is no ${path}; check the path.`, { path });

/** Files as named, folders as all CSV files below them, in code-unit order. */
function expand(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw unreadable(path);
    if (!statSync(path).isDirectory()) return [path];
    const found = readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.csv$/i.test(name))
      .sort(compareText)
      .map((name) => join(path, name));
    if (found.length === 0) {
      throw new ToolError('NO_DATA', `There is no CSV file in ${path}.`, { path });
    }
    return found;
  });
}

function isRecording(path: string): boolean {
  const head = Buffer.alloc(16);
  const handle = openSync(path, 'r');
  try {
    readSync(handle, head);
  } finally {
    closeSync(handle);
  }
  return head.toString('latin1') === 'SQLite format 3\0';
}

/** The windows file that NAB keeps beside its data folder, if there is one. */
function nabWindowsNear(paths: readonly string[]): string | null {
  for (const path of paths) {
    const start = statSync(path).isDirectory() ? path : dirname(path);
    for (const folder of [start, dirname(start), dirname(dirname(start))]) {
      for (const name of [
        'windows.json',
        'combined_windows.json',
        'labels/combined_windows.json',
      ]) {
        const candidate = join(folder, name);
        if (existsSync(candidate)) return candidate;
      }
    }
  }
  return null;
}

function readLabelFile(path: string, isNab: boolean): Label[] {
  if (!existsSync(path)) throw unreadable(path);
  const text = readFileSync(path, 'utf8');
  return isNab ? parseNabWindows(text, path) : parseLabels(text, path);
}

/**
 * Imports files into one new recording: all of them or nothing.
 *
 * Throws BAD_INPUT (file, line, column), NO_DATA when no sample was found, STORAGE.
 */
export async function importFiles(
  paths: readonly string[],
  options: ImportOptions,
): Promise<ImportSummary> {
  const files = expand(paths);
  const isNab = options.format === 'nab';
  const labelFile = options.labels ?? (isNab ? nabWindowsNear(paths) : null);
  const labels = labelFile === null ? [] : readLabelFile(labelFile, isNab);
  const origin = files.length === 1 ? basename(files[0] ?? '') : `${String(files.length)} files`;
  // A recording that others are merged into stays what it is: its ticks tell its coverage.
  const recordings = files.filter(isRecording);
  const [only] = recordings;
  const base = only !== undefined && recordings.length === 1 ? overview(only).info : null;
  const writer = createRecording(
    options.output,
    base ?? { kind: 'imported', origin, intervalMs: null },
    { mode: 'atomic', force: options.force },
  );
  try {
    const sink = new SampleSink(writer);
    let rows = 0;
    let merged = 0;
    for (const path of files) {
      options.onFile?.(path);
      if (recordings.includes(path)) merged += mergeRecording(path, writer);
      else rows += await importCsv(path, options, sink);
      sink.flush();
    }
    const counts = { ...sink.counts, samples: sink.counts.samples + merged };
    if (counts.samples === 0) {
      throw new ToolError('NO_DATA', `There is no sample in ${origin}; nothing was written.`, {});
    }
    const known = isNab
      ? labels.filter((label) => files.some((path) => isOf(label, path)))
      : labels;
    writer.addLabels(known);
    const { digest } = writer.finalise();
    return { ...counts, files: files.length, rows, labels: known.length, digest };
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** Whether a NAB label is of this file. */
function isOf(label: Label, path: string): boolean {
  return (
    label.namespace === basename(dirname(path)) &&
    label.pod === basename(path).replace(/\.csv$/i, '')
  );
}
