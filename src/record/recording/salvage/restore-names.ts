import type Database from 'better-sqlite3';
import { type Cell, isCell, rowCheck } from '../row-check.ts';
import { checkedRows, type CheckedTable, storedChecks } from '../row-checks.ts';
import type { FoundSeries } from './gather.ts';

/** What became of the series. */
export interface RestoredSeries {
  readonly kept: number;
  /** Named by their index alone: without workload, node, request and limit. */
  readonly bare: number;
  /** Nothing tells their names, or another has them; their samples are gone, too. */
  readonly lost: number;
}

/** A container with more cores than this does not exist, so the values are nanocores. */
const MOST_CORES = 10_000;

/** Unit, kind and denominator of a series that only its name and values are left of. */
function formOf(
  db: Database.Database,
  id: number,
  metric: Cell,
): readonly [unit: string, kind: string, denominator: number] {
  if (metric === 'memory') return ['bytes', 'usage', 1];
  if (metric === 'replicas' || metric === 'replicas_desired') return ['replicas', 'signal', 1];
  if (metric !== 'cpu') return ['', 'signal', 1];
  const highest = db
    .prepare<[number], number | null>('SELECT max(value) FROM sample WHERE series_id = ?')
    .pluck()
    .get(id);
  return ['cores', 'usage', (highest ?? 0) > MOST_CORES ? 1e9 : 1];
}

/** Cells of a row of `series` around its names. */
const row = (id: number, names: readonly Cell[], rest: readonly Cell[]): readonly Cell[] => [
  id,
  ...names,
  ...rest,
];
/** Workload kind and name, node, pod uid, request, limit: not known. */
const NOTHING_MORE = [null, null, null, null, null, null] as const;

type SeriesRows = ReadonlyMap<number, readonly Cell[]>;

/** How many of some rows of `series` bear each name. */
function bearers(rows: SeriesRows): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const cells of rows.values()) {
    const name = nameOf(cells);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const nameOf = (cells: readonly Cell[]): string => JSON.stringify(cells.slice(1, 5));

/** Series whose checksums prove them; where there are no checksums, all. */
function provenSeries(meta: ReadonlyMap<string, string>, { rows, names }: FoundSeries): SeriesRows {
  const checks = new Set(storedChecks(meta, 'series'));
  const proven = new Map<number, readonly Cell[]>();
  for (const [id, cells] of rows) {
    const indexed = names.get(id);
    const ways = [cells, ...(indexed === undefined ? [] : [row(id, indexed, cells.slice(5))])];
    const way = ways.find((one) => checks.size === 0 || checks.has(rowCheck('series', one)));
    if (way !== undefined) proven.set(id, way);
  }
  return proven;
}

/** Series of which the index alone tells the names. */
function bareSeries(db: Database.Database, proven: SeriesRows, names: SeriesRows): SeriesRows {
  // Series of one metric are stored in one form.
  const forms = new Map([...proven.values()].map((cells) => [cells[4], cells.slice(5, 8)]));
  const bare = new Map<number, readonly Cell[]>();
  for (const [id, indexed] of names) {
    if (proven.has(id)) continue;
    const metric = indexed[3] ?? '';
    const form = forms.get(metric) ?? formOf(db, id, metric);
    bare.set(id, row(id, indexed, [...form, ...NOTHING_MORE]));
  }
  return bare;
}

/**
 * Keeps the series that their checksums prove, mends names from the index, and takes the index's
 * names alone where that is all there is. Of series without a name, and of those that claim the
 * name of another, the samples are deleted: nobody can tell whose they are. Ids are dense again
 * afterwards.
 */
export function restoreSeries(
  db: Database.Database,
  meta: ReadonlyMap<string, string>,
  found: FoundSeries,
): RestoredSeries {
  const used = db.prepare<[], number>('SELECT DISTINCT series_id FROM sample').pluck().all();
  const proven = provenSeries(meta, found);
  const bare = bareSeries(db, proven, found.names);
  const [ofProven, ofBare] = [bearers(proven), bearers(bare)];
  const rows = new Map(
    [
      ...[...proven].filter(([, cells]) => ofProven.get(nameOf(cells)) === 1),
      ...[...bare].filter(([, cells]) => {
        const name = nameOf(cells);
        return !ofProven.has(name) && ofBare.get(name) === 1;
      }),
    ]
      // Series are numbered from 1; what else stands there is damage.
      .filter(([id]) => id >= 1)
      .sort(([a], [b]) => a - b),
  );

  db.prepare('DELETE FROM sample WHERE series_id NOT IN (SELECT value FROM json_each(?))').run(
    JSON.stringify([...rows.keys()]),
  );
  const put = db.prepare('INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const move = db.prepare('UPDATE sample SET series_id = ? WHERE series_id = ?');
  let id = 0;
  for (const [old, cells] of rows) {
    id += 1;
    put.run(id, ...cells.slice(1));
    // Ids ascend from 1, so none moves onto one that has yet to move.
    if (id !== old) move.run(id, old);
  }
  return {
    kept: id,
    bare: [...rows.keys()].filter((one) => bare.has(one)).length,
    lost: used.filter((one) => !rows.has(one)).length,
  };
}

/**
 * Keeps the rows of marks, labels or notes that their checksums prove, numbered without holes.
 * Returns how many are missing.
 */
export function restoreRows(
  db: Database.Database,
  meta: ReadonlyMap<string, string>,
  table: Exclude<CheckedTable, 'series'>,
): number {
  const checks = new Set(storedChecks(meta, table));
  const proven = checkedRows(db, table).filter(
    (cells) => cells.every(isCell) && (checks.size === 0 || checks.has(rowCheck(table, cells))),
  ) as Cell[][];
  db.exec(`DELETE FROM ${table}`);
  proven.forEach((cells, i) => {
    const numbered = table === 'note' ? cells : [i + 1, ...cells.slice(1)];
    const places = cells.map(() => '?').join(', ');
    db.prepare(`INSERT INTO ${table} VALUES (${places})`).run(...numbered);
  });
  return Math.max(0, checks.size - proven.length);
}
