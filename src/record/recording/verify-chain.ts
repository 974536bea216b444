import type Database from 'better-sqlite3';
import { isTime } from './cells.ts';
import { CHAIN_START, tickDigest, tickReader } from './chain.ts';
import { isDamage } from './failures.ts';
import { HEAD } from './meta.ts';
import { tickOf } from './rows.ts';

/** A tick whose rows are not those that were committed. */
export interface DamagedTick {
  readonly seq: number;
  /** When it was to start, Unix ms, as its row says now; null where the row cannot be read. */
  readonly scheduledMs: number | null;
}

/** What the chain of ticks says. */
export interface ChainCheck {
  readonly ticks: number;
  /** Samples found under the ticks. */
  readonly samples: number;
  readonly damagedTicks: readonly DamagedTick[];
  /** Ticks that follow missing ones: nothing tells whether they are as they were. */
  readonly unproven: readonly number[];
  /** Ticks that are missing, and the like, one sentence each. */
  readonly problems: readonly string[];
}

/** A time that can be shown: damage can make it any number. */
function showable(ms: unknown): number | null {
  return isTime(ms) ? ms : null;
}

/** The time and digest of a tick whose row cannot be trusted, as far as they can be had. */
function wreckOf(db: Database.Database, seq: number): { time: number | null; digest: string } {
  try {
    const row = db.prepare('SELECT scheduled_ms, digest FROM tick WHERE seq = ?').raw().get(seq);
    const [time, digest] = Array.isArray(row) ? (row as unknown[]) : [];
    return { time: showable(time), digest: typeof digest === 'string' ? digest : '' };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { time: null, digest: '' };
  }
}

/**
 * Recomputes every tick's digest from its row, rejects and samples.
 *
 * Each tick is asked for by number, so that a page that cannot be read costs only the ticks on
 * it. A damaged digest does not make the next tick look damaged: both the stored and the
 * recomputed one are tried as its predecessor. `collect` gets every sample found.
 */
export function checkChain(
  db: Database.Database,
  meta: ReadonlyMap<string, string>,
  collect: (id: number, t: number, value: number) => void,
): ChainCheck {
  const read = tickReader(db);
  const seqs: unknown[] = db.prepare('SELECT seq FROM tick ORDER BY seq').pluck().all();
  const damagedTicks: DamagedTick[] = [];
  const unproven: number[] = [];
  const problems: string[] = [];
  let digests: readonly string[] = [CHAIN_START];
  let last = 0;
  let samples = 0;
  for (const seq of seqs) {
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq <= last) {
      problems.push(`Tick ${String(seq)} follows tick ${String(last)}.`);
      continue;
    }
    const gap = seq - last - 1;
    if (gap > 0) {
      const missing = gap === 1 ? `Tick ${String(last + 1)} is` : `${String(gap)} ticks are`;
      problems.push(`${missing} missing before tick ${String(seq)}, so it cannot be checked.`);
      unproven.push(seq);
    }
    last = seq;
    try {
      const { row, rejects, rows } = read(seq);
      const tick = tickOf(row);
      const computed = digests.map((digest) => tickDigest(digest, tick, rejects, rows));
      // After a missing tick nothing can be said of the next but that it goes on from there.
      const sound = gap > 0 || computed.includes(row.digest);
      digests = [...new Set([row.digest, ...(gap > 0 ? [] : computed)])];
      samples += rows.length / 3;
      for (let i = 0; i < rows.length; i += 3) collect(rows[i]!, rows[i + 1]!, rows[i + 2]!);
      if (sound) continue;
    } catch (error) {
      if (!isDamage(error)) throw error;
      digests = [wreckOf(db, seq).digest];
    }
    damagedTicks.push({ seq, scheduledMs: wreckOf(db, seq).time });
  }
  const head = meta.get(HEAD);
  if (head !== undefined && !digests.some((digest) => head === `${String(last)} ${digest}`)) {
    problems.push(
      `The last tick is ${String(last)}, where meta "head" says ${head.slice(0, 24)}….`,
    );
  }
  return { ticks: seqs.length, samples, damagedTicks, unproven, problems };
}
