import { packSymbols, unpackSymbols } from './codec/symbols.ts';
import { type PackedTimes, packTimes, unpackTimes } from './codec/times.ts';
import { drawnPositions } from './decimate.ts';

/** A column to be drawn. `gaps[i]` is 1 where a gap lies before i. */
export interface LineInput {
  readonly values: Float64Array;
  readonly gaps: Uint8Array;
  /** Positions that must be drawn. */
  readonly keep: readonly number[];
}

/** Drawn lines, packed; see `packLines`. */
export interface PackedLines {
  readonly bits: number;
  /** For each line: points, lowest and greatest value, and whether these are all its samples. */
  readonly lines: readonly (readonly [count: number, low: number, high: number, whole: 0 | 1])[];
  readonly values: string;
  /** Of the lines that are not whole, one after another. */
  readonly positions: PackedTimes;
}

/** A drawn line: positions in its series' samples, and values (NaN: none). */
export interface DrawnLine {
  readonly positions: Float64Array;
  readonly values: Float64Array;
}

/** Up to this many points in all, values keep 16 bits instead of 12. */
const FINE_POINTS = 60_000;

/**
 * Columns → lines of at most `mostPoints` points in all, about evenly shared, never fewer than
 * `fewestEach` for one: whole where they are short enough, else least and greatest of every bucket.
 *
 * For drawing only: values are rounded to a 4095th (65535th, if few) of their line's range.
 */
export function packLines(
  columns: readonly LineInput[],
  mostPoints: number,
  fewestEach: number,
): PackedLines {
  const each = Math.max(fewestEach, Math.floor(mostPoints / Math.max(1, columns.length)));
  const chosen = columns.map(({ values, gaps, keep }) =>
    drawnPositions(values, gaps, Math.floor(each / 2), keep),
  );
  const points = chosen.reduce((sum, { length }) => sum + length, 0);
  const bits = points <= FINE_POINTS ? 16 : 12;
  const top = (1 << bits) - 2;
  const symbols = new Uint16Array(points);
  const positions: number[] = [];
  let at = 0;
  let base = 0;
  const lines = columns.map(({ values }, c): [number, number, number, 0 | 1] => {
    const own = chosen[c] ?? [];
    let low = Infinity;
    let high = -Infinity;
    for (const i of own) {
      const v = values[i]!;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    const range = high - low;
    for (const i of own) {
      const v = values[i]!;
      const share = range > 0 ? (v - low) / range : 0;
      symbols[at] = Number.isNaN(v) ? 0 : 1 + Math.round(share * top);
      at += 1;
    }
    const isWhole = own.length === values.length;
    // Positions of one line after another ascend when each begins where the one before ended.
    if (!isWhole) for (const i of own) positions.push(base + i);
    if (!isWhole) base += values.length;
    return low <= high
      ? [own.length, low, high, isWhole ? 1 : 0]
      : [own.length, 0, 0, isWhole ? 1 : 0];
  });
  return { bits, lines, values: packSymbols(symbols, bits), positions: packTimes(positions) };
}

/** Reads what `packLines` wrote; `lengths` are those of the columns it was given. */
export function unpackLines(packed: PackedLines, lengths: readonly number[]): DrawnLine[] {
  const { bits, lines } = packed;
  const points = lines.reduce((sum, [count]) => sum + count, 0);
  const symbols = unpackSymbols(packed.values, points, bits);
  const positions = unpackTimes(packed.positions);
  const top = (1 << bits) - 2;
  let at = 0;
  let place = 0;
  let base = 0;
  return lines.map(([count, low, high, whole], l) => {
    const values = Float64Array.from(symbols.subarray(at, at + count), (symbol) =>
      symbol === 0 ? NaN : low + ((symbol - 1) / top) * (high - low),
    );
    at += count;
    if (whole === 1) return { positions: Float64Array.from(values, (_, i) => i), values };
    const own = positions.subarray(place, place + count).map((i) => i - base);
    place += count;
    base += lengths[l] ?? 0;
    return { positions: own, values };
  });
}
