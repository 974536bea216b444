import { expect } from 'vitest';
import { readRecording } from '../../src/record/recording/reader.ts';
import type { FakeApi, WirePod } from './fake-api.ts';

const UNITS: readonly (readonly [string, bigint])[] = [
  ['n', 1n],
  ['u', 1000n],
  ['m', 1_000_000n],
  ['Ki', 1024n],
  ['Mi', 1024n * 1024n],
];

/** A quantity as the ledger writes it → nanocores or bytes, by BigInt, not by the product's code. */
function exact(text: string, plain: bigint): number {
  const [suffix, unit] = UNITS.find(([name]) => text.endsWith(name)) ?? ['', plain];
  return Number(BigInt(text.slice(0, text.length - suffix.length)) * unit);
}

/** `namespace/pod/container/metric@time` → value in base units; the first value counts. */
function expected(bodies: readonly (readonly WirePod[])[]): Map<string, number> {
  const values = new Map<string, number>();
  for (const { metadata, timestamp, containers } of bodies.flat()) {
    if (timestamp === null) continue;
    for (const { name, usage } of containers) {
      const key = (metric: string): string =>
        `${metadata.namespace}/${metadata.name}/${name}/${metric}@${String(Date.parse(timestamp))}`;
      const put = (metric: string, value: number): void => {
        if (!values.has(key(metric))) values.set(key(metric), value);
      };
      if (usage.cpu !== undefined) put('cpu', exact(usage.cpu, 1_000_000_000n) / 1e9);
      if (usage.memory !== undefined) put('memory', exact(usage.memory, 1n));
    }
  }
  return values;
}

/** Holds a recording's usage samples to bodies that were delivered, number for number. */
export function expectDelivered(file: string, bodies: readonly (readonly WirePod[])[]): void {
  const recorded = new Map<string, number>();
  for (const { series, times, values } of readRecording(file).series) {
    if (series.kind !== 'usage') continue;
    times.forEach((t, i) => recorded.set(`${series.id}@${String(t)}`, values[i] ?? NaN));
  }
  const order = (map: Map<string, number>): [string, number][] => [...map].sort();
  expect(order(recorded)).toEqual(order(expected(bodies)));
}

/** Holds a recording's usage samples to what the server delivered, number for number. */
export function expectLedger(file: string, { ledger }: FakeApi): void {
  expectDelivered(file, ledger);
}
