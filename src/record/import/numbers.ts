import { parseTime } from '../../core/time.ts';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
const WHOLE = /^[+-]?\d+$/;

/**
 * Decimal text → number, or null where it is none that a double can hold: no spaces, no hex, no
 * comma, no infinity or NaN, nothing that overflows, nothing non-zero that underflows to 0, no
 * whole number past 2^53. −0 reads as 0.
 */
export function parseDecimal(text: string): number | null {
  if (!DECIMAL.test(text)) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  if (value === 0) return /[1-9]/.test(text.replace(/[eE].*$/, '')) ? null : 0;
  if (text.length > 15 && WHOLE.test(text) && !Number.isSafeInteger(value)) return null;
  return value;
}

export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

const DIGITS_PAST_MS: Readonly<Record<TimeUnit, number>> = { s: -3, ms: 0, us: 3, ns: 6 };
const NAB_TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d{1,9})?$/;

/** Epoch text in a unit → whole ms; parts of a ms are cut off. null: not a time after 1970. */
function parseEpoch(text: string, unit: TimeUnit): number | null {
  const [, whole, fraction = ''] = /^(\d{1,20})(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  const shift = DIGITS_PAST_MS[unit];
  const ms =
    shift > 0
      ? Number(whole.slice(0, -shift) || '0')
      : Number(whole + fraction.padEnd(3, '0').slice(0, -shift));
  // 9999-01-01: past it the number is surely in another unit.
  return ms < 253_370_764_800_000 ? ms : null;
}

/** Reads the times of one file; the last answer is remembered, since rows share their time. */
export class TimeReader {
  readonly #read: (text: string) => number | null;
  #text = '';
  #ms = 0;

  /** `unit`: times are epochs in it. `isNab`: times without a zone are UTC, as NAB's files are. */
  constructor(unit: TimeUnit | null, isNab: boolean) {
    this.#read = (text) => {
      if (unit !== null) return parseEpoch(text, unit);
      const nab = isNab ? NAB_TIME.exec(text) : null;
      return nab === null
        ? parseTime(text)
        : parseTime(`${nab[1] ?? ''}T${nab[2] ?? ''}${nab[3] ?? ''}Z`);
    };
  }

  /** Unix ms, or null where the text is no time. Throws BAD_VALUE with the reason. */
  read(text: string): number | null {
    if (text === this.#text) return this.#ms;
    const ms = this.#read(text);
    if (ms === null) return null;
    this.#text = text;
    this.#ms = ms;
    return ms;
  }
}
