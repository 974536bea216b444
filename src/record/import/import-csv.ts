import { basename, dirname, resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { Unit } from '../../core/series.ts';
import { plainName } from '../formula-safe.ts';
import { badInput, shown } from './bad-input.ts';
import { streamCsv } from './csv-stream.ts';
import { type CsvFormat, type Layout, readHeader } from './header.ts';
import { type NumberColumn, numberColumns } from './number-columns.ts';
import { parseDecimal, TimeReader, type TimeUnit } from './numbers.ts';
import type { SampleSink } from './sample-sink.ts';
import { SeriesFinder } from './series-finder.ts';

export interface CsvImportOptions {
  /** null: told by the header. */
  readonly format: CsvFormat | null;
  /** One character. */
  readonly delimiter: string;
  /** Times are epochs in this unit; null: RFC 3339 with a zone (NAB: UTC without). */
  readonly timeUnit: TimeUnit | null;
  /** Metric of a wide file's columns. */
  readonly metric: string;
  /** Unit of a wide file's columns; null: told by the metric. */
  readonly unit?: Unit | null;
  /** Namespace where no column has it; a NAB file's is its folder's name if this is ''. */
  readonly namespace: string;
  /** Hears how many bytes of the file have been read. */
  readonly onBytes?: (bytes: number) => void;
}

/** What one CSV file held. */
export interface CsvCounts {
  readonly rows: number;
  readonly format: CsvFormat;
}

/** The names that NAB's folders give a file: its category and its own. */
function nabNames(path: string): { readonly namespace: string; readonly pod: string } {
  const full = resolve(path);
  return { namespace: basename(dirname(full)), pod: basename(full).replace(/\.csv$/i, '') };
}

/** Reads the rows below one header. */
class RowReader {
  readonly layout: Layout;
  rows = 0;
  readonly #path: string;
  readonly #columns: readonly NumberColumn[];
  readonly #timeName: string;
  readonly #times: TimeReader;
  readonly #finder: SeriesFinder;
  readonly #sink: SampleSink;
  #line = 0;
  readonly #where = (): string => `${this.#path}:${String(this.#line)}`;

  constructor(
    path: string,
    header: readonly string[],
    line: number,
    options: CsvImportOptions,
    sink: SampleSink,
  ) {
    this.#path = path;
    this.#line = line;
    this.#sink = sink;
    const names = header.map(plainName);
    this.layout = readHeader(names, options.format, this.#where());
    const { metric, unit = null, namespace, timeUnit } = options;
    this.#columns = numberColumns(this.layout, { metric, unit });
    this.#timeName = names[this.layout.time]!;
    const isNab = this.layout.format === 'nab';
    this.#times = new TimeReader(timeUnit, isNab);
    const nab = isNab ? nabNames(path) : { namespace: '', pod: '' };
    const fixed = namespace === '' ? nab : { ...nab, namespace };
    this.#finder = new SeriesFinder(sink, this.layout, this.#columns, fixed, plainName);
  }

  take(cells: readonly string[], line: number): void {
    this.#line = line;
    this.rows += 1;
    const columns = this.#columns;
    const t = this.#time(cells[this.layout.time]!);
    const row = this.#finder.find(cells, t, this.#where);
    for (let i = 0; i < columns.length; i += 1) {
      const text = cells[columns[i]!.at]!;
      if (text === '') continue;
      const value = parseDecimal(text);
      if (value === null || (value < 0 && columns[i]!.neverNegative)) {
        throw this.#badNumber(columns[i]!, text, value);
      }
      const id = row.ids[i]! || this.#finder.define(row, i, this.#where);
      this.#sink.add(id, t, value);
    }
  }

  #badNumber({ name }: NumberColumn, text: string, value: number | null): ToolError {
    const why =
      value === null
        ? 'which is no number a sample can have; write plain decimals, leave missing ones empty'
        : 'but no reading of it can be negative; leave missing ones empty';
    return badInput(this.#where(), `column "${name}" holds ${shown(text)}, ${why}`);
  }

  #time(text: string): number {
    try {
      return this.#times.read(text);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      const why = String(error.details['why']);
      const what = `column "${this.#timeName}" holds ${shown(text)}, which is no time: ${why}`;
      throw badInput(this.#where(), what);
    }
  }
}

/**
 * Imports one CSV file, streaming.
 *
 * An empty cell is a missing sample. Throws BAD_INPUT naming file, line and column for everything
 * that is not a time, a number or a name; NO_DATA for a file without a header.
 */
export async function importCsv(
  path: string,
  options: CsvImportOptions,
  sink: SampleSink,
): Promise<CsvCounts> {
  const { delimiter, onBytes = () => undefined } = options;
  let reader: RowReader | null = null as RowReader | null;
  await streamCsv(path, { delimiter, onBytes }, (cells, line) => {
    if (reader === null) reader = new RowReader(path, cells, line, options, sink);
    else reader.take(cells, line);
  });
  if (reader === null) {
    throw new ToolError('NO_DATA', `${path} is empty; nothing was written.`, { path });
  }
  return { rows: reader.rows, format: reader.layout.format };
}
