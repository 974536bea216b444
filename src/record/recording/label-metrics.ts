import { Damage } from './failures.ts';

/**
 * `visible_in` of a label: names joined by commas, or a JSON array where a name would not survive
 * that; '' is an empty list and null stays null (not stated).
 */
export function labelMetricsText(metrics: readonly string[] | null): string | null {
  if (metrics === null) return null;
  const plain = metrics.every(
    (name) => name !== '' && !name.includes(',') && !name.startsWith('['),
  );
  return plain ? metrics.join(',') : JSON.stringify(metrics);
}

/** The inverse of `labelMetricsText`. Throws `Damage` on a text it never makes. */
export function labelMetrics(text: string | null): readonly string[] | null {
  if (text === null) return null;
  if (text === '') return [];
  if (!text.startsWith('[')) return text.split(',');
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((name) => typeof name === 'string')) return list;
  } catch {
    // Falls through: what is no JSON is as damaged as what is no list.
  }
  throw new Damage('a label, column visible_in');
}
