import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { SeriesColumns } from './series.ts';

/** SHA-256 of a text's UTF-8 bytes, hex. */
export function digestText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** SHA-256 of a plain value's canonical JSON, hex. */
export function digestValue(value: unknown): string {
  return digestText(canonicalJson(value));
}

/** The bytes of a column, little-endian whatever the machine. */
export function columnBytes(column: Float64Array): Uint8Array {
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1) {
    return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  }
  const view = new DataView(new ArrayBuffer(column.byteLength));
  column.forEach((value, i) => {
    view.setFloat64(i * 8, value, true);
  });
  return new Uint8Array(view.buffer);
}

/** Takes columns, in `compareSeries` order, and at the end tells their digest. */
export interface SeriesDigest {
  readonly add: (columns: SeriesColumns) => void;
  readonly hex: () => string;
}

/** As `digestSeries`, for columns that come one after another. */
export function createSeriesDigest(): SeriesDigest {
  const hash = createHash('sha256');
  return {
    add({ series, times, values }) {
      const { namespace, pod, container, metric, unit } = series;
      hash.update(canonicalJson([namespace, pod, container, metric, unit, times.length]));
      hash.update(columnBytes(times));
      hash.update(columnBytes(values));
    },
    hex: () => hash.digest('hex'),
  };
}

/**
 * The digest of what was seen: for every series in `compareSeries` order its identity and unit,
 * then its times and its values (base units) as little-endian float64. Ticks, marks, labels,
 * file layout and insertion order have no part in it.
 */
export function digestSeries(columns: readonly SeriesColumns[]): string {
  const digest = createSeriesDigest();
  for (const one of columns) digest.add(one);
  return digest.hex();
}
