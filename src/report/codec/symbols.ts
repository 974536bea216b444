import { fromBase64, toBase64 } from './base64.ts';
import { evenOdds, RangeDecoder, RangeEncoder } from './range-coder.ts';

/** So many high bits of a number are modelled; those below are kept as they are. */
const MODELLED = 8;
/** So many high bits of the number before choose the model. */
const CONTEXT = 4;

interface Shape {
  readonly high: number;
  readonly low: number;
  readonly contextShift: number;
}

function shapeOf(bits: number): Shape {
  const high = Math.min(bits, MODELLED);
  return { high, low: bits - high, contextShift: bits - Math.min(CONTEXT, bits) };
}

const oddsFor = ({ high }: Shape): Uint16Array => evenOdds((1 << CONTEXT) << high);

/**
 * Whole numbers in [0, 2^bits), bits ≤ 16 → base64 text near their entropy: a "zero" bit, then the
 * high bits down a binary tree chosen by the number before, then the low bits as they are.
 */
export function packSymbols(symbols: Iterable<number>, bits: number): string {
  const shape = shapeOf(bits);
  const tree = oddsFor(shape);
  const zero = evenOdds(4);
  const coder = new RangeEncoder();
  let previous = 0;
  let recentZeros = 0;
  for (const symbol of symbols) {
    const isZero = symbol === 0;
    coder.bit(zero, recentZeros, isZero ? 1 : 0);
    if (!isZero) {
      const base = (previous >>> shape.contextShift) << shape.high;
      const top = symbol >>> shape.low;
      let node = 1;
      for (let b = shape.high - 1; b >= 0; b -= 1) {
        const bit = (top >>> b) & 1;
        coder.bit(tree, base + node, bit);
        node = (node << 1) | bit;
      }
      if (shape.low > 0) coder.plain(symbol, shape.low);
    }
    recentZeros = ((recentZeros << 1) & 3) | (isZero ? 1 : 0);
    previous = symbol;
  }
  return toBase64(coder.finish());
}

/** Reads `count` numbers that `packSymbols` wrote with the same `bits`. */
export function unpackSymbols(text: string, count: number, bits: number): Uint16Array {
  const shape = shapeOf(bits);
  const tree = oddsFor(shape);
  const zero = evenOdds(4);
  const coder = new RangeDecoder(fromBase64(text));
  const symbols = new Uint16Array(count);
  let previous = 0;
  let recentZeros = 0;
  for (let i = 0; i < count; i += 1) {
    const isZero = coder.bit(zero, recentZeros) === 1;
    let symbol = 0;
    if (!isZero) {
      const base = (previous >>> shape.contextShift) << shape.high;
      let node = 1;
      for (let b = 0; b < shape.high; b += 1) node = (node << 1) | coder.bit(tree, base + node);
      symbol = node - (1 << shape.high);
      if (shape.low > 0) symbol = (symbol << shape.low) + coder.plain(shape.low);
    }
    symbols[i] = symbol;
    recentZeros = ((recentZeros << 1) & 3) | (isZero ? 1 : 0);
    previous = symbol;
  }
  return symbols;
}
