import { ToolError } from '../core/errors.ts';

/** Longest text that is looked at: the API's own numbers need about 20 characters. */
const MAX_LENGTH = 512;

const GRAMMAR = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

/** Decimal suffixes are powers of ten, here as exponents; binary ones powers of 1024. */
const DECIMAL = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

function bad(text: string, why: string): ToolError {
  return new ToolError(
    'BAD_VALUE',
    `Cannot read ${JSON.stringify(text.slice(0, 60))} as a quantity: ${why}; try 250m or 128Mi.`,
    { text: text.slice(0, 200) },
  );
}

/** numerator ÷ denominator, rounded away from zero as the API server's library does. */
function divideUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

/** Any quantity of the grammar → an integer count of 10^-scale units, by BigInt. */
function parseSlowly(text: string, scale: number): number {
  if (text.length > MAX_LENGTH) throw bad(text, 'it is too long');
  const match = GRAMMAR.exec(text);
  if (match === null) throw bad(text, 'it is not a number with an optional suffix');
  const [, sign, whole = '', decimals, bareDecimals = '', suffix = '', exponentText = '0'] = match;
  const fraction = decimals ?? bareDecimals;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return 0;
  const binary = BINARY.indexOf(suffix) + 1;
  const exponent =
    scale -
    fraction.length +
    Number(exponentText) +
    (binary === 0 ? (DECIMAL.get(suffix) ?? 0) : 0);
  // Bounds on the power of ten, so that a short text cannot ask for a number of a billion digits.
  if (digits.length + exponent > 17) throw bad(text, 'it is too large');
  let value: bigint;
  if (digits.length + exponent < -20) {
    value = 1n;
  } else {
    const scaled = BigInt(digits) * 1024n ** BigInt(binary);
    const power = 10n ** BigInt(Math.abs(exponent));
    value = exponent >= 0 ? scaled * power : divideUp(scaled, power);
  }
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw bad(text, 'it is too large');
  return sign === '-' ? -Number(value) : Number(value);
}

/** What one unit of each common suffix is, in nanocores. */
const NANOCORES = new Map([
  ['', 1e9],
  ['n', 1],
  ['u', 1e3],
  ['m', 1e6],
]);

/** What one unit of each common suffix is, in bytes. */
const BYTES = new Map([
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['Ki', 1024],
  ['Mi', 1024 * 1024],
  ['Gi', 1024 * 1024 * 1024],
]);

/**
 * Up to 15 plain digits and a suffix of `units` → the product. A product of two integers that
 * comes out below 2^53 is exact. Anything else: undefined.
 */
function parseFast(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const end = Math.min(text.length, 16);
  let value = 0;
  let i = 0;
  for (; i < end; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (i === 0 || i === 16) return undefined;
  const unit = units.get(text.slice(i));
  if (unit === undefined) return undefined;
  const product = value * unit;
  return product <= Number.MAX_SAFE_INTEGER ? product : undefined;
}

/**
 * A Kubernetes quantity of CPU → integer nanocores, exactly; a part of a nanocore is rounded
 * away from zero, as the API server does: "43481n" → 43481, "13m" → 13000000, "0.1n" → 1.
 *
 * Grammar: an optional sign, digits with an optional point on either side, then nothing, one of
 * `n u m k M G T P E` (powers of 1000), `Ki Mi Gi Ti Pi Ei` (powers of 1024), or an exponent `e3`,
 * `E-3`. A lone `E` is exa. Negative values are read, not judged. Throws BAD_VALUE on anything
 * else, empty text included, and where the result does not fit ±(2^53 − 1).
 */
export function parseNanocores(text: string): number {
  return parseFast(text, NANOCORES) ?? parseSlowly(text, 9);
}

/** A Kubernetes quantity of memory → integer bytes, exactly; otherwise as `parseNanocores`. */
export function parseBytes(text: string): number {
  return parseFast(text, BYTES) ?? parseSlowly(text, 0);
}
