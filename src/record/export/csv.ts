import { stringify } from 'csv-stringify/sync';
import type { SeriesColumns } from '../../core/series.ts';
import { formatTime } from '../../core/time.ts';
import { formulaSafe } from '../formula-safe.ts';
import { longTable } from './long-rows.ts';
import { numberText } from './number-text.ts';

/** One line of CSV without its line feed; what needs quotes has them. */
const csvLine = (names: readonly string[]): string =>
  stringify([names.map(formulaSafe)]).slice(0, -1);

/**
 * Writes samples as the long CSV that `import` reads: a row for each container and time, empty
 * where a sample is missing. Returns the number of rows.
 *
 * Names that a spreadsheet would run as a formula have an apostrophe before them (`formulaSafe`);
 * numbers stay as they are. Throws BAD_INPUT on a metric that cannot be a column.
 */
export function exportCsv(series: readonly SeriesColumns[], write: (text: string) => void): number {
  const { columns, owners, eachRow } = longTable(series);
  write(`${csvLine(['timestamp', 'namespace', 'pod', 'container', ...columns])}\n`);
  // Only names may need quotes, and they are the same in many rows.
  const names = owners.map(({ namespace, pod, container }) => csvLine([namespace, pod, container]));
  let rows = 0;
  let time = NaN;
  let timeText = '';
  eachRow((t, owner, values) => {
    if (t !== time) timeText = formatTime(t);
    time = t;
    let line = `${timeText},${names[owner]!}`;
    for (const value of values) line += Number.isNaN(value) ? ',' : `,${numberText(value)}`;
    write(`${line}\n`);
    rows += 1;
  });
  return rows;
}
