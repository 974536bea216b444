/**
 * How many entries of an ascending column, from `low` to before `high`, are below t; plus `low`: the
 * first position whose entry is not.
 */
export function countBelow(
  column: ArrayLike<number>,
  t: number,
  low = 0,
  high: number = column.length,
): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((column[middle] ?? Infinity) < t) from = middle + 1;
    else to = middle;
  }
  return from;
}
