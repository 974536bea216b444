import type { TuneResult, TuneRow } from '../core/results.ts';
import { settingsFlags } from './display.ts';
import type { TuneModel, TuneTableRow } from './model.ts';

const ROWS_SHOWN = 15;
const DOTS_SHOWN = 400;

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

/** The best score for each pair of two members, over all others. */
function bestBy(
  rows: readonly TuneRow[],
  x: (row: TuneRow) => number,
  y: (row: TuneRow) => number,
): [number, number, number][] {
  const best = new Map<string, [number, number, number]>();
  for (const row of rows) {
    const key = `${String(x(row))} ${String(y(row))}`;
    const known = best.get(key);
    if (known === undefined || row.score > known[2]) best.set(key, [x(row), y(row), row.score]);
  }
  return [...best.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** A tuning result as tables and pictures show it. */
export function tuneModel(tune: TuneResult): TuneModel {
  const listed = new Set(tune.grid.thresholds);
  const seen = new Set<string>();
  const rows: TuneTableRow[] = [];
  for (const row of tune.rows) {
    const { window, smooth, consecutive } = row.settings;
    const key = [window, smooth, consecutive].join(' ');
    if (seen.has(key) || rows.length === ROWS_SHOWN) continue;
    seen.add(key);
    rows.push(toRow(row));
  }
  const chosen = tune.recommended?.settings;
  const recall = tune.rows.filter((row) => row.recall !== null);
  const step = Math.max(1, Math.ceil(recall.length / DOTS_SHOWN));
  const tradeOff = recall
    .filter((_, i) => i % step === 0)
    .map((row): [number, number, boolean] => [row.falseAlertsPerSeriesDay, row.recall ?? 0, false]);
  const best = recall.find((row) => row.settings === chosen || row.threshold === chosen?.threshold);
  if (best !== undefined && chosen !== undefined) {
    tradeOff.push([best.falseAlertsPerSeriesDay, best.recall ?? 0, true]);
  }
  return {
    objective: tune.objective,
    settingsTried: tune.rows.length,
    why: tune.recommended?.why ?? 'There is not enough evidence to recommend a setting.',
    flags: chosen === undefined ? '' : settingsFlags(chosen, ''),
    rows,
    windowThreshold: bestBy(
      tune.rows.filter((row) => listed.has(row.threshold)),
      (row) => row.settings.window,
      (row) => row.threshold,
    ),
    windowConsecutive: bestBy(
      tune.rows,
      (row) => row.settings.window,
      (row) => row.settings.consecutive,
    ),
    tradeOff,
  };
}
