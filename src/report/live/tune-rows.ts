import type { InjectedFault } from '../../core/tune-advice.ts';
import { faultSize, percent, scoreText } from '../display.ts';
import type { HeatCell, SettingPoint, SmallestModel, TuneModel } from '../model.ts';

/** So many cells have room for their number. */
const NUMBERED_CELLS = 100;

/** The listed value nearest to one in use. */
export function nearest(values: readonly number[], wanted: number): number | null {
  let best: number | null = null;
  for (const v of values) {
    if (best === null || Math.abs(v - wanted) < Math.abs(best - wanted)) best = v;
  }
  return best;
}

/** What the cells of heat maps are, for people: what settings are ranked by. */
export function heatMeasure({ confidence }: Pick<TuneModel, 'confidence'>): string {
  if (confidence === null) return 'Best score';
  // Under an alert budget it is the width of the plateau.
  return confidence.lowerIsBetter
    ? 'Share by which the threshold may fall'
    : `Best ${confidence.measure}`;
}

/** Cells as rows of a heat map, each with its number, ink and tooltip. */
export function heatRows(tune: TuneModel, cells: readonly HeatCell[], yName: string) {
  const measure = heatMeasure(tune).toLowerCase();
  const numberOf = (z: number, digits: number): string =>
    z < 0 && tune.confidence?.lowerIsBetter === true ? 'over budget' : z.toFixed(digits);
  const scores = cells.map(([, , score]) => score);
  const low = Math.min(...scores);
  const high = Math.max(...scores);
  return cells.map(([x, y, z]) => {
    const share = high > low ? (z - low) / (high - low) : 1;
    return {
      ...{ x, y, z },
      told: cells.length <= NUMBERED_CELLS ? numberOf(z, 2) : '',
      ink: share > 0.5 ? 'var(--panel)' : 'var(--text)',
      tip: `window ${String(x)}, ${yName} ${String(y)}: ${measure} ${numberOf(z, 3)}`,
    };
  });
}

/** The cell of a window that stands for the value nearest to one in use. */
export function cellAt(
  cells: readonly HeatCell[],
  x: number,
  y: number,
): { x: number; y: number }[] {
  const own = cells.filter(([window]) => window === x).map(([, value]) => value);
  const near = nearest(own, y);
  return near === null ? [] : [{ x, y: near }];
}

/** Ticks of a rate that begins at 0 and is then seen by orders of magnitude. */
export function tradeTicks(most: number): number[] {
  const ticks = [0];
  for (let tick = 0.5; tick <= most; tick *= tick === 0.5 ? 4 : 5) ticks.push(tick);
  return ticks;
}

/** A recommendation as a point of the trade-off; none without labels. */
export function recommendedPoint({ recommended }: TuneModel): { x: number; y: number }[] {
  if (recommended === null || recommended.labels === 0) return [];
  return [{ x: recommended.falsePerDay, y: recommended.detected / recommended.labels }];
}

/** Points as rows, each with what it finds and its settings as a tooltip. */
export function pointRows(points: readonly SettingPoint[], told: (found: number) => string) {
  return points.map(([x, y, window, smooth, consecutive, threshold]) => ({
    ...{ x, y },
    tip:
      `${told(y)}: window ${String(window)}, smoothing ${String(smooth)}, ` +
      `${String(consecutive)} in a row, threshold ${scoreText(threshold)}`,
  }));
}

const foundText = (recall: number): string => `${percent(recall)} found`;

/** Points of the smallest fault caught as rows. */
export const smallestRows = (points: readonly SettingPoint[], unit: InjectedFault['unit']) =>
  pointRows(points, (size) => `from ${faultSize(size, unit)}`);

/** What a chart of recall against false alerts is drawn from, without the settings in use. */
export function tradeContent(tune: TuneModel) {
  const best = recommendedPoint(tune);
  return {
    rows: {
      ...{ dots: pointRows(tune.trade, foundText), front: pointRows(tune.front, foundText), best },
      names: best.map((point) => ({ ...point, name: 'recommended' })),
    },
    signals: { ticks: tradeTicks(Math.max(...tune.trade.map(([x]) => x))) },
  };
}

/** The recommended setting among them; none where it does not catch even the largest. */
function recommendedSmallest(
  { recommended }: TuneModel,
  { points: [first] }: SmallestModel,
): readonly SettingPoint[] {
  if (recommended === null || first === undefined) return [];
  const [, , window, smooth, consecutive, threshold] = first;
  const isIt =
    window === recommended.window &&
    smooth === recommended.smooth &&
    consecutive === recommended.consecutive &&
    threshold === recommended.threshold;
  return isIt ? [first] : [];
}

/** What a chart of the smallest fault caught is drawn from, without the settings in use. */
export function smallestContent(tune: TuneModel, trade: SmallestModel) {
  const { points, unit } = trade;
  const best = smallestRows(recommendedSmallest(tune, trade), unit);
  const front = smallestRows(trade.front, unit);
  const most = Math.max(...points.map(([x]) => x));
  return {
    rows: {
      dots: smallestRows(points, unit),
      // More false alerts than the last point's catch nothing smaller.
      front: [...front, ...front.slice(-1).map((last) => ({ ...last, x: most }))],
      best,
      names: best.map((point) => ({ ...point, name: 'recommended' })),
    },
    signals: { ticks: tradeTicks(most) },
  };
}

/** The cell of a heat map that is recommended; none where its thresholds are not listed. */
export function recommendedCell(tune: TuneModel, cells: readonly HeatCell[]) {
  const { recommended, plateau } = tune;
  if (recommended === null) return [];
  const { window, threshold, consecutive } = recommended;
  if (cells !== tune.windowThreshold) return cellAt(cells, window, consecutive);
  const [low, high] = plateau ?? [threshold, threshold];
  const asGood = cells.filter(([, listed]) => low <= listed && listed <= high);
  return cellAt(asGood, window, threshold);
}

/** Share found by size, for the injected faults of one unit; half and 90 % are named by size. */
export function powerRows({ caught }: TuneModel, unit: InjectedFault['unit']) {
  const own = caught.filter(({ fault }) => fault.unit === unit);
  const sizes = own.flatMap(({ power }) => power.curve.map(({ size }) => size));
  const middle = Math.sqrt(Math.min(...sizes) * Math.max(...sizes));
  const isOne = own.length === 1;
  return {
    curves: own.flatMap(({ fault: { kind }, power: { curve } }) =>
      curve.map(({ size, share }) => ({ x: size, y: share, kind })),
    ),
    marks: [{ y: 0.5 }, { y: 0.9 }],
    names: own.flatMap(({ fault: { kind }, power: { half, most } }) =>
      [half, most].flatMap((size, at) => {
        if (size === null) return [];
        const isLate = size.size > middle;
        const name = `${isOne ? '' : `${kind} `}${faultSize(size.size, unit)}`;
        const side = { align: isLate ? 'right' : 'left', dx: isLate ? -10 : 10 };
        return [{ x: size.size, y: at === 0 ? 0.5 : 0.9, name, ...side }];
      }),
    ),
  };
}
