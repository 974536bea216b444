import type Database from 'better-sqlite3';
import { type Cell, isCell, rowCheck } from '../row-check.ts';
import { checkedRows, type CheckedTable, storedChecks } from '../row-checks.ts';
import type { SeriesNames } from './gather.ts';

/** What became of the series. */
export interface RestoredSeries {
  readonly kept: number;
  /** Named by their index alone: without workload, node, request and limit. */
  readonly bare: number;
  /** Nothing tells their names; their samples are gone, too. */
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

/**
 * Keeps the series that their checksums prove, mends names from the index, and takes the index's
 * names alone where that is all there is; of series without any name the samples are deleted.
 * Ids are dense again afterwards.
 */
export function restoreSeries(
  db: Database.Database,
  meta: ReadonlyMap<string, string>,
  names: SeriesNames,
): RestoredSeries {
  const checks = new Set(storedChecks(meta, 'series'));
  const found = new Map(checkedRows(db, 'series').map((cells) => [Number(cells[0]), cells]));
  const used = db.prepare<[], number>('SELECT DISTINCT series_id FROM sample').pluck().all();
  const isProven = (cells: readonly unknown[]): boolean =>
    cells.every(isCell) && (checks.size === 0 || checks.has(rowCheck('series', cells)));
  const ids = [...new Set([...found.keys(), ...names.keys(), ...used])].sort((a, b) => a - b);
  const rows = new Map<number, readonly unknown[]>();
  const forms = new Map<Cell, readonly unknown[]>();
  const unnamed: number[] = [];
  let bare = 0;

  for (const id of ids) {
    const cells = found.get(id);
    const indexed = names.get(id);
    const ways = [
      ...(cells === undefined ? [] : [cells]),
      ...(cells === undefined || indexed === undefined
        ? []
        : [[id, ...indexed, ...cells.slice(5)]]),
    ];
    const proven = ways.find(isProven);
    if (proven === undefined) continue;
    rows.set(id, proven);
    forms.set(proven[4] as Cell, proven.slice(5, 8));
  }
  const isUsed = new Set(used);
  for (const id of ids) {
    if (rows.has(id)) continue;
    const indexed = names.get(id);
    if (indexed === undefined) {
      if (isUsed.has(id)) unnamed.push(id);
      continue;
    }
    const metric = indexed[3] ?? '';
    // Series of one metric are stored in one form.
    const form = (forms.get(metric) as Cell[] | undefined) ?? formOf(db, id, metric);
    rows.set(id, row(id, indexed, [...form, ...NOTHING_MORE]));
    bare += 1;
  }

  db.exec('DELETE FROM series');
  const drop = db.prepare('DELETE FROM sample WHERE series_id = ?');
  for (const id of unnamed) drop.run(id);
  const put = db.prepare(
    'INSERT OR IGNORE INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const move = db.prepare('UPDATE sample SET series_id = ? WHERE series_id = ?');
  let id = 0;
  let twice = 0;
  for (const [old, cells] of [...rows].sort(([a], [b]) => a - b)) {
    if (put.run(id + 1, ...cells.slice(1)).changes === 0) {
      // Another has this name already, so nobody can tell whose samples these are.
      drop.run(old);
      twice += 1;
      continue;
    }
    id += 1;
    if (id !== old) move.run(id, old);
  }
  return { kept: id, bare, lost: unnamed.length + twice };
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
