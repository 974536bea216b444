import type { Label, Mark, RecordingKind, TickOutcome } from '../../core/recording.ts';
import type { SeriesKey, SeriesKind, Unit } from '../../core/series.ts';

export interface RecordingMeta {
  readonly kind: RecordingKind;
  readonly origin: string;
  readonly intervalMs: number | null;
}

/** A series as the writer wants it; attributes may be given again later and then replace. */
export interface SeriesDefinition extends SeriesKey {
  readonly unit: Unit;
  readonly kind: SeriesKind;
  /**
   * Stored value ÷ denominator = base unit: 1e9 for integer nanocores, 1 for bytes and plain
   * floats. Division, not multiplication by 1e-9, so that 1913950 nanocores reads back as exactly
   * the double 0.00191395.
   */
  readonly denominator: number;
  readonly workloadKind?: string | null;
  readonly workload?: string | null;
  readonly node?: string | null;
  readonly podUid?: string | null;
  /** Base units. */
  readonly request?: number | null;
  readonly limit?: number | null;
}

/** Something seen that could not be stored as a sample; kept so that it can be explained. */
export interface Reject extends SeriesKey {
  /** `bad-quantity`, `no-timestamp`, `negative`, `name`, `skew`; conflicts are found by the writer. */
  readonly reason: string;
  /** The offending text, at most 200 characters. */
  readonly raw: string;
}

/** All of one tick; columns of one length. */
export interface TickBatch {
  readonly scheduledMs: number;
  readonly startedMs: number | null;
  readonly finishedMs: number | null;
  readonly outcome: TickOutcome;
  readonly reason: string;
  /** Ids from `defineSeries`. */
  readonly series: readonly number[];
  /** Sample times, integer Unix ms. */
  readonly times: readonly number[];
  /** Stored values (see `denominator`): finite. */
  readonly values: readonly number[];
  readonly marks: readonly Mark[];
  readonly rejects: readonly Reject[];
}

/** What a committed tick held after repeats and conflicts were set aside. */
export interface TickReceipt {
  readonly seq: number;
  readonly stored: number;
  readonly repeats: number;
  readonly conflicts: number;
  readonly late: number;
}

/** The one writer of one recording. Every method throws STORAGE when the file cannot be written. */
export interface RecordingWriter {
  readonly path: string;
  /** Gives a series its id, or the id it has; written with the next tick. */
  defineSeries(definition: SeriesDefinition): number;
  /** One transaction; when it returns, the tick survives `kill -9`. */
  commitTick(batch: TickBatch): TickReceipt;
  /** Ticks that were due at these times and never started, all in one transaction. */
  commitMissed(scheduledMs: readonly number[], reason: string): readonly TickReceipt[];
  addMarks(marks: readonly Mark[]): void;
  addLabels(labels: readonly Label[]): void;
  /** One sentence on what could not be had; the same sentence is kept once. */
  addNote(note: string): void;
  /** Bytes of the write-ahead log beside the file: large only while a reader holds on to the past. */
  logBytes(): number;
  /** Digest, single-file journal mode, fsync, (imports: rename to the final name), close. */
  finalise(): { readonly digest: string; readonly samples: number; readonly ticks: number };
  /** Closes; a file that was being made under a temporary name is deleted. */
  abandon(): void;
}

export interface CreateOptions {
  /** Overwrite an existing file. Default false: STORAGE. */
  readonly force?: boolean;
  /**
   * `live` (record): the file has its final name from the start and is valid at every moment.
   * `atomic` (import, synth): written under a temporary name in the same folder, without a flush
   * for every tick, and renamed by `finalise`.
   */
  readonly mode: 'live' | 'atomic';
}
