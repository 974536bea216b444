// The binary range coder of LZMA (Pavlov): adaptive, integer arithmetic alone, so that the same
// input gives the same bytes on every machine and engine, which a platform's deflate does not.

const PRECISION = 11;
const HALF = 1 << (PRECISION - 1);
const TOP = 1 << 24;
/** How fast a probability follows what it sees: 1/2^RATE of the distance a bit. */
const RATE = 5;

/** Fresh probabilities for `count` kinds of bits: each as likely 0 as 1. */
export function evenOdds(count: number): Uint16Array {
  return new Uint16Array(count).fill(HALF);
}

/** Writes bits, each with a probability that adapts; `finish` gives the bytes. */
export class RangeEncoder {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #low = 0;
  #range = 0xffffffff;
  #cache = 0;
  #pending = 1;

  /** Writes one bit under the probability `odds[at]`. */
  bit(odds: Uint16Array, at: number, bit: number): void {
    const p = odds[at]!;
    const bound = (this.#range >>> PRECISION) * p;
    if (bit === 0) {
      this.#range = bound;
      odds[at] = p + (((1 << PRECISION) - p) >> RATE);
    } else {
      this.#low += bound;
      this.#range -= bound;
      odds[at] = p - (p >> RATE);
    }
    while (this.#range < TOP) {
      this.#range = (this.#range << 8) >>> 0;
      this.#shift();
    }
  }

  /** Writes the lowest `count` bits of a number as they are, high bit first. */
  plain(value: number, count: number): void {
    for (let b = count - 1; b >= 0; b -= 1) {
      this.#range = this.#range >>> 1;
      if (((value >>> b) & 1) === 1) this.#low += this.#range;
      while (this.#range < TOP) {
        this.#range = (this.#range << 8) >>> 0;
        this.#shift();
      }
    }
  }

  /** All bytes; nothing may be written after. */
  finish(): Uint8Array {
    for (let i = 0; i < 5; i += 1) this.#shift();
    return this.#bytes.slice(0, this.#length);
  }

  #put(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const longer = new Uint8Array(this.#length * 2);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #shift(): void {
    // A byte is final only once no carry can reach it any more.
    if (this.#low < 0xff000000 || this.#low > 0xffffffff) {
      const carry = this.#low > 0xffffffff ? 1 : 0;
      let byte = this.#cache;
      do {
        this.#put((byte + carry) & 0xff);
        byte = 0xff;
        this.#pending -= 1;
      } while (this.#pending > 0);
      this.#cache = (this.#low >>> 24) & 0xff;
    }
    this.#pending += 1;
    this.#low = (this.#low % TOP) * 256;
  }
}

/** Reads what a `RangeEncoder` wrote, asked in the same order with the same kinds of bits. */
export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at = 1;
  #range = 0xffffffff;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let i = 0; i < 4; i += 1) this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  bit(odds: Uint16Array, at: number): number {
    const p = odds[at]!;
    const bound = (this.#range >>> PRECISION) * p;
    let bit = 0;
    if (this.#code < bound) {
      this.#range = bound;
      odds[at] = p + (((1 << PRECISION) - p) >> RATE);
    } else {
      this.#code -= bound;
      this.#range -= bound;
      odds[at] = p - (p >> RATE);
      bit = 1;
    }
    this.#fill();
    return bit;
  }

  plain(count: number): number {
    let value = 0;
    for (let b = 0; b < count; b += 1) {
      this.#range = this.#range >>> 1;
      let bit = 0;
      if (this.#code >= this.#range) {
        this.#code -= this.#range;
        bit = 1;
      }
      value = value * 2 + bit;
      this.#fill();
    }
    return value;
  }

  #fill(): void {
    while (this.#range < TOP) {
      this.#range = (this.#range << 8) >>> 0;
      this.#code = ((this.#code << 8) | this.#next()) >>> 0;
    }
  }

  /** Past the end there are only zeros: a damaged text gives wrong numbers, never an endless loop. */
  #next(): number {
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }
}
