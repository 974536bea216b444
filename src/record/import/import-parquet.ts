import { ToolError } from '../../core/errors.ts';
import type { Unit } from '../../core/series.ts';
import { CONTEXT_KEY, parseContext, type RunContext } from '../context-file.ts';
import { badInput } from './bad-input.ts';
import { type Layout, readHeader } from './header.ts';
import { type NumberColumn, numberColumns } from './number-columns.ts';
import { TimeReader, type TimeUnit } from './numbers.ts';
import { parquetPieces } from './parquet-process.ts';
import type { SampleSink } from './sample-sink.ts';
import { SeriesFinder } from './series-finder.ts';

export interface ParquetOptions {
  /** Times that are whole numbers or texts are epochs in this unit; null: texts are RFC 3339. */
  readonly timeUnit: TimeUnit | null;
  /** Metric and unit of a wide file's columns. */
  readonly metric: string;
  readonly unit?: Unit | null;
  readonly namespace: string;
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What one Parquet file held. */
export interface ParquetCounts {
  readonly rows: number;
  readonly notNumbers: number;
  /** What `export` wrote of the recording besides samples; null: another program's file. */
  readonly context: RunContext | null;
}

/** Columns of some rows, in the order of the file's columns. */
type Columns = readonly ArrayLike<unknown>[];

/** Reads the rows of a file into a sink. */
class RowReader {
  rows = 0;
  notNumbers = 0;
  readonly #path: string;
  readonly #names: readonly string[];
  readonly #layout: Layout;
  readonly #columns: readonly NumberColumn[];
  readonly #times: TimeReader;
  readonly #finder: SeriesFinder;
  readonly #sink: SampleSink;
  readonly #where = (): string => `${this.#path}: row ${String(this.rows)}`;

  constructor(path: string, names: readonly string[], options: ParquetOptions, sink: SampleSink) {
    const { metric, unit = null, namespace, timeUnit } = options;
    this.#path = path;
    this.#names = names;
    this.#layout = readHeader(names, names.includes('pod') ? 'long' : 'wide', path);
    this.#columns = numberColumns(this.#layout, { metric, unit });
    this.#times = new TimeReader(timeUnit, false);
    this.#sink = sink;
    const fixed = { namespace, pod: '' };
    this.#finder = new SeriesFinder(sink, this.#layout, this.#columns, fixed, (name) => name);
  }

  take(columns: Columns, rows: number): void {
    const times = columns[this.#layout.time]!;
    const { namespace, pod, container } = this.#layout;
    const texts = [namespace, pod, container].filter((at) => at !== -1);
    const cells = this.#names.map(() => '');
    for (let i = 0; i < rows; i += 1) {
      this.rows += 1;
      const t = this.#time(times[i]);
      for (const at of texts) cells[at] = this.#text(at, columns[at]![i]);
      const row = this.#finder.find(cells, t, this.#where);
      for (let c = 0; c < this.#columns.length; c += 1) {
        const value = this.#number(c, columns[this.#columns[c]!.at]![i]);
        if (Number.isNaN(value)) continue;
        this.#sink.add(row.ids[c]! || this.#finder.define(row, c, this.#where), t, value);
      }
    }
  }

  #time(cell: unknown): number {
    try {
      if (cell instanceof Date) return this.#times.read(cell.toISOString());
      const isNumber = typeof cell === 'number' || typeof cell === 'bigint';
      return this.#times.read(isNumber ? cell.toString() : typeof cell === 'string' ? cell : '');
    } catch (error) {
      if (!(error instanceof ToolError) && !(error instanceof RangeError)) throw error;
      const why = error instanceof ToolError ? String(error.details['why']) : error.message;
      throw badInput(
        this.#where(),
        `column "${this.#names[this.#layout.time]!}" is no time: ${why}`,
      );
    }
  }

  #text(at: number, cell: unknown): string {
    if (typeof cell === 'string') return cell;
    if (cell == null) return '';
    throw badInput(this.#where(), `column "${this.#names[at]!}" holds no text`);
  }

  /** NaN: there is no sample. */
  #number(c: number, cell: unknown): number {
    if (cell == null) return NaN;
    const { name, neverNegative } = this.#columns[c]!;
    const value = typeof cell === 'bigint' ? Number(cell) : cell;
    if (typeof value !== 'number')
      throw badInput(this.#where(), `column "${name}" holds no number`);
    if (!Number.isFinite(value)) {
      this.notNumbers += 1;
      return NaN;
    }
    if (typeof cell === 'bigint' && !Number.isSafeInteger(value)) {
      throw badInput(
        this.#where(),
        `column "${name}" holds ${String(cell)}, too large to be exact`,
      );
    }
    if (value < 0 && neverNegative) {
      throw badInput(
        this.#where(),
        `column "${name}" holds ${String(value)}, which cannot be negative`,
      );
    }
    return value;
  }
}

/**
 * Imports a Parquet file with the columns of a long or wide CSV, some rows at a time. Times are
 * timestamps, or what a CSV may have; null is a missing sample, NaN and infinities are left out.
 *
 * Throws BAD_INPUT naming file, row and column, and where the file cannot be read, in a time and a
 * memory that its size bounds; the reason of `signal`.
 */
export async function importParquet(
  path: string,
  options: ParquetOptions,
  sink: SampleSink,
): Promise<ParquetCounts> {
  let context: RunContext | null = null;
  let reader: RowReader | null = null;
  try {
    for await (const piece of parquetPieces(path, options.signal)) {
      if (piece.kind === 'rows') {
        reader?.take(piece.columns, piece.count);
        options.onBytes?.(piece.bytes);
        continue;
      }
      if (piece.context !== null) {
        context = parseContext(piece.context, `${path}: ${CONTEXT_KEY}`);
        sink.describe(context.series);
      }
      reader = new RowReader(path, piece.names, options, sink);
    }
  } catch (error) {
    if (error instanceof ToolError || options.signal?.aborted === true) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw badInput(path, `it cannot be read as Parquet (${why})`);
  }
  return { rows: reader?.rows ?? 0, notNumbers: reader?.notNumbers ?? 0, context };
}
