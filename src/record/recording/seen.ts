import type Database from 'better-sqlite3';
import { countBelow } from '../../core/count-below.ts';

/**
 * Times and values kept per series: two replicas of a source step back by one poll or so, and a
 * recorder of 30,000 series has them all in memory.
 */
const KEPT = 16;

/** What is remembered of one series, so that repeats are found without asking the file. */
interface Memory {
  /** The newest time stored; −Infinity before the first. */
  newest: number;
  /** Everything stored later than this is in `times`. */
  floor: number;
  /** Ascending; at most twice `KEPT` long. */
  times: number[];
  values: number[];
  /** All of the series is in the temporary table. */
  indexed: boolean;
}

/**
 * What has been stored, by (series, time): exact for any order of arrival, in bounded memory.
 *
 * Ascending times cost a comparison. A step back is looked up among the last 16 or more samples
 * of the series; one further back in a temporary table, filled from the file when first needed.
 */
export interface Seen {
  /** Makes `find` able to answer for all of these; call outside the tick's transaction. */
  readonly prepare: (series: ArrayLike<number>, times: ArrayLike<number>) => void;
  /** The stored value of that series at that time; undefined: none. */
  readonly find: (series: number, time: number) => number | undefined;
  /** The newest stored time of the series; −Infinity: nothing stored. */
  readonly newest: (series: number) => number;
  /**
   * Takes new samples (id, time, value triples) into the temporary table, where they must be
   * there; call inside the tick's transaction.
   */
  readonly index: (rows: Float64Array) => void;
  /** Takes stored samples into memory; call when they are committed. */
  readonly remember: (rows: Float64Array) => void;
}

/** Builds of the temporary table for some series before it is built for all. */
const PARTIAL_BUILDS = 3;

/** The end of a recording that is gone on with, enough to find most repeats without the file. */
export interface StoredTail {
  /** Series of the recording; their ids are 1 to this. */
  readonly series: number;
  /** The newest sample time before the tail; −Infinity: the tail is all there is. */
  readonly olderMs: number;
  /** Samples in the order of their ticks: series id, time, stored value. */
  readonly rows: Float64Array;
}

const NOTHING_STORED: StoredTail = { series: 0, olderMs: -Infinity, rows: new Float64Array() };

/** The memory of a recording that holds no samples but those of `stored` and older ones. */
export function createSeen(db: Database.Database, stored: StoredTail = NOTHING_STORED): Seen {
  const memories: (Memory | undefined)[] = [];
  let builds = 0;
  let all = false;
  let lookup: Database.Statement<[number, number], number> | null = null;
  let insert: Database.Statement<[number, number, number]> | null = null;

  function memory(series: number): Memory {
    const olderMs = series <= stored.series ? stored.olderMs : -Infinity;
    return (memories[series] ??= {
      newest: olderMs,
      floor: olderMs,
      times: [],
      values: [],
      indexed: all,
    });
  }

  function build(needed: readonly number[]): void {
    if (lookup === null) {
      db.exec(`CREATE TEMP TABLE seen (
        series_id INTEGER NOT NULL, t_ms INTEGER NOT NULL, value REAL NOT NULL,
        PRIMARY KEY (series_id, t_ms)) STRICT, WITHOUT ROWID`);
      lookup = db.prepare('SELECT value FROM temp.seen WHERE series_id = ? AND t_ms = ?');
      lookup.pluck();
      insert = db.prepare('INSERT INTO temp.seen (series_id, t_ms, value) VALUES (?, ?, ?)');
    }
    // Every build reads the whole sample table, so their number must be bounded.
    builds += 1;
    all = builds > PARTIAL_BUILDS;
    const ids = all
      ? memories.flatMap((known, id) => (known !== undefined && !known.indexed ? [id] : []))
      : needed;
    db.prepare(
      `INSERT INTO temp.seen SELECT series_id, t_ms, value FROM main.sample
       WHERE series_id IN (SELECT value FROM json_each(?)) ORDER BY series_id, t_ms`,
    ).run(JSON.stringify(ids));
    for (const id of ids) memory(id).indexed = true;
  }

  remember(stored.rows);

  return {
    prepare(series, times) {
      const needed = new Set<number>();
      for (let i = 0; i < series.length; i++) {
        const id = series[i] ?? 0;
        const known = memory(id);
        if ((times[i] ?? 0) <= known.floor && !known.indexed) needed.add(id);
      }
      if (needed.size > 0) build([...needed]);
    },
    find(series, time) {
      const known = memory(series);
      if (time > known.newest) return undefined;
      if (time > known.floor) {
        const at = countBelow(known.times, time);
        return known.times[at] === time ? known.values[at] : undefined;
      }
      return lookup?.get(series, time);
    },
    newest: (series) => memory(series).newest,
    index(rows) {
      if (insert === null) return;
      for (let i = 0; i < rows.length; i += 3) {
        if (memory(rows[i]!).indexed) insert.run(rows[i]!, rows[i + 1]!, rows[i + 2]!);
      }
    },
    remember,
  };

  function remember(rows: Float64Array): void {
    for (let i = 0; i < rows.length; i += 3) keep(rows[i]!, rows[i + 1]!, rows[i + 2]!);
  }

  function keep(series: number, time: number, value: number): void {
    const known = memory(series);
    if (time > known.newest) {
      known.newest = time;
      known.times.push(time);
      known.values.push(value);
    } else if (time > known.floor) {
      const at = countBelow(known.times, time);
      known.times.splice(at, 0, time);
      known.values.splice(at, 0, value);
    }
    if (known.times.length >= 2 * KEPT) {
      known.floor = known.times[known.times.length - KEPT - 1] ?? known.floor;
      known.times = known.times.slice(-KEPT);
      known.values = known.values.slice(-KEPT);
    }
  }
}
