import type Database from 'better-sqlite3';
import type { Tick } from '../../core/recording.ts';
import { CHAIN_START, tickDigest } from './chain.ts';
import { HEAD, setMeta } from './meta.ts';
import type { Reject } from './writer-contract.ts';

/** Appends ticks, each chained to the one before. */
export interface TickWriter {
  /** Ticks committed so far. */
  readonly count: () => number;
  /** The number of the next tick. */
  readonly next: () => number;
  /** Writes the next tick and its rejects, inside the caller's transaction. */
  readonly append: (tick: Tick, rejects: readonly Reject[], rows: Float64Array) => void;
  /** Stores how many ticks there are and the digest of the last. */
  readonly writeHead: () => void;
  readonly committed: () => void;
  readonly rolledBack: () => void;
}

/** How many ticks there are, and the digest of the last. */
export interface Head {
  readonly count: number;
  readonly digest: string;
}

/** The tick writer of a recording whose ticks so far end with `head`. */
export function createTickWriter(
  db: Database.Database,
  head: Head = { count: 0, digest: CHAIN_START },
): TickWriter {
  const put = db.prepare('INSERT INTO tick VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const putReject = db.prepare('INSERT INTO reject VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  let committed = head;
  let written = committed;
  return {
    count: () => committed.count,
    next: () => written.count + 1,
    append(tick, rejects, rows) {
      const digest = tickDigest(written.digest, tick, rejects, rows);
      put.run(
        ...[tick.seq, tick.scheduledMs, tick.startedMs, tick.finishedMs],
        ...[tick.outcome, tick.reason, tick.samples, tick.repeats, tick.conflicts],
        ...[tick.late, tick.rejected, digest],
      );
      rejects.forEach(({ reason, namespace, pod, container, metric, raw }, n) => {
        putReject.run(tick.seq, n, reason, namespace, pod, container, metric, raw);
      });
      written = { count: tick.seq, digest };
    },
    writeHead() {
      setMeta(db, HEAD, `${String(written.count)} ${written.digest}`);
    },
    committed() {
      committed = written;
    },
    rolledBack() {
      written = committed;
    },
  };
}
