/**
 * Visits every sample of several columns by time, then by column: `visit(column, index)`.
 *
 * One column is a plain loop; more are merged by a binary heap of their next samples.
 */
export function mergeByTime(
  columns: readonly { readonly times: Float64Array }[],
  visit: (column: number, index: number) => void,
): void {
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) {
    for (let i = 0; i < only.times.length; i += 1) visit(0, i);
    return;
  }
  const next = new Int32Array(columns.length);
  const due = Float64Array.from(columns, ({ times }) => times[0] ?? Infinity);
  const heap = Int32Array.from(columns, (_, c) => c).filter((c) => due[c]! < Infinity);
  let size = heap.length;
  const isBefore = (a: number, b: number): boolean =>
    due[a]! < due[b]! || (due[a] === due[b] && a < b);
  const sink = (from: number): void => {
    const column = heap[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, column)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = column;
  };
  for (let at = (size >>> 1) - 1; at >= 0; at -= 1) sink(at);
  while (size > 0) {
    const column = heap[0]!;
    const index = next[column]!;
    visit(column, index);
    const { times } = columns[column]!;
    next[column] = index + 1;
    if (index + 1 < times.length) {
      due[column] = times[index + 1]!;
    } else {
      size -= 1;
      heap[0] = heap[size]!;
    }
    if (size > 0) sink(0);
  }
}
