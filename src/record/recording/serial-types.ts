/** Bytes of a number in a record, by its serial type; 7 is a float64, the others are whole. */
export const NUMBER_BYTES = Uint8Array.of(0, 1, 2, 3, 4, 6, 8, 8, 0, 0);

/**
 * The number of a serial type at a place in a page (https://www.sqlite.org/fileformat2.html,
 * section 2.1). Throws RangeError for other types, for whole numbers that a double does not hold,
 * and beyond the page.
 */
export function numberAt(view: DataView, type: number, at: number): number {
  switch (type) {
    case 1:
      return view.getInt8(at);
    case 2:
      return view.getInt16(at);
    case 3:
      return view.getInt8(at) * 65_536 + view.getUint16(at + 1);
    case 4:
      return view.getInt32(at);
    case 5:
      return view.getInt16(at) * 4_294_967_296 + view.getUint32(at + 2);
    case 6: {
      const whole = view.getInt32(at) * 4_294_967_296 + view.getUint32(at + 4);
      if (!Number.isSafeInteger(whole)) throw new RangeError('Too large for a double.');
      return whole;
    }
    case 7:
      return view.getFloat64(at);
    case 8:
      return 0;
    case 9:
      return 1;
    default:
      throw new RangeError('Not a number.');
  }
}
