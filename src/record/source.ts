import type { Mark } from '../core/recording.ts';
import type { Reject, SeriesDefinition } from './recording/writer.ts';

/** What one attempt to poll a source may use. */
export interface Attempt {
  /** Counts the ticks of this process from 1. */
  readonly tick: number;
  /** When the tick is due, Unix ms. */
  readonly scheduledMs: number;
  /** Milliseconds that the whole attempt may take. */
  readonly timeoutMs: number;
  /** Aborted when the recorder must stop. */
  readonly signal: AbortSignal;
}

/** What a source answered. Columns of one length, as in `TickBatch`, but with definitions. */
export interface Poll {
  /** `partial`: something that should be there is not; `reason` then says what. */
  readonly outcome: 'ok' | 'partial' | 'empty';
  readonly reason: string;
  /** The same object for the same series while nothing about it changed: compared by identity. */
  readonly series: readonly SeriesDefinition[];
  /** Sample times, integer Unix ms. */
  readonly times: readonly number[];
  /** Stored values (see `SeriesDefinition.denominator`). */
  readonly values: readonly number[];
  readonly marks: readonly Mark[];
  readonly rejects: readonly Reject[];
  /** Containers by the length of the interval that their rate is the mean of, ms; empty: not told. */
  readonly windows: ReadonlyMap<number, number>;
  /** One sentence each on what cannot be had. */
  readonly notes: readonly string[];
}

/** Where samples come from: one poll for one scheduled tick. */
export interface Source {
  /** How long after its time a sample can be had, ms; absent: as soon as the source has it. */
  readonly lagMs?: number;
  /** Polls once. Throws SourceFailure for trouble at the source, and only for that. */
  poll(attempt: Attempt): Promise<Poll>;
  /** Closes connections. */
  close(): void;
}

/** The kinds of trouble; each has its own retry rule in `retry.ts`. */
export type FailureKind =
  | 'timeout'
  | 'network'
  | 'tls'
  | 'http'
  | 'redirect'
  | 'truncated'
  | 'parse'
  | 'schema'
  | 'too-large'
  | 'credentials'
  | 'interrupted';

/** A poll that failed. The message is the tick's reason: short, and free of anything secret. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure';
  readonly kind: FailureKind;
  /** HTTP status; null where there was none. */
  readonly status: number | null;
  /** What the server asked for by Retry-After, from now; null: nothing (readable). */
  readonly retryAfterMs: number | null;

  constructor(
    kind: FailureKind,
    detail: string,
    more: { readonly status?: number; readonly retryAfterMs?: number | null } = {},
  ) {
    super(detail === '' ? kind : kind === 'http' ? `http ${detail}` : `${kind}: ${detail}`);
    this.kind = kind;
    this.status = more.status ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}
