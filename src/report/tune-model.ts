import type { TuneResult, TuneRow } from '../core/results.ts';
import type { CaughtModel, HeatCell, SettingPoint, TuneModel, TuneTableRow } from './model.ts';
import { smallestOf } from './smallest.ts';

const ROWS_SHOWN = 12;
const POINTS_SHOWN = 400;

const toRow = (row: TuneRow): TuneTableRow => ({
  window: row.settings.window,
  smooth: row.settings.smooth,
  consecutive: row.settings.consecutive,
  threshold: row.threshold,
  alerts: row.alerts,
  falseAlerts: row.falseAlerts,
  falsePerDay: row.falseAlertsPerSeriesDay,
  detected: row.detected,
  labels: row.labels,
  f1: row.f1,
  delay: row.medianDelaySeconds,
  score: row.score,
});

/** The best score for each pair of two members, over all others; by x, then y. */
function bestBy(
  rows: readonly TuneRow[],
  x: (row: TuneRow) => number,
  y: (row: TuneRow) => number,
): HeatCell[] {
  const best = new Map<string, HeatCell>();
  for (const row of rows) {
    const key = `${String(x(row))} ${String(y(row))}`;
    const known = best.get(key);
    if (known !== undefined && row.score <= known[2]) continue;
    const { smooth, consecutive } = row.settings;
    best.set(key, [x(row), y(row), row.score, smooth, consecutive, row.threshold]);
  }
  return [...best.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** The first row of each window, smoothing and count: rows come best first. */
function bestOfEach(rows: readonly TuneRow[]): TuneTableRow[] {
  const seen = new Set<string>();
  const best: TuneTableRow[] = [];
  for (const row of rows) {
    const { window, smooth, consecutive } = row.settings;
    const key = [window, smooth, consecutive].join(' ');
    if (seen.has(key)) continue;
    seen.add(key);
    best.push(toRow(row));
    if (best.length === ROWS_SHOWN) break;
  }
  return best;
}

/** The recommended row before the others, once. */
function withFirst(first: TuneTableRow | null, rows: readonly TuneTableRow[]): TuneTableRow[] {
  if (first === null) return [...rows];
  const isOther = (row: TuneTableRow): boolean =>
    row.window !== first.window ||
    row.smooth !== first.smooth ||
    row.consecutive !== first.consecutive ||
    row.threshold !== first.threshold;
  return [first, ...rows.filter(isOther)].slice(0, ROWS_SHOWN);
}

/** Distinct points of all rows that have a recall, by false alerts; of equal ones the best row's. */
function tradePoints(rows: readonly TuneRow[]): SettingPoint[] {
  const points = new Map<string, SettingPoint>();
  for (const { recall, falseAlertsPerSeriesDay: cost, settings, threshold } of rows) {
    const key = `${String(cost)} ${String(recall)}`;
    if (recall === null || points.has(key)) continue;
    const { window, smooth, consecutive } = settings;
    points.set(key, [cost, recall, window, smooth, consecutive, threshold]);
  }
  return [...points.values()].sort((a, b) => a[0] - b[0] || b[1] - a[1]);
}

/** Of points by ascending x those with more y than every one before. */
function upperFront(points: readonly SettingPoint[]): SettingPoint[] {
  let most = -Infinity;
  return points.filter(([, recall]) => {
    const isBetter = recall > most;
    if (isBetter) most = recall;
    return isBetter;
  });
}

/** What the recommended setting, or else the best, catches of each kind of injected fault. */
function caughtOf({ injected }: TuneResult): CaughtModel[] {
  const power = injected?.settings[0]?.power ?? [];
  return (injected?.faults ?? []).flatMap((fault) => {
    const own = power.find(({ kind }) => kind === fault.kind);
    return own === undefined ? [] : [{ fault, power: own }];
  });
}

/** A tuning result as tables and pictures show it. `flags` gives the recommended settings. */
export function tuneModel(tune: TuneResult, flags: string): TuneModel {
  const listed = new Set(tune.grid.thresholds);
  const points = tradePoints(tune.rows);
  const step = Math.max(1, Math.ceil(points.length / POINTS_SHOWN));
  const chosen = tune.recommended?.settings;
  const row = tune.rows.find(
    ({ settings: s, threshold }) =>
      threshold === chosen?.threshold &&
      s.window === chosen.window &&
      s.smooth === chosen.smooth &&
      s.consecutive === chosen.consecutive,
  );
  return {
    detector: tune.grid.detectors.join(', '),
    objective: tune.objective,
    tried: tune.rows.length,
    why: tune.recommended?.why ?? 'There is not enough evidence to recommend a setting.',
    flags: tune.recommended === null ? '' : flags,
    recommended: row === undefined ? null : toRow(row),
    plateau: tune.recommended?.plateau.thresholds ?? null,
    rows: withFirst(row === undefined ? null : toRow(row), bestOfEach(tune.rows)),
    windowThreshold: bestBy(
      tune.rows.filter(({ threshold }) => listed.has(threshold)),
      ({ settings }) => settings.window,
      ({ threshold }) => threshold,
    ),
    windowConsecutive: bestBy(
      tune.rows,
      ({ settings }) => settings.window,
      ({ settings }) => settings.consecutive,
    ),
    trade: points.filter((_, i) => i % step === 0),
    front: upperFront(points),
    smallest: smallestOf(tune),
    confidence: tune.confidence,
    caught: caughtOf(tune),
    digest: tune.digest,
  };
}
