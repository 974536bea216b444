import { canonicalJson } from '../core/canonical-json.ts';
import type { TuneResult, TuneRow } from '../core/results.ts';
import type { SettingPoint, SmallestModel } from './model.ts';

const KINDS = ['leak', 'hog'] as const;

/** Of all points those that catch less than every one with fewer false alerts. */
function lowerFront(points: readonly SettingPoint[]): SettingPoint[] {
  let least = Infinity;
  return [...points]
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .filter(([, size]) => {
      const isBetter = size < least;
      if (isBetter) least = size;
      return isBetter;
    });
}

/** One point for each setting and threshold that catches the kind at all; of equal ones the first. */
function pointsOf(
  { injected, grid }: TuneResult,
  rows: ReadonlyMap<string, TuneRow>,
  kind: string,
): SettingPoint[] {
  const points = new Map<string, SettingPoint>();
  for (const { settings, power } of injected?.settings ?? []) {
    const own = power.find((one) => one.kind === kind);
    if (own === undefined) continue;
    const sizes = [
      [settings.threshold, own.half?.size ?? null] as const,
      ...own.halfAt.map((size, t) => [grid.thresholds[t] ?? null, size] as const),
    ];
    for (const [threshold, size] of sizes) {
      const row = rows.get(canonicalJson({ ...settings, threshold }));
      if (threshold === null || size === null || row === undefined) continue;
      const { window, smooth, consecutive } = settings;
      const x = row.falseAlertsPerSeriesDay;
      const key = `${String(x)} ${String(size)}`;
      if (!points.has(key)) points.set(key, [x, size, window, smooth, consecutive, threshold]);
    }
  }
  return [...points.values()];
}

/** Without labels: false alerts against the smallest injected faults that settings catch. */
export function smallestOf(tune: TuneResult): SmallestModel[] {
  if (tune.injected === null || tune.rows.some(({ recall }) => recall !== null)) return [];
  const rows = new Map(
    tune.rows.map((row) => [canonicalJson({ ...row.settings, threshold: row.threshold }), row]),
  );
  return KINDS.flatMap((kind) => {
    const points = pointsOf(tune, rows, kind);
    const unit = tune.injected?.faults.find((fault) => fault.kind === kind)?.unit;
    if (unit === undefined || points.length === 0) return [];
    return [{ kind, unit, points, front: lowerFront(points) }];
  });
}
