import { packSymbols, unpackSymbols } from './symbols.ts';

/** A packed column of ascending whole numbers. */
export interface PackedTimes {
  readonly length: number;
  readonly first: number;
  /** What all differences are multiples of. */
  readonly unit: number;
  /** Symbols in `text`; see `packTimes`. */
  readonly count: number;
  readonly text: string;
}

function commonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/**
 * Ascending whole numbers (Unix ms, positions) → the change of their differences, in their common
 * unit, as zigzag bytes of seven bits each; regular columns become zeros. Exact.
 */
export function packTimes(times: ArrayLike<number>): PackedTimes {
  const first = times[0] ?? 0;
  let unit = 0;
  for (let i = 1; i < times.length; i += 1) unit = commonDivisor(times[i]! - times[i - 1]!, unit);
  if (unit === 0) unit = 1;
  const out: number[] = [];
  let lastStep = 0;
  for (let i = 1; i < times.length; i += 1) {
    const step = (times[i]! - times[i - 1]!) / unit;
    const change = step - lastStep;
    lastStep = step;
    let rest = change >= 0 ? change * 2 : -change * 2 - 1;
    while (rest >= 128) {
      out.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    out.push(rest);
  }
  return { length: times.length, first, unit, count: out.length, text: packSymbols(out, 8) };
}

/** What `packTimes` was given. */
export function unpackTimes({ length, first, unit, count, text }: PackedTimes): Float64Array {
  const symbols = unpackSymbols(text, count, 8);
  const times = new Float64Array(length);
  let at = 0;
  let step = 0;
  let t = first;
  for (let i = 0; i < length; i += 1) {
    if (i > 0) {
      let zigzag = 0;
      let scale = 1;
      for (;;) {
        const byte = symbols[at] ?? 0;
        at += 1;
        zigzag += (byte % 128) * scale;
        scale *= 128;
        if (byte < 128) break;
      }
      step += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      t += step * unit;
    }
    times[i] = t;
  }
  return times;
}
