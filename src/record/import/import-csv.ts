import { basename, dirname } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { SeriesKind } from '../../core/series.ts';
import { streamCsv } from './csv-stream.ts';
import { type CsvFormat, isName, type Layout, readHeader } from './header.ts';
import { parseDecimal, TimeReader, type TimeUnit } from './numbers.ts';
import type { SampleSink } from './sample-sink.ts';

export interface CsvImportOptions {
  /** null: told by the header. */
  readonly format: CsvFormat | null;
  readonly delimiter: string;
  /** Times are epochs in this unit; null: RFC 3339 with a zone (NAB: UTC without). */
  readonly timeUnit: TimeUnit | null;
  /** Metric of a wide file's columns. */
  readonly metric: string;
  /** Namespace of a wide file's columns. */
  readonly namespace: string;
  readonly onBytes?: (bytes: number) => void;
}

/** Columns of a long file that are usage; all others are signals. */
const USAGE = new Map([
  ['cpu_cores', 'cpu'],
  ['memory_bytes', 'memory'],
  ['value', 'value'],
]);

interface NumberColumn {
  readonly at: number;
  readonly name: string;
  readonly metric: string;
  readonly kind: SeriesKind;
}

function numberColumns({ format, numbers }: Layout, metric: string): NumberColumn[] {
  return numbers.map(({ at, name }) => {
    if (format === 'nab') return { at, name, metric: 'value', kind: 'usage' };
    if (format === 'wide') return { at, name, metric, kind: 'usage' };
    const usage = USAGE.get(name);
    return usage === undefined
      ? { at, name, metric: name, kind: 'signal' }
      : { at, name, metric: usage, kind: 'usage' };
  });
}

/** The map under a key, made on first use. */
function inner<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const found = map.get(key) ?? new Map<string, V>();
  map.set(key, found);
  return found;
}

/** Ids of the series that one row feeds, found by the row's names. */
class SeriesFinder {
  readonly #sink: SampleSink;
  readonly #layout: Layout;
  readonly #columns: readonly NumberColumn[];
  readonly #fixed: { readonly namespace: string; readonly pod: string };
  readonly #ids = new Map<string, Map<string, Map<string, Int32Array>>>();

  constructor(
    sink: SampleSink,
    layout: Layout,
    columns: readonly NumberColumn[],
    fixed: { readonly namespace: string; readonly pod: string },
  ) {
    this.#sink = sink;
    this.#layout = layout;
    this.#columns = columns;
    this.#fixed = fixed;
  }

  /** Ids by number column, 0 where not yet defined; `names` are checked once for a new row key. */
  find(cells: readonly string[], where: () => string): Int32Array {
    const { namespace: n, pod: p, container: c } = this.#layout;
    const namespace = n === -1 ? this.#fixed.namespace : (cells[n] ?? '');
    const pod = p === -1 ? this.#fixed.pod : (cells[p] ?? '');
    const container = c === -1 ? '' : (cells[c] ?? '');
    const containers = inner(inner(this.#ids, namespace), pod);
    let ids = containers.get(container);
    if (ids === undefined) {
      if (![namespace, pod, container].every(isName)) {
        const why = 'a name holds control characters or is over 253 letters long';
        throw new ToolError('BAD_INPUT', `${where()}: ${why}.`);
      }
      containers.set(container, (ids = new Int32Array(this.#columns.length)));
    }
    return ids;
  }

  define(cells: readonly string[], column: NumberColumn, where: () => string): number {
    const { format, namespace: n, pod: p, container: c } = this.#layout;
    const pod = p === -1 ? this.#fixed.pod : (cells[p] ?? '');
    if (format === 'long' && column.kind === 'usage' && pod === '') {
      const why = `column "pod" is empty beside a value of "${column.name}"`;
      throw new ToolError('BAD_INPUT', `${where()}: ${why}; name the pod.`);
    }
    const key = {
      namespace: n === -1 ? this.#fixed.namespace : (cells[n] ?? ''),
      pod: format === 'wide' ? column.name : pod,
      container: c === -1 ? '' : (cells[c] ?? ''),
      metric: column.metric,
    };
    return this.#sink.define(key, column.kind);
  }
}

/**
 * Imports one CSV file, streaming. Returns the number of rows.
 *
 * An empty cell is a missing sample. Throws BAD_INPUT naming file, line and column for everything
 * that is not a time, a number or a name.
 */
export async function importCsv(
  path: string,
  options: CsvImportOptions,
  sink: SampleSink,
): Promise<number> {
  let rows = 0;
  let columns: readonly NumberColumn[] = [];
  let layout: Layout | null = null;
  let finder: SeriesFinder | null = null;
  let times = new TimeReader(null, false);
  const { delimiter, onBytes } = options;
  const csv = onBytes === undefined ? { delimiter } : { delimiter, onBytes };
  await streamCsv(path, csv, (cells, line) => {
    const where = (): string => `${path}:${String(line)}`;
    if (layout === null || finder === null) {
      layout = readHeader(cells, options.format, where());
      columns = numberColumns(layout, options.metric);
      times = new TimeReader(options.timeUnit, layout.format === 'nab');
      const fixed =
        layout.format === 'nab'
          ? { namespace: basename(dirname(path)), pod: basename(path).replace(/\.csv$/i, '') }
          : { namespace: options.namespace, pod: '' };
      finder = new SeriesFinder(sink, layout, columns, fixed);
      return;
    }
    rows += 1;
    const t = readTime(times, cells[layout.time] ?? '', where);
    const ids = finder.find(cells, where);
    for (let i = 0; i < columns.length; i += 1) {
      const column = columns[i]!;
      const text = cells[column.at] ?? '';
      if (text === '') continue;
      const value = parseDecimal(text);
      if (value === null || (value < 0 && column.kind === 'usage' && column.metric !== 'value')) {
        throw badNumber(where(), column.name, text);
      }
      let id = ids[i]!;
      if (id === 0) {
        id = finder.define(cells, column, where);
        ids[i] = id;
      }
      sink.add(id, t, value);
    }
  });
  return rows;
}

function badNumber(where: string, column: string, text: string): ToolError {
  return new ToolError(
    'BAD_INPUT',
    `${where}: column "${column}" holds ${JSON.stringify(text.slice(0, 60))}, which is no number ` +
      'a sample can have; write plain decimals and leave missing ones empty.',
    { where, column },
  );
}

function readTime(times: TimeReader, text: string, where: () => string): number {
  try {
    const t = times.read(text);
    if (t !== null) return t;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError('BAD_INPUT', `${where()}: ${error.message} (epochs: --time-unit s|ms)`, {});
  }
  const cell = JSON.stringify(text.slice(0, 60));
  throw new ToolError('BAD_INPUT', `${where()}: ${cell} is no epoch of that --time-unit.`);
}
