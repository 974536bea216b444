import type { ComparedWorkload, RunComparison, WorkloadColumns } from '../../core/comparison.ts';
import { formatDuration } from '../../core/time.ts';
import { drawnPositions } from '../decimate.ts';
import { displayUnit, type DisplayUnit } from '../display.ts';
import { e, type Html } from '../sections/markup.ts';
import { roundTicks, timeTicks } from './ticks.ts';

/** Which of a workload's columns a chart shows. */
export type View = 'mean' | 'high' | 'total';

const WIDTH = 420;
const HEIGHT = 168;
const PLOT = { left: 46, right: 8, top: 18, bottom: 22 } as const;
const BUCKETS = 130;

/** The unit that a workload's charts are drawn in: one for all views. */
export function overlayUnit({ columns, unit }: ComparedWorkload): DisplayUnit {
  let most = 0;
  for (const one of columns) for (const v of one?.total ?? []) if (v > most) most = v;
  return displayUnit(unit, most);
}

const n1 = (v: number): string => v.toFixed(1);

/** A line with breaks where there is no sample. */
function pathOf(
  column: Float64Array,
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  // Lines that do not begin together have no value at one end or the other: those are no gaps.
  const gaps = new Uint8Array(column.length);
  let path = '';
  let isOpen = false;
  for (const i of drawnPositions(column, gaps, BUCKETS)) {
    const v = column[i]!;
    if (Number.isNaN(v)) {
      isOpen = false;
      continue;
    }
    path += `${isOpen ? 'L' : 'M'}${n1(x(i))},${n1(y(v))}`;
    isOpen = true;
  }
  return path;
}

/** First and last step with samples in any run, so that charts show nothing but them. */
function shownSteps(columns: readonly (WorkloadColumns | null)[]): readonly [number, number] {
  let first = Infinity;
  let last = 0;
  for (const one of columns) {
    one?.pods.forEach((pods, s) => {
      if (pods === 0) return;
      if (s < first) first = s;
      if (s > last) last = s;
    });
  }
  return [Math.min(first, last), last];
}

const timeText = (ms: number): string =>
  ms === 0 ? '0' : `${ms < 0 ? '−' : ''}${formatDuration(Math.abs(ms))}`;

/** Names of phases over their stretches, those with room; the first phase is the whole run. */
function phaseBands(comparison: RunComparison, x: (ms: number) => number): Html {
  const right = WIDTH - PLOT.right;
  return comparison.phases
    .slice(1)
    .map(({ name, spans }, p) => {
      const [from = 0, to = 0] = spans[0] ?? [];
      const left = Math.max(PLOT.left, x(from));
      const width = Math.min(right, x(to)) - left;
      if (width <= 0) return '';
      const band = `<rect class="phase${p % 2 === 0 ? ' odd' : ''}" x="${n1(left)}" y="${String(PLOT.top)}" width="${n1(width)}" height="${String(HEIGHT - PLOT.top - PLOT.bottom)}"><title>${e(name)}</title></rect>`;
      const told =
        name.length * 5.6 < width
          ? `<text class="phase-name" x="${n1(left + 3)}" y="11">${e(name)}</text>`
          : '';
      return band + told;
    })
    .join('');
}

/**
 * All runs' lines of a workload's metric on one axis of time, as SVG with the page's classes; null
 * without a sample to draw.
 */
export function overlaySvg(
  comparison: RunComparison,
  place: number,
  view: View,
  describe: string,
): Html | null {
  const workload = comparison.workloads[place];
  if (workload === undefined) return null;
  const { fromMs, stepMs } = comparison;
  const [first, last] = shownSteps(workload.columns);
  let low = Infinity;
  let high = -Infinity;
  for (const one of workload.columns) {
    for (const v of one?.[view] ?? []) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
  }
  if (low > high) return null;
  const unit = overlayUnit(workload);
  const floor = low > high * 0.7 ? Math.max(0, low - high * 0.15) : Math.min(0, low);
  const top = high > floor ? high + (high - floor) * 0.06 : floor + 1;
  const msOf = (step: number): number => fromMs + (step + 0.5) * stepMs;
  const [from, to] = [fromMs + first * stepMs, fromMs + (last + 1) * stepMs];
  const xMs = (ms: number): number =>
    PLOT.left + ((ms - from) / (to - from)) * (WIDTH - PLOT.left - PLOT.right);
  const y = (v: number): number =>
    HEIGHT - PLOT.bottom - ((v - floor) / (top - floor)) * (HEIGHT - PLOT.top - PLOT.bottom);
  const yTicks = roundTicks(floor / unit.per, top / unit.per, 3).map((tick) => {
    const at = n1(y(tick * unit.per));
    return `<path class="grid" d="M${String(PLOT.left)},${at}H${String(WIDTH - PLOT.right)}"/><text x="${String(PLOT.left - 6)}" y="${at}" dy="3.5" text-anchor="end">${String(tick)}</text>`;
  });
  const xTicks = timeTicks(from, to, 6).map(
    (ms) =>
      `<text x="${n1(xMs(ms))}" y="${String(HEIGHT - 6)}" text-anchor="middle">${timeText(ms)}</text>`,
  );
  const lines = workload.columns.map((one, r) =>
    one === null
      ? ''
      : `<path class="run r${String(r % 8)}" d="${pathOf(one[view], (s) => xMs(msOf(s)), y)}"/>`,
  );
  const zero = xMs(0);
  const zeroLine =
    zero < PLOT.left || zero > WIDTH - PLOT.right
      ? ''
      : `<path class="zero" d="M${n1(zero)},${String(PLOT.top)}V${String(HEIGHT - PLOT.bottom)}"/>`;
  return (
    `<svg class="v-${view}" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" role="img" aria-label="${e(describe)}">` +
    phaseBands(comparison, xMs) +
    yTicks.join('') +
    xTicks.join('') +
    zeroLine +
    // The baseline is drawn last of all, thin, so that it can be seen where lines lie on it.
    [...lines.slice(1), lines[0] ?? ''].join('') +
    `</svg>`
  );
}
