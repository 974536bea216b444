import type { Unit } from './series.ts';

/** At most three significant digits, without an exponent or trailing zeros: 59.1, 0.012, 1234. */
function digits(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = value.toFixed(decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const BINARY: readonly [string, number][] = [
  ['TiB', 1024 * 1024 * 1024 * 1024],
  ['GiB', 1024 * 1024 * 1024],
  ['MiB', 1024 * 1024],
  ['KiB', 1024],
];

/** A value in the unit people use: 124m, 2.5 cores, 64 MiB, 12.5/s. */
export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'cores':
      return Math.abs(value) < 1 ? `${digits(value * 1000)}m` : `${digits(value)} cores`;
    case 'bytes': {
      const [name, size] = BINARY.find(([, s]) => Math.abs(value) >= s) ?? ['B', 1];
      return `${digits(value / size)} ${name}`;
    }
    case 'seconds':
      return `${digits(value)} s`;
    case 'requests/s':
      return `${digits(value)}/s`;
    case 'replicas':
    case '':
      return digits(value);
  }
}
