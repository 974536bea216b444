import { compareText } from './order.ts';

/**
 * A value → JSON text with sorted keys and no white space: the same bytes for the same value.
 *
 * `undefined` members are left out; −0 is written as 0. Throws a plain Error on NaN, an
 * infinity or anything JSON cannot hold, since those would be changed silently.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`No JSON for the number ${String(value)}.`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => compareText(a, b))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new Error(`No JSON for a ${typeof value}.`);
}
