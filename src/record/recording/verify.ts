import type Database from 'better-sqlite3';
import { CHAIN_START, tickDigest, walkTicks } from './chain.ts';
import { readColumns } from './columns.ts';
import { contextDigest } from './context.ts';
import { withRecording } from './open.ts';
import { readMeta, tickOf } from './rows.ts';

/** A tick whose rows are not those that were committed. */
export interface DamagedTick {
  readonly seq: number;
  readonly scheduledMs: number;
}

export interface Verification {
  readonly ticks: number;
  readonly samples: number;
  readonly finalised: boolean;
  /** The digest of the samples as they are now. */
  readonly digest: string;
  readonly damagedTicks: readonly DamagedTick[];
  /** Everything else that is wrong, one sentence each. */
  readonly problems: readonly string[];
}

function checkTicks(
  db: Database.Database,
): Pick<Verification, 'ticks' | 'samples' | 'damagedTicks'> {
  const damagedTicks: DamagedTick[] = [];
  let previous = CHAIN_START;
  let ticks = 0;
  let samples = 0;
  for (const { row, rejects, rows } of walkTicks(db)) {
    ticks += 1;
    samples += rows.length / 3;
    const hole = row.seq !== ticks + damagedTicks.length && row.seq !== ticks;
    if (hole || tickDigest(previous, tickOf(row), rejects, rows) !== row.digest) {
      damagedTicks.push({ seq: row.seq, scheduledMs: row.scheduled_ms });
    }
    // Going on from the stored digest blames the damaged tick alone, not all that follow it.
    previous = row.digest;
  }
  return { ticks, samples, damagedTicks };
}

/**
 * Checks a recording tick by tick against the digests that were written with it.
 *
 * Any change of a sample, a tick, a reject, a series, a mark, a label, a note or the metadata of a
 * finalised recording is found. Throws BAD_RECORDING when the file cannot be read at all.
 */
export function verifyRecording(path: string): Verification {
  return withRecording(path, (db) => {
    const checked = checkTicks(db);
    const problems: string[] = [];
    const stray = db
      .prepare('SELECT count(*) FROM sample WHERE tick NOT IN (SELECT seq FROM tick)')
      .pluck()
      .get();
    if (Number(stray) > 0) problems.push(`${String(stray)} samples belong to no tick.`);
    const unknown = db
      .prepare('SELECT count(*) FROM sample WHERE series_id NOT IN (SELECT id FROM series)')
      .pluck()
      .get();
    if (Number(unknown) > 0) problems.push(`${String(unknown)} samples belong to no series.`);
    const lost = db
      .prepare('SELECT count(*) FROM reject WHERE tick NOT IN (SELECT seq FROM tick)')
      .pluck()
      .get();
    if (Number(lost) > 0) problems.push(`${String(lost)} rejects belong to no tick.`);
    const meta = readMeta(db);
    const { digest } = readColumns(db);
    const context = meta.get('context_digest');
    if (context !== undefined) {
      if (meta.get('digest') !== digest) problems.push('The samples are not those finalised.');
      if (context !== contextDigest(db)) {
        problems.push('Series, marks, labels, notes or metadata are not those finalised.');
      }
    }
    return { ...checked, finalised: context !== undefined, digest, problems };
  });
}
