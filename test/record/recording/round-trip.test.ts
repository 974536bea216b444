import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { readRecording } from '../../../src/record/recording/reader.ts';
import { verifyRecording } from '../../../src/record/recording/verify.ts';
import {
  createRecording,
  type RecordingWriter,
  type TickBatch,
} from '../../../src/record/recording/writer.ts';
import { tempFolder } from '../../support/temp.ts';

const META = { kind: 'recorded', origin: 'test', intervalMs: 15_000 } as const;

function defineCpu(writer: RecordingWriter, pod: string): number {
  return writer.defineSeries({
    namespace: 'shop',
    pod,
    container: 'web',
    metric: 'cpu',
    unit: 'cores',
    kind: 'usage',
    denominator: 1e9,
    workload: 'web',
    workloadKind: 'Deployment',
    limit: 0.5,
  });
}

const batch = (change: Partial<TickBatch>): TickBatch => ({
  scheduledMs: 0,
  startedMs: 0,
  finishedMs: 1,
  outcome: 'ok',
  reason: '',
  series: [],
  times: [],
  values: [],
  marks: [],
  rejects: [],
  ...change,
});

const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return error instanceof ToolError ? error.code : String(error);
  }
  return 'no error';
};

test.each(['live', 'atomic'] as const)('%s: what is written is read back, in one file', (mode) => {
  const folder = tempFolder();
  const path = join(folder, 'run.db');
  const writer = createRecording(path, META, { mode });
  const a = defineCpu(writer, 'a');
  const b = defineCpu(writer, 'b');
  const mark = {
    startMs: 5,
    endMs: null,
    kind: 'restart',
    name: 'oom',
    namespace: 'shop',
    pod: 'a',
  };
  const first = writer.commitTick(
    batch({ series: [b, a], times: [1000, 1000], values: [1_913_950, 750_000], marks: [mark] }),
  );
  expect(first).toEqual({ seq: 1, stored: 2, repeats: 0, conflicts: 0, late: 0 });
  const second = writer.commitTick(
    batch({
      scheduledMs: 15_000,
      series: [a, a, b, a],
      times: [1000, 2000, 1000, 500],
      values: [750_000, 1, 7, 2],
    }),
  );
  expect(second).toEqual({ seq: 2, stored: 2, repeats: 1, conflicts: 1, late: 1 });
  writer.commitTick(batch({ outcome: 'failed', reason: 'timeout' }));
  const label = {
    namespace: 'shop',
    pod: 'a',
    container: '',
    metric: '',
    startMs: 1,
    endMs: 2,
    graceEndMs: 3,
    type: 'leak',
    visibleIn: ['memory'],
  };
  writer.addLabels([label]);
  writer.addNote('No HPA.');
  writer.addNote('No HPA.');
  expect(existsSync(path)).toBe(mode === 'live');
  const { digest, samples } = writer.finalise();
  expect(samples).toBe(4);
  expect(readdirSync(folder)).toEqual(['run.db']);

  const data = readRecording(path);
  expect(data.info).toMatchObject({
    ...META,
    digest,
    finalised: true,
    startMs: 500,
    endMs: 2000,
    notes: ['No HPA.'],
  });
  expect(data.series.map(({ series }) => series.id)).toEqual(['shop/a/web/cpu', 'shop/b/web/cpu']);
  expect(data.series[0]?.times).toEqual(Float64Array.of(500, 1000, 2000));
  expect(data.series[0]?.values).toEqual(Float64Array.of(2e-9, 0.00075, 1e-9));
  expect(data.series[1]?.values).toEqual(Float64Array.of(0.00191395));
  expect(data.series[0]?.series).toMatchObject({ workload: 'web', limit: 0.5, node: null });
  expect(data.ticks.map(({ outcome, samples: n }) => [outcome, n])).toEqual([
    ['ok', 2],
    ['ok', 2],
    ['failed', 0],
  ]);
  expect(data.marks).toEqual([mark]);
  expect(data.labels).toEqual([label]);
  expect(verifyRecording(path)).toMatchObject({
    ticks: 3,
    samples: 4,
    damagedTicks: [],
    problems: [],
    digest,
  });
});

test('any order of arrival gives one digest, and far repeats are taken out', () => {
  const sample = fc.record({ pod: fc.constantFrom('a', 'b'), t: fc.integer({ min: 0, max: 40 }) });
  const anySamples = fc.array(sample, { maxLength: 120 });
  fc.assert(
    fc.property(anySamples, fc.integer({ min: 1, max: 30 }), (samples, chunk) => {
      const truth = new Map<string, number>();
      for (const { pod, t } of samples) truth.set(`${pod} ${String(t)}`, t * 7);
      const write = (rows: typeof samples, name: string): string => {
        const path = join(tempFolder(), name);
        const writer = createRecording(path, META, { mode: 'atomic' });
        for (let i = 0; i < rows.length; i += chunk) {
          const part = rows.slice(i, i + chunk);
          writer.commitTick(
            batch({
              series: part.map(({ pod }) => defineCpu(writer, pod)),
              times: part.map(({ t }) => t),
              values: part.map(({ t }) => t * 7),
            }),
          );
        }
        // Both series exist whatever arrived.
        defineCpu(writer, 'a');
        defineCpu(writer, 'b');
        writer.finalise();
        expect(verifyRecording(path)).toMatchObject({ damagedTicks: [], problems: [] });
        const { series, info } = readRecording(path);
        const read = series.flatMap(({ series: { pod }, times }) =>
          [...times].map((t) => `${pod} ${String(t)}`),
        );
        expect(read.sort()).toEqual([...truth.keys()].sort());
        return info.digest;
      };
      const digest = write(samples, 'a.db');
      expect(write([...samples].reverse(), 'b.db')).toBe(digest);
    }),
    { numRuns: 40, seed: 2 },
  );
});

test('an existing file is kept unless force is given', () => {
  const path = join(tempFolder(), 'run.db');
  const first = createRecording(path, META, { mode: 'atomic' });
  first.commitTick(batch({ series: [defineCpu(first, 'a')], times: [1], values: [1] }));
  const { digest } = first.finalise();
  expect(code(() => createRecording(path, META, { mode: 'atomic' }))).toBe('STORAGE');
  createRecording(path, META, { mode: 'atomic', force: true }).abandon();
  expect(readRecording(path).info.digest).toBe(digest);
  expect(readdirSync(join(path, '..'))).toEqual(['run.db']);
});

test('a second recorder is refused at once and the first goes on', () => {
  const path = join(tempFolder(), 'run.db');
  const first = createRecording(path, META, { mode: 'live' });
  expect(code(() => createRecording(path, META, { mode: 'live', force: true }))).toBe('STORAGE');
  first.commitTick(batch({ series: [defineCpu(first, 'a')], times: [1], values: [1] }));
  expect(readRecording(path).info.finalised).toBe(false);
  first.finalise();
  expect(readRecording(path).series[0]?.values).toEqual(Float64Array.of(1e-9));
});

test('a folder that is not there is a storage error', () => {
  const path = join(tempFolder(), 'none', 'run.db');
  expect(code(() => createRecording(path, META, { mode: 'live' }))).toBe('STORAGE');
  expect(code(() => createRecording(path, META, { mode: 'atomic' }))).toBe('STORAGE');
});

test('marks, labels and notes between the definition of a series and its samples take nothing away', () => {
  const path = join(tempFolder(), 'run.db');
  const writer = createRecording(path, META, { mode: 'atomic' });
  const id = defineCpu(writer, 'a');
  const mark = { startMs: 1, endMs: null, kind: 'note', name: '', namespace: '', pod: '' };
  writer.addMarks([mark]);
  writer.addNote('Something.');
  writer.commitTick(batch({ series: [id], times: [15_000], values: [7] }));
  writer.finalise();
  const { series, marks } = readRecording(path);
  expect([series.length, marks]).toEqual([1, [mark]]);
});
