import type { Mark, TickOutcome } from '../core/recording.ts';
import type { RecordingWriter, SeriesDefinition, TickReceipt } from './recording/writer.ts';
import type { Poll } from './source.ts';

/** What a loop needs of a recording's writer. */
export type TickSink = Pick<RecordingWriter, 'defineSeries' | 'commitTick' | 'addNote'>;

/** What became of a tick, on its way into the recording. */
export interface DecidedTick {
  readonly scheduledMs: number;
  readonly outcome: TickOutcome;
  readonly reason: string;
  /** null: it was not started. */
  readonly started: { readonly startedMs: number; readonly finishedMs: number } | null;
  /** What the source answered; null where it did not. */
  readonly poll: Poll | null;
}

/** A tick that is committed: from here on it survives a kill. */
export interface TickReport extends Omit<DecidedTick, 'started'> {
  readonly receipt: TickReceipt;
  readonly rejected: number;
  /** Ticks in a row, this one included, that brought nothing but failure. */
  readonly failedInARow: number;
}

/** Ticks in their order; each is written at once, or as soon as the recording can be written. */
export interface TickQueue {
  /** Takes a tick and writes what can be written. Throws what the sink throws. */
  readonly add: (tick: DecidedTick) => void;
  /** Tries again to write what waits. Throws what the sink throws. */
  readonly flush: () => void;
  readonly isEmpty: () => boolean;
  /** Whether so many samples wait that more would cost too much memory. */
  readonly isFull: () => boolean;
}

/** Samples that may wait; each takes about 24 bytes. */
const MOST_WAITING = 3_000_000;
const NO_MARKS: readonly Mark[] = [];

/**
 * Starts a queue. `open` is called for the first tick, and whatever it throws is thrown on;
 * `holds` is asked when a later write fails: whether it is worth trying again.
 */
export function tickQueue(
  open: () => TickSink,
  onTick: (report: TickReport) => void,
  holds: (error: unknown) => boolean,
): TickQueue {
  const ids = new WeakMap<SeriesDefinition, number>();
  const waiting: DecidedTick[] = [];
  let sink: TickSink | null = null;
  let samplesWaiting = 0;
  let failedInARow = 0;

  const write = (target: TickSink, tick: DecidedTick): TickReceipt => {
    const { scheduledMs, outcome, reason, started, poll } = tick;
    for (const note of poll?.notes ?? []) target.addNote(note);
    return target.commitTick({
      ...{ scheduledMs, outcome, reason },
      startedMs: started?.startedMs ?? null,
      finishedMs: started?.finishedMs ?? null,
      series: (poll?.series ?? []).map((definition) => {
        const known = ids.get(definition);
        if (known !== undefined) return known;
        const id = target.defineSeries(definition);
        ids.set(definition, id);
        return id;
      }),
      times: poll?.times ?? [],
      values: poll?.values ?? [],
      marks: poll?.marks ?? NO_MARKS,
      rejects: poll?.rejects ?? [],
    });
  };

  const flush = (): void => {
    for (let tick = waiting[0]; tick !== undefined; tick = waiting[0]) {
      const target = (sink ??= open());
      let receipt: TickReceipt;
      try {
        receipt = write(target, tick);
      } catch (error) {
        if (!holds(error)) throw error;
        return;
      }
      waiting.shift();
      const { scheduledMs, outcome, reason, poll } = tick;
      samplesWaiting -= poll?.values.length ?? 0;
      failedInARow = outcome === 'failed' ? failedInARow + 1 : 0;
      const rejected = poll?.rejects.length ?? 0;
      onTick({ scheduledMs, outcome, reason, receipt, rejected, poll, failedInARow });
    }
  };

  return {
    add(tick) {
      waiting.push(tick);
      samplesWaiting += tick.poll?.values.length ?? 0;
      flush();
    },
    flush,
    isEmpty: () => waiting.length === 0,
    isFull: () => samplesWaiting > MOST_WAITING,
  };
}
