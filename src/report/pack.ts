import { deflateRawSync } from 'node:zlib';

/**
 * A column of doubles → base64 of its deflated bytes, exactly. Bytes of equal significance stand
 * together (all first bytes, then all second …), since they resemble one another.
 */
export function packDoubles(column: Float64Array): string {
  const bytes = new Uint8Array(column.length * 8);
  const view = new DataView(new ArrayBuffer(8));
  column.forEach((value, i) => {
    view.setFloat64(0, value, true);
    for (let b = 0; b < 8; b += 1) bytes[b * column.length + i] = view.getUint8(b);
  });
  return deflateRawSync(bytes, { level: 9 }).toString('base64');
}

/** A column of 0s and 1s → the positions of its 1s, as differences. */
export function packFlags(column: Uint8Array): number[] {
  const gaps: number[] = [];
  let last = 0;
  column.forEach((flag, i) => {
    if (flag !== 1) return;
    gaps.push(i - last);
    last = i;
  });
  return gaps;
}

/** Ascending whole numbers → their differences, packed: regular times take next to no room. */
export function packTimes(column: Float64Array): string {
  return packDoubles(column.map((t, i) => (i === 0 ? t : t - column[i - 1]!)));
}
