/** Seeded source of chance. The same seed and name give the same numbers on every machine. */
export interface Rng {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  next(): number;
  /** Uniform integer in [0, n), 1 ≤ n ≤ 2^32. */
  below(n: number): number;
}

function splitmix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

/** FNV-1a, 32 bits, over UTF-16 code units: turns a stream's name into seed bits. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * A named substream of a seed, so that no two users of chance share "the next number".
 *
 * Generator: xoshiro128** (Blackman and Vigna, 2018), state filled by splitmix32 from the seed
 * and the name's hash. `seed` is any integer in [0, 2^32).
 */
export function rngFor(seed: number, name: string): Rng {
  const fill = splitmix32((seed ^ hashName(name)) >>> 0);
  let a = fill();
  let b = fill();
  let c = fill();
  let d = fill() | 1;
  const nextBits = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return {
    next: () => nextBits() / 4294967296,
    below: (n) => Math.floor((nextBits() / 4294967296) * n),
  };
}
