import type Database from 'better-sqlite3';
import type { Tick } from '../../../core/recording.ts';
import { CHAIN_START, tickDigest, tickReader } from '../chain.ts';
import { HEAD, setMeta } from '../meta.ts';
import { readTickRows, tickOf } from '../rows.ts';
import { checkChain } from '../verify-chain.ts';

/** Ticks that could not be saved, one after another. */
export interface LostTicks {
  readonly first: number;
  readonly last: number;
  /** When the first and the last of them were due, Unix ms. */
  readonly startMs: number;
  readonly endMs: number;
}

/** What a recording says in place of a tick that was lost. */
const LOST = 'lost: the file was damaged';

/** More ticks than this after the last one found are damage, not loss. */
const MOST_AT_END = 10_000_000;

function keepOnly(db: Database.Database, good: readonly number[]): void {
  db.exec('CREATE TEMP TABLE good (seq INTEGER PRIMARY KEY)');
  const put = db.prepare('INSERT INTO temp.good VALUES (?)');
  for (const seq of good) put.run(seq);
  const others = 'NOT IN (SELECT seq FROM temp.good)';
  db.exec(`DELETE FROM sample WHERE tick ${others}; DELETE FROM reject WHERE tick ${others};
    DELETE FROM tick WHERE seq ${others}; DROP TABLE temp.good`);
}

/** The interval that all ticks keep to, ms; null: they keep to none. */
export function intervalOf(ticks: readonly Pick<Tick, 'seq' | 'scheduledMs'>[]): number | null {
  const [first, last] = [ticks[0], ticks[ticks.length - 1]];
  if (first === undefined || last === undefined || last.seq === first.seq) return null;
  const step = (last.scheduledMs - first.scheduledMs) / (last.seq - first.seq);
  const keeps = ticks.every(
    ({ seq, scheduledMs }) =>
      Math.abs(first.scheduledMs + (seq - first.seq) * step - scheduledMs) <= 1,
  );
  return keeps && step > 0 ? step : null;
}

/** Runs of numbers from 1 to `total` that are not among `good`, which ascend. */
function runsBetween(good: readonly number[], total: number): [first: number, last: number][] {
  const runs: [number, number][] = [];
  let next = 1;
  for (const seq of [...good, total + 1]) {
    if (seq > next) runs.push([next, seq - 1]);
    next = seq + 1;
  }
  return runs;
}

/**
 * Keeps the ticks whose digest proves them, and records the others as `missed` at the times when
 * they were due (in an import, which has no schedule, at that of the tick before). The chain of
 * digests is not made anew yet: see `rechain`.
 *
 * `meta` is what was found of the metadata; its head tells how many ticks there were.
 */
export function restoreTicks(
  db: Database.Database,
  meta: ReadonlyMap<string, string>,
): { readonly saved: number; readonly lost: readonly LostTicks[] } {
  const { damagedTicks, unproven } = checkChain(db, meta, () => undefined);
  const bad = new Set([...damagedTicks.map(({ seq }) => seq), ...unproven]);
  const found = db.prepare<[], number>('SELECT seq FROM tick ORDER BY seq').pluck().all();
  const good = found.filter((seq) => seq >= 1 && !bad.has(seq));
  keepOnly(db, good);
  const ticks = readTickRows(db).map(tickOf);
  const last = ticks[ticks.length - 1];
  if (last === undefined) return { saved: 0, lost: [] };

  const head = Number(/^(\d+) [0-9a-f]{64}$/.exec(meta.get(HEAD) ?? '')?.[1] ?? 0);
  const total = head > last.seq && head - last.seq <= MOST_AT_END ? head : last.seq;
  const interval = intervalOf(ticks);
  const bySeq = new Map(ticks.map((tick) => [tick.seq, tick.scheduledMs]));
  const [{ seq: firstSeq, scheduledMs: firstMs } = last] = ticks;
  const dueMs = (seq: number, first: number): number =>
    interval === null
      ? (bySeq.get(first - 1) ?? firstMs)
      : Math.round(firstMs + (seq - firstSeq) * interval);
  const put = db.prepare(
    `INSERT INTO tick VALUES (?, ?, NULL, NULL, 'missed', ?, 0, 0, 0, 0, 0, '')`,
  );
  const lost = runsBetween(good, total).map(([first, end]): LostTicks => {
    for (let seq = first; seq <= end; seq++) put.run(seq, dueMs(seq, first), LOST);
    return { first, last: end, startMs: dueMs(first, first), endMs: dueMs(end, first) };
  });
  return { saved: good.length, lost };
}

/** Counts the samples of every tick again and chains the digests anew. */
export function rechain(db: Database.Database): { readonly ticks: number } {
  const read = tickReader(db);
  const update = db.prepare('UPDATE tick SET samples = ?, digest = ? WHERE seq = ?');
  let digest = CHAIN_START;
  let ticks = 0;
  for (const seq of db.prepare<[], number>('SELECT seq FROM tick ORDER BY seq').pluck().all()) {
    const { row, rejects, rows } = read(seq);
    const samples = rows.length / 3;
    digest = tickDigest(digest, tickOf({ ...row, samples }), rejects, rows);
    update.run(samples, digest, seq);
    ticks = seq;
  }
  setMeta(db, HEAD, `${String(ticks)} ${digest}`);
  return { ticks };
}
