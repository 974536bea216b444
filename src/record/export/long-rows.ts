import { ToolError } from '../../core/errors.ts';
import { mergeByTime } from '../../core/merge-by-time.ts';
import type { SeriesColumns, SeriesKey } from '../../core/series.ts';
import { columnFault } from '../import/header.ts';
import { columnOf, metricOf } from '../import/number-columns.ts';

/** The names that rows of one container (or of what a signal is of) carry. */
export type RowNames = Pick<SeriesKey, 'namespace' | 'pod' | 'container'>;

/** Samples as a table of one row for each container and time, which `import` calls long. */
export interface LongTable {
  /** Names of the columns of numbers. */
  readonly columns: readonly string[];
  /** Who the rows are of. */
  readonly owners: readonly RowNames[];
  /**
   * Visits the rows by time, then owner. `values` has a number for each column, NaN: missing; it
   * is lent, not given.
   */
  readonly eachRow: (visit: (t: number, owner: number, values: Float64Array) => void) => void;
}

const FIRST_COLUMNS = ['cpu_cores', 'memory_bytes', 'value'];
const NAMES = new Set(['timestamp', 'namespace', 'pod', 'container']);

/** The columns, known ones first, others by name. Throws BAD_INPUT on one that cannot be read back. */
function columnsFor(series: readonly SeriesColumns[]): readonly string[] {
  const metrics = new Set(series.map((one) => one.series.metric));
  for (const metric of metrics) {
    const name = columnOf(metric);
    const isTaken = NAMES.has(name) || metricOf(name) !== metric;
    const fault = isTaken ? 'would be taken for another one' : columnFault(name);
    if (fault === '') continue;
    const message = `The metric ${JSON.stringify(metric)} as a column ${fault}; try --format openmetrics.`;
    throw new ToolError('BAD_INPUT', message, { metric });
  }
  const names = [...metrics].map(columnOf).sort();
  const known = FIRST_COLUMNS.filter((name) => names.includes(name));
  return [...known, ...names.filter((name) => !known.includes(name))];
}

/** A recording's series, in `compareSeries` order, as a long table. Throws BAD_INPUT. */
export function longTable(series: readonly SeriesColumns[]): LongTable {
  const columns = columnsFor(series);
  const owners: RowNames[] = [];
  const ownerOf = series.map(({ series: { namespace, pod, container } }) => {
    const last = owners[owners.length - 1];
    const isSame =
      last?.namespace === namespace && last.pod === pod && last.container === container;
    if (!isSame) owners.push({ namespace, pod, container });
    return owners.length - 1;
  });
  const columnIndex = series.map((one) => columns.indexOf(columnOf(one.series.metric)));
  return {
    ...{ columns, owners },
    eachRow(visit) {
      const values = new Float64Array(columns.length).fill(NaN);
      let time = NaN;
      let owner = -1;
      // Series of one owner come one after another at every time.
      mergeByTime(series, (s, i) => {
        const t = series[s]!.times[i]!;
        if (t !== time || ownerOf[s] !== owner) {
          if (owner !== -1) visit(time, owner, values);
          values.fill(NaN);
          time = t;
          owner = ownerOf[s]!;
        }
        values[columnIndex[s]!] = series[s]!.values[i]!;
      });
      if (owner !== -1) visit(time, owner, values);
    },
  };
}
