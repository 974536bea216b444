import { type Column, table } from '../output.ts';
import { WIDTH } from '../wrapped.ts';

/** A table that keeps to the width, without some of its columns if need be: the first named first. */
export function fittingTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  dispensable: readonly string[],
): string {
  const text = table(columns, rows);
  const [next, ...others] = dispensable;
  if (next === undefined || text.split('\n').every((line) => line.length <= WIDTH)) return text;
  return fittingTable(
    columns.filter(({ title }) => title !== next),
    rows,
    others,
  );
}
