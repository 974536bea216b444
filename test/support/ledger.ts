import { expect } from 'vitest';
import { deliveredValues } from '../../fixtures/fake-api/delivered.ts';
import { readRecording } from '../../src/record/recording/reader.ts';
import type { FakeApi, WirePod } from './fake-api.ts';

/** Holds a recording's usage samples to bodies that were delivered, number for number. */
export function expectDelivered(file: string, bodies: readonly (readonly WirePod[])[]): void {
  const recorded = new Map<string, number>();
  for (const { series, times, values } of readRecording(file).series) {
    if (series.kind !== 'usage') continue;
    times.forEach((t, i) => recorded.set(`${series.id}@${String(t)}`, values[i] ?? NaN));
  }
  const order = (map: Map<string, number>): [string, number][] => [...map].sort();
  expect(order(recorded)).toEqual(order(deliveredValues(bodies)));
}

/** Holds a recording's usage samples to what the server delivered, number for number. */
export function expectLedger(file: string, { ledger }: FakeApi): void {
  expectDelivered(file, ledger);
}
