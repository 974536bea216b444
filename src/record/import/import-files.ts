import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Label } from '../../core/recording.ts';
import { contextPath, parseContext, type RunContext } from '../context-file.ts';
import { parseLabels } from '../labels.ts';
import { overview } from '../recording/overview.ts';
import { createRecording, type RecordingMeta } from '../recording/writer.ts';
import { badInput } from './bad-input.ts';
import type { FileKind } from './file-kind.ts';
import type { CsvFormat } from './header.ts';
import { type CsvImportOptions, importCsv } from './import-csv.ts';
import { importExposition } from './import-exposition.ts';
import { importKubectlTop } from './import-kubectl-top.ts';
import { importLoad } from './import-load.ts';
import { importParquet } from './import-parquet.ts';
import { importPrometheus } from './import-prometheus.ts';
import { type InputFile, inputFiles, nabWindowsNear } from './input-files.ts';
import { mergeRecording } from './merge-recording.ts';
import { type ImportCounts, SampleSink } from './sample-sink.ts';

export type ImportFormat = CsvFormat | Exclude<FileKind, 'recording' | 'csv'>;

export interface ImportOptions extends Omit<CsvImportOptions, 'onBytes' | 'format'> {
  /** null: told by the file. */
  readonly format: ImportFormat | null;
  /** Time of the first table of a `kubectl top` log, start of a load of hey; Unix ms. */
  readonly startMs?: number | null;
  /** Between tables of a `kubectl top` log; over which requests of a load are added up; ms. */
  readonly intervalMs?: number | null;
  /** Added to every time of a load. */
  readonly offsetMs?: number;
  readonly output: string;
  readonly force: boolean;
  /** Labels JSON or NAB windows; null: none, but those beside files in NAB's layout. */
  readonly labels: string | null;
  /** Hears how much of all files has been read. */
  readonly onBytes?: (done: number, total: number) => void;
  /** Ends the import with its reason, and without a trace. */
  readonly signal?: AbortSignal;
}

export interface ImportSummary extends ImportCounts {
  readonly files: number;
  readonly rows: number;
  /** Marks that `export` kept beside the files. */
  readonly marks: number;
  readonly labels: number;
  /** Labels, among those, of pods that the recording does not have. */
  readonly strayLabels: number;
  /** Values that were NaN or infinite, which Prometheus may have. */
  readonly notNumbers: number;
  /** Counters that began again, and so have no rate there. */
  readonly resets: number;
  /** Lines of metrics that nothing is made of, such as histograms. */
  readonly skipped: number;
  /** Files that are results of a load. */
  readonly loads: number;
  readonly digest: string;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw badInput(path, `it cannot be read (${code}); check the path`);
  }
}

const readLabels = (path: string): Label[] => parseLabels(readText(path), path);

/** What `export` kept beside a file, or null. */
function contextNear(path: string): RunContext | null {
  const near = contextPath(path);
  return existsSync(near) ? parseContext(readText(near), near) : null;
}

/** One recording that others are merged into stays what it is: its ticks tell its coverage. */
function metaOf(files: readonly InputFile[]): RecordingMeta {
  const [first, ...others] = files.filter(({ kind }) => kind === 'recording');
  if (first !== undefined && others.length === 0) return overview(first.path).info;
  const [file] = files;
  const origin =
    file !== undefined && files.length === 1
      ? basename(file.path)
      : `${String(files.length)} files`;
  return { kind: 'imported', origin, intervalMs: null };
}

/** What one file held; members that its format cannot have are absent. */
interface FileCounts {
  readonly rows: number;
  readonly notNumbers?: number;
  readonly resets?: number;
  readonly skipped?: number;
  readonly loads?: number;
  readonly format?: CsvFormat;
  /** What the file itself says besides samples. */
  readonly context?: RunContext | null;
}

type OneFileOptions = Omit<CsvImportOptions, 'format'> &
  Pick<ImportOptions, 'format' | 'startMs' | 'intervalMs' | 'offsetMs' | 'signal'>;

/** Imports a file that is no recording, by the format asked for or else its content's. */
async function importOne(
  { path, kind }: InputFile,
  options: OneFileOptions,
  sink: SampleSink,
): Promise<FileCounts> {
  const format = options.format ?? kind;
  switch (format) {
    case 'prometheus':
      return importPrometheus(path, options, sink);
    case 'parquet':
      return importParquet(path, options, sink);
    case 'openmetrics':
    case 'kubelet':
      return importExposition(path, format, options, sink);
    case 'kubectl-top':
      return importKubectlTop(path, options, sink);
    case 'k6-csv':
    case 'k6-json':
    case 'hey':
    case 'autocannon':
      return { ...(await importLoad(path, format, options, sink)), loads: 1 };
    case 'long':
    case 'wide':
    case 'nab':
      return importCsv(path, { ...options, format }, sink);
    case 'csv':
    case 'recording':
      return importCsv(path, { ...options, format: null }, sink);
  }
}

/**
 * Imports files into one new recording: all of them or nothing.
 *
 * Throws BAD_INPUT (file, line, column), BAD_RECORDING, NO_DATA when no sample was found, STORAGE,
 * and the reason of `signal`.
 */
export async function importFiles(
  paths: readonly string[],
  options: ImportOptions,
): Promise<ImportSummary> {
  const { output, force, onBytes, signal, format, ...rest } = options;
  const files = inputFiles(paths);
  const given = options.labels === null ? null : readLabels(options.labels);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const writer = createRecording(output, metaOf(files), { mode: 'atomic', force });
  try {
    const sink = new SampleSink(writer);
    const sums = { rows: 0, notNumbers: 0, resets: 0, skipped: 0, loads: 0 };
    const found = { labels: [] as Label[], marks: 0 };
    let before = 0;
    let hasNab = false;
    for (const file of files) {
      const start = before;
      const onBytesOfFile = (read: number): void => {
        signal?.throwIfAborted();
        onBytes?.(start + read, total);
      };
      if (file.kind === 'recording') mergeRecording(file.path, writer, sink);
      else {
        const near = contextNear(file.path);
        if (near !== null) sink.describe(near.series);
        const counts = await importOne(
          file,
          { ...rest, format, onBytes: onBytesOfFile, ...(signal && { signal }) },
          sink,
        );
        const context = near ?? counts.context ?? null;
        if (context !== null) {
          writer.addMarks(context.marks);
          for (const note of context.notes) writer.addNote(note);
          found.marks += context.marks.length;
          found.labels.push(...context.labels);
        }
        sums.rows += counts.rows;
        sums.notNumbers += counts.notNumbers ?? 0;
        sums.resets += counts.resets ?? 0;
        sums.skipped += counts.skipped ?? 0;
        sums.loads += counts.loads ?? 0;
        hasNab ||= counts.format === 'nab';
      }
      sink.flush();
      before += file.bytes;
    }
    const { counts } = sink;
    if (counts.samples === 0) {
      const names = files.map(({ path }) => path).join(', ');
      throw new ToolError('NO_DATA', `There is no sample in ${names}; nothing was written.`, {});
    }
    const near = given === null && hasNab ? nabWindowsNear(paths) : null;
    // The windows found nearby are those of all of NAB's files, not only of these.
    const nab = near === null ? [] : readLabels(near).filter((label) => sink.hasPod(label));
    const labels = given ?? [...found.labels, ...nab];
    writer.addLabels(labels);
    const strayLabels = labels.filter((label) => !sink.hasPod(label)).length;
    const { digest } = writer.finalise();
    const { length } = files;
    return {
      ...{ ...counts, ...sums, files: length },
      ...{ marks: found.marks, labels: labels.length, strayLabels, digest },
    };
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
