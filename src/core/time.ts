import { ToolError } from './errors.ts';

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

function bad(text: string, why: string): ToolError {
  return new ToolError(
    'BAD_VALUE',
    `Cannot read ${JSON.stringify(text.slice(0, 60))} as a time: ${why}; try 2026-01-31T08:15:00Z.`,
    { text, why },
  );
}

/**
 * RFC 3339 text with a zone → integer Unix milliseconds (digits past the millisecond are cut).
 *
 * Throws BAD_VALUE on any other form, on a date that no calendar has (Feb 30, :60) and on a
 * year before 1970 or after 9998.
 */
export function parseTime(text: string): number {
  const match = RFC3339.exec(text);
  if (match === null) throw bad(text, 'it is not RFC 3339 with a zone');
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  const t = Date.UTC(y, mo - 1, d, h, mi, s);
  const back = new Date(t);
  if (back.getUTCMonth() !== mo - 1 || back.getUTCDate() !== d || h > 23 || mi > 59 || s > 59) {
    throw bad(text, 'no calendar has it');
  }
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  let offsetMinutes = 0;
  if (zone !== 'Z' && zone !== 'z') {
    const [zh = 0, zm = 0] = zone.slice(1).split(':').map(Number);
    if (zh > 23 || zm > 59) throw bad(text, 'its zone is out of range');
    offsetMinutes = (zone.startsWith('-') ? -1 : 1) * (zh * 60 + zm);
  }
  const result = t + ms - offsetMinutes * 60_000;
  if (result < 0 || y > 9998) throw bad(text, 'its year is out of range');
  return result;
}

/** Integer Unix milliseconds → RFC 3339 UTC with milliseconds: 2026-01-31T08:15:00.000Z. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}

const UNIT_MS = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/**
 * Go-style duration → milliseconds (may be fractional): "15s", "1h30m", "15.143s", "0s".
 *
 * "d" is accepted as 24 hours, which Go does not have. Throws BAD_VALUE on anything else,
 * negative durations and plain numbers other than 0 included.
 */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d)/gy)];
  const read = parts.reduce((length, part) => length + part[0].length, 0);
  if (text === '' || read !== text.length) {
    throw new ToolError(
      'BAD_VALUE',
      `Cannot read ${JSON.stringify(text.slice(0, 60))} as a duration; try 15s, 5m or 1h30m.`,
      { text },
    );
  }
  return parts.reduce(
    (sum, [, digits = '', unit = '']) => sum + Number(digits) * (UNIT_MS.get(unit) ?? 0),
    0,
  );
}

/** Milliseconds → the shortest Go-style text with at most two units: 45s, 1m30s, 2h5m, 1d3h. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))}ms`;
  const seconds = Math.round(ms / 1000);
  const units: [string, number][] = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  let rest = seconds;
  let text = '';
  for (const [unit, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${String(count)}${unit}`;
  }
  return text;
}
