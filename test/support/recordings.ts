import type { Label, Mark, RecordingData } from '../../src/core/recording.ts';
import { ToolError } from '../../src/core/errors.ts';
import {
  createRecording,
  type CreateOptions,
  type RecordingMeta,
  type RecordingWriter,
  type TickBatch,
} from '../../src/record/recording/writer.ts';

/** Metadata of a recording that a poll loop would make. */
export const META: RecordingMeta = { kind: 'recorded', origin: 'test', intervalMs: 15_000 };

/** A tick with nothing in it but what is given. */
export function aBatch(change: Partial<TickBatch> = {}): TickBatch {
  return {
    ...{ scheduledMs: 0, startedMs: 0, finishedMs: 1, outcome: 'ok', reason: '' },
    ...{ series: [], times: [], values: [], marks: [], rejects: [] },
    ...change,
  };
}

/** The id of a pod's cpu (nanocores) or memory (bytes). */
export function definePod(writer: RecordingWriter, pod: string, metric = 'cpu'): number {
  return writer.defineSeries({
    ...{ namespace: 'shop', pod, container: 'web', metric, kind: 'usage' },
    ...(metric === 'cpu'
      ? { unit: 'cores' as const, denominator: 1e9 }
      : { unit: 'bytes' as const, denominator: 1 }),
    ...{ workloadKind: 'Deployment', workload: 'web', limit: metric === 'cpu' ? 0.5 : null },
  });
}

/** A mark of a restart. */
export const RESTART: Mark = {
  ...{ startMs: 1_700_000_030_000, endMs: null, kind: 'restart', name: 'web' },
  ...{ namespace: 'shop', pod: 'a' },
};

/** A label of a leak. */
export const LEAK: Label = {
  ...{ namespace: 'shop', pod: 'a', container: '', metric: '', type: 'leak' },
  ...{ startMs: 1_700_000_000_000, endMs: 1_700_000_030_000, graceEndMs: 1_700_000_040_000 },
  visibleIn: ['memory'],
};

/** Time of the first tick of `smallRecording`. */
export const START = 1_700_000_000_000;

/**
 * A recording with everything in it: `ticks` ticks of two pods and two metrics, a failed tick, a
 * reject, a mark, a label and a note. Not finalised.
 */
export function smallRecording(
  path: string,
  options: CreateOptions = { mode: 'live' },
  ticks = 6,
): RecordingWriter {
  const writer = createRecording(path, META, options);
  const ids = ['a', 'b'].flatMap((pod) => [
    definePod(writer, pod, 'cpu'),
    definePod(writer, pod, 'memory'),
  ]);
  for (let i = 0; i < ticks; i++) {
    const scheduledMs = START + i * 15_000;
    const failed = i === 4;
    writer.commitTick({
      ...{ scheduledMs, startedMs: scheduledMs + 3, finishedMs: scheduledMs + 40 },
      ...{ outcome: failed ? 'failed' : 'ok', reason: failed ? 'http 503' : '' },
      series: failed ? [] : ids,
      times: failed ? [] : ids.map(() => scheduledMs - 7000),
      values: failed ? [] : ids.map((id) => id * 1_000_000 + i * 37),
      marks: i === 2 ? [RESTART] : [],
      rejects:
        i === 3
          ? [
              {
                ...{ namespace: 'shop', pod: 'b', container: 'web', metric: 'cpu' },
                ...{ reason: 'bad-quantity', raw: '12x' },
              },
            ]
          : [],
    });
  }
  writer.addLabels([LEAK]);
  writer.addNote('The autoscaler could not be read.');
  return writer;
}

/** Writes a recording that is a value as a file. */
export function writeRun(path: string, { info, series, labels, marks }: RecordingData): void {
  const writer = createRecording(path, info, { mode: 'atomic', force: false });
  for (const { series: own, times, values } of series) {
    const id = writer.defineSeries({ ...own, denominator: 1 });
    writer.commitTick(
      aBatch({
        ...{ scheduledMs: times[0] ?? 0, startedMs: null, finishedMs: null },
        ...{ series: [...times].map(() => id), times: [...times], values: [...values] },
      }),
    );
  }
  writer.addMarks(marks);
  writer.addLabels(labels);
  for (const note of info.notes) writer.addNote(note);
  writer.finalise();
}

/** The code of the ToolError that `act` throws; its text for another error; '' for none. */
export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof ToolError ? error.code : String(error);
  }
  return '';
}

/** Turns one bit of a buffer, counted from its start. */
export function flipBit(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
}
