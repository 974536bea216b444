import { ToolError } from '../../core/errors.ts';
import { parseTime } from '../../core/time.ts';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
const WHOLE = /^[+-]?\d+$/;

/** 10^0 … 10^15, exact. */
const POWERS = Float64Array.from({ length: 16 }, (_, i) => Number(`1e${String(i)}`));

/**
 * Up to 15 digits with or without a point, as nearly all cells are; NaN: anything else. Both the
 * digits and the power of ten are exact doubles, so their quotient is the nearest one.
 */
function parsePlain(text: string): number {
  const { length } = text;
  if (length > 15) return NaN;
  let digits = 0;
  let point = length;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i) - 48;
    if (code >= 0 && code <= 9) digits = digits * 10 + code;
    else if (code === -2 && point === length) point = i;
    else return NaN;
  }
  if (length < 2 && point === 0) return NaN;
  return point === length ? digits : digits / POWERS[length - 1 - point]!;
}

/**
 * Decimal text → number, or null where it is none that a double can hold: no spaces, no hex, no
 * comma, no infinity or NaN, nothing that overflows, nothing non-zero that underflows to 0, no
 * whole number past 2^53. −0 reads as 0.
 */
export function parseDecimal(text: string): number | null {
  const plain = parsePlain(text);
  if (!Number.isNaN(plain)) return plain;
  if (!DECIMAL.test(text)) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  if (value === 0) return /[1-9]/.test(text.replace(/[eE].*$/, '')) ? null : 0;
  if (text.length > 15 && WHOLE.test(text) && !Number.isSafeInteger(value)) return null;
  return value;
}

export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

const DIGITS_PAST_MS: Readonly<Record<TimeUnit, number>> = { s: -3, ms: 0, us: 3, ns: 6 };
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/;
const NAB_TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d{1,9})?$/;

const noTime = (text: string, why: string): ToolError =>
  new ToolError('BAD_VALUE', `Cannot read ${JSON.stringify(text)} as a time: ${why}.`, {
    text,
    why,
  });

/**
 * Epoch text in a unit → whole ms; parts of a ms are cut off. Throws BAD_VALUE on all but plain
 * decimals, and past the year 9998, where the number is surely in another unit.
 */
function parseEpoch(text: string, unit: TimeUnit): number {
  const [, whole, fraction = ''] = /^(\d{1,20})(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) throw noTime(text, `it is no epoch; --time-unit ${unit} was given`);
  const shift = DIGITS_PAST_MS[unit];
  const ms =
    shift > 0
      ? Number(whole.slice(0, -shift) || '0')
      : Number(whole + fraction.padEnd(3, '0').slice(0, -shift));
  if (ms < 253_370_764_800_000) return ms;
  throw noTime(text, `in ${unit} it is past the year 9998; try another --time-unit`);
}

/** RFC 3339 text, or where `isNab` the same without a zone, which is UTC then. */
function parseStamp(text: string, isNab: boolean): number {
  const nab = isNab ? NAB_TIME.exec(text) : null;
  if (nab !== null) return parseTime(`${nab[1] ?? ''}T${nab[2] ?? ''}${nab[3] ?? ''}Z`);
  if (WITHOUT_ZONE.test(text)) throw noTime(text, 'it has no time zone; append Z if it is UTC');
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    throw noTime(text, 'it is a bare number; for an epoch say --time-unit s, ms, us or ns');
  }
  return parseTime(text);
}

/** Reads the times of one file; the last answer is remembered, since rows share their time. */
export class TimeReader {
  readonly #read: (text: string) => number;
  #text = '';
  #ms = 0;

  /** `unit`: times are epochs in it. `isNab`: times without a zone are UTC, as NAB's files are. */
  constructor(unit: TimeUnit | null, isNab: boolean) {
    this.#read = (text) => (unit === null ? parseStamp(text, isNab) : parseEpoch(text, unit));
  }

  /** Unix ms. Throws BAD_VALUE with the reason as `why` in its details. */
  read(text: string): number {
    if (text === this.#text && text !== '') return this.#ms;
    this.#ms = this.#read(text);
    this.#text = text;
    return this.#ms;
  }
}
