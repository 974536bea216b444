/** Reads what pack.ts wrote: base64 of deflated bytes, grouped by significance → doubles. */
export async function unpackDoubles(text: string, length: number): Promise<Float64Array> {
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const column = new Float64Array(length);
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < length; i += 1) {
    for (let b = 0; b < 8; b += 1) view.setUint8(b, bytes[b * length + i] ?? 0);
    column[i] = view.getFloat64(0, true);
  }
  return column;
}

/** Differences of positions → a column of 0s and 1s. */
export function unpackFlags(gaps: readonly number[], length: number): Uint8Array {
  const column = new Uint8Array(length);
  let at = 0;
  for (const gap of gaps) {
    at += gap;
    column[at] = 1;
  }
  return column;
}

/** Packed differences → ascending whole numbers. */
export async function unpackTimes(text: string, length: number): Promise<Float64Array> {
  const column = await unpackDoubles(text, length);
  for (let i = 1; i < length; i += 1) column[i] = (column[i] ?? 0) + (column[i - 1] ?? 0);
  return column;
}
