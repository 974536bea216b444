import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import { createRecording } from '../../../src/record/recording/writer.ts';
import { aBatch, definePod, META } from '../../support/recordings.ts';
import { tempFolder } from '../../support/temp.ts';

interface Given {
  readonly pod: string;
  readonly t: number;
  readonly value: number;
}

/** The slow obvious twin: everything in one map. */
function expectedReceipt(stored: Map<string, Map<number, number>>, batch: readonly Given[]) {
  const newest = new Map([...stored].map(([pod, of]) => [pod, Math.max(...of.keys())]));
  const receipt = { stored: 0, repeats: 0, conflicts: 0, late: 0 };
  for (const { pod, t, value } of batch) {
    const of = stored.get(pod) ?? new Map<number, number>();
    stored.set(pod, of);
    const kept = of.get(t);
    if (kept === undefined) {
      of.set(t, value);
      receipt.stored += 1;
      if (t < (newest.get(pod) ?? -Infinity)) receipt.late += 1;
    } else if (kept === value) receipt.repeats += 1;
    else receipt.conflicts += 1;
  }
  return receipt;
}

// Far more times than the memory of a series holds, mostly rising, with steps back of any size.
const arrivals = fc
  .array(
    fc.record({
      pod: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      step: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 1, max: 4 }) },
        { weight: 1, arbitrary: fc.integer({ min: -3, max: 0 }) },
        { weight: 1, arbitrary: fc.integer({ min: -900, max: 0 }) },
      ),
      odd: fc.nat({ max: 19 }),
    }),
    { minLength: 300, maxLength: 3000, size: 'max' },
  )
  .map((steps) => {
    const at = new Map<string, number>();
    return steps.map(({ pod, step, odd }): Given => {
      const t = Math.max(0, (at.get(pod) ?? 0) + step);
      at.set(pod, step < -3 ? (at.get(pod) ?? 0) : t);
      return { pod, t, value: odd === 0 ? -1 : t };
    });
  });

test.each(['live', 'atomic'] as const)(
  '%s: repeats, conflicts and late samples are told as by a memory without bounds',
  (mode) => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 20, max: 400 }), (samples, chunk) => {
        const path = join(tempFolder(), 'run.db');
        const writer = createRecording(path, META, { mode });
        const truth = new Map<string, Map<number, number>>();
        for (let i = 0; i < samples.length; i += chunk) {
          const part = samples.slice(i, i + chunk);
          const receipt = writer.commitTick(
            aBatch({
              series: part.map(({ pod }) => definePod(writer, pod, 'memory')),
              times: part.map(({ t }) => t),
              values: part.map(({ value }) => value),
            }),
          );
          expect(receipt).toMatchObject(expectedReceipt(truth, part));
        }
        writer.finalise();
        for (const { series, times, values } of readRecording(path).series) {
          const expected = [...(truth.get(series.pod) ?? [])].sort(([a], [b]) => a - b);
          expect([...times].map((t, i) => [t, values[i]])).toEqual(expected);
        }
        expect(verifyRecording(path)).toMatchObject({ damagedTicks: [], problems: [] });
      }),
      { numRuns: 12, seed: 5, endOnFailure: true },
    );
  },
);
