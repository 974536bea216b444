import type { DrawnPoint } from '../decimate.ts';
import { formatValue } from '../../core/units.ts';
import type { Mark } from '../../core/recording.ts';
import type { ReportModel } from '../model.ts';
import { visible } from '../../core/visible.ts';
import type { LiveLayer, LiveSeries, LiveSignal, Tape } from './tape.ts';
import { thresholdText } from './threshold-text.ts';
import { pointsInWindow } from './window.ts';

/** What charts of a series are drawn from: a report, one of its layers, and what is looked at. */
export interface Shown {
  readonly model: ReportModel;
  readonly tape: Tape;
  readonly live: LiveLayer;
  readonly view: {
    readonly from: number;
    readonly to: number;
    /** Clocks show UTC plus this. */
    readonly offsetMs: number;
    /** Position in the layer's thresholds. */
    readonly choice: number;
  };
}

/** About how wide a letter of a mark's name is. */
const LETTER_PX = 6.5;
const MARKS_DRAWN = 120;

/** Signals that explain a series: those of its workload or pod, or of all. */
export function signalsOf(series: LiveSeries, all: readonly LiveSignal[]): LiveSignal[] {
  const { namespace, pod, workload } = series.model;
  return all.filter(
    (signal) =>
      (signal.namespace === '' || signal.namespace === namespace) &&
      (signal.workload === null || signal.workload === workload) &&
      (signal.pod === '' || signal.pod === pod || signal.workload === workload),
  );
}

/** What a mark is called beside a series: "Deployment/web 1 to 2" is "1 → 2" for one of web. */
function markName({ kind, name }: Mark, workload: string | null): string {
  const [of = '', ...rest] = name.split(' ');
  const isOwn = workload !== null && (of === workload || of.endsWith(`/${workload}`));
  const told = isOwn && rest.length > 0 ? rest.join(' ') : name;
  return told === '' ? kind : told.replace(/^(\d+) to (\d+)$/, '$1 → $2');
}

/** Marks of a series' pod, or of everything but other workloads' scaling. */
function marksOf({ model }: LiveSeries, marks: readonly Mark[]): Mark[] {
  const { namespace, pod, workload } = model;
  const isOthers = ({ kind, name }: Mark): boolean =>
    kind.startsWith('scale-') && name.includes('/') && !name.includes(`/${workload ?? ''} `);
  return marks
    .filter(
      (m) =>
        m.namespace === '' ||
        (m.namespace === namespace && (m.pod === '' ? !isOthers(m) : m.pod === pod)),
    )
    .slice(0, MARKS_DRAWN);
}

/** Marks with their names, where those find room before the next and the end. */
function namedMarks(
  marks: readonly Mark[],
  workload: string | null,
  endMs: number,
  letterMs: number,
): { t: number; name: string }[] {
  const names = marks.map((mark) => visible(markName(mark, workload)));
  let free = -Infinity;
  return marks.map(({ startMs: t }, m) => {
    const name = names[m] ?? '';
    const until = t + (name.length + 1) * letterMs;
    const next = marks[m + 1]?.startMs ?? Infinity;
    // A name that its neighbour would cut in two says nothing.
    if (t < free || until > endMs || next - t < (until - t) * 0.6) return { t, name: '' };
    free = until;
    return { t, name };
  });
}

/** A y domain: from zero, unless all values lie high above it. */
function reachOf(values: Float64Array, also: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (low > high) return [0, 1];
  for (const v of also) high = Math.max(high, v);
  const floor = low > high * 0.7 ? Math.max(0, low - high * 0.15) : Math.min(0, low);
  const top = high + (high - floor) * 0.08;
  return [floor, top > floor ? top : floor + 1];
}

/** Values far below a limit are not squeezed for its sake. */
const NEAR = 1.7;

/** Request and limit where they are near enough to be drawn. */
function limitLines({ model, per, line }: LiveSeries): { v: number; name: string }[] {
  let most = 0;
  for (const v of line.values) if (v > most) most = v;
  return (['request', 'limit'] as const).flatMap((name) => {
    const value = model[name];
    if (value === null || value > most * NEAR || most === 0) return [];
    return [{ v: value / per, name: `${name} ${formatValue(value, model.unit)}` }];
  });
}

/** Rows and domains of a value chart. */
export function valueRows(store: Shown, s: number, live: LiveLayer, buckets: number) {
  const series = store.tape.series[s]!;
  const { times, gaps, line, per } = series;
  const { from, to, offsetMs: shiftMs } = store.view;
  const window = { from, to, buckets, per, shiftMs };
  const smoothed = live.smoothed?.[s];
  const raw = pointsInWindow(times, gaps, line, window);
  const limits = limitLines(series);
  const marks = marksOf(series, store.model.marks).filter(
    ({ startMs }) => startMs >= from && startMs <= to,
  );
  const values = line.values.map((v) => v / per);
  const letterMs = ((to - from) / (buckets * 2)) * LETTER_PX;
  return {
    reach: reachOf(
      values,
      limits.map(({ v }) => v),
    ),
    // Without smoothing the raw line is the one that is judged, so it takes its place.
    raw: smoothed === undefined ? [] : raw,
    smoothed: smoothed === undefined ? raw : pointsInWindow(times, gaps, smoothed, window),
    limits,
    marks: namedMarks(marks, series.model.workload, to, letterMs).map(({ t, name }) => ({
      t: t + shiftMs,
      name,
    })),
    labels: store.model.labels
      .filter(
        (label) =>
          label.namespace === series.model.namespace &&
          label.pod === series.model.pod &&
          (label.container === '' || label.container === series.model.container) &&
          (label.metric === '' || label.metric === series.model.metric),
      )
      .map(({ startMs, endMs, type }) => {
        const [start, end] = [Math.max(startMs, from), Math.min(endMs, to)];
        const name = `known fault: ${visible(type)}`;
        // Without room to its right the name ends with the fault.
        const isLate = start + (name.length + 2) * letterMs > to;
        return {
          ...{ from: start + shiftMs, to: endMs + shiftMs, name },
          ...{ at: (isLate ? end : start) + shiftMs, align: isLate ? 'right' : 'left' },
          dx: isLate ? -4 : 4,
        };
      })
      .filter(({ to: end }) => end > from + shiftMs),
  };
}

/** Scores as numbers to draw: the threshold that each reaches, the lowest on offer for less. */
export function scoreColumn({ layer, levels }: LiveLayer, s: number): Float64Array {
  const { thresholds } = layer;
  const floor = scoreFloor(thresholds);
  return levels[s]!.map((level) =>
    level === 0 ? floor : level > 0 ? thresholds[level - 1]! : NaN,
  );
}

/** Where scores below every threshold are drawn: at zero, or for scores up to 1 just below. */
function scoreFloor(thresholds: readonly number[]): number {
  const top = thresholds[thresholds.length - 1] ?? 1;
  return top <= 1.5 ? (thresholds.find((t) => t > 1e-9) ?? 0) : 0;
}

/** Ticks of the score's axis: near linear up to 1, then by decades. */
function scoreTicks([low, high]: readonly [number, number]): number[] {
  const place = (v: number): number => Math.log1p(v) - Math.log1p(low);
  const room = place(high) / 4.5;
  const wanted =
    high <= 1.5 ? [0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] : [0, 0.5, 1, 2, 5, 10, 20, 50];
  for (let decade = 100; decade <= high; decade *= 10) wanted.push(decade, decade * 2, decade * 5);
  const ticks: number[] = [];
  for (const tick of wanted) {
    if (tick < low || tick > high) continue;
    const last = ticks[ticks.length - 1];
    if (last === undefined || place(tick) - place(last) >= room) ticks.push(tick);
  }
  return ticks;
}

/** Rows and domains of a score chart. */
export function scoreRows(
  store: Shown,
  s: number,
  live: LiveLayer,
  column: Float64Array,
  buckets: number,
) {
  const { times, gaps } = store.tape.series[s]!;
  const { from, to, offsetMs: shiftMs, choice } = store.view;
  const { thresholds } = live.layer;
  const positions = Float64Array.from(column, (_, i) => i);
  const window = { from, to, buckets, per: 1, shiftMs };
  const score = pointsInWindow(times, gaps, { positions, values: column }, window);
  const floor = scoreFloor(thresholds);
  let top = thresholds[live.layer.choice] ?? 1;
  for (const v of column) if (v > top) top = v;
  const threshold = thresholds[choice] ?? 0;
  // Above the threshold there is room for its name.
  const high = Math.max(top * 1.06, threshold + (threshold - floor) * 0.35);
  const reach: [number, number] = [floor, high > floor ? high : floor + 1];
  const isAll = floor === 0 && reach[1] <= 1.5;
  return {
    score,
    reach: isAll ? ([0, 1.05] as [number, number]) : reach,
    ticks: scoreTicks(reach),
  };
}

/** The part of a score line that reaches the threshold, as an area above it. */
export function overRows(score: readonly DrawnPoint[], threshold: number) {
  return score.map(({ t, v }) => ({
    ...{ t, b: threshold },
    v: v === null ? null : Math.max(v, threshold),
  }));
}

/** What a signal is called: by its unit where that says it all. */
export function signalName({ metric, unit }: LiveSignal): string {
  if (unit === '' || unit === metric) return metric;
  return unit.startsWith(metric) ? unit : `${metric} (${unit})`;
}

/** Zero and one or two round values: whole ones for what is counted. */
function signalTicks(high: number, isWhole: boolean): number[] {
  let step = isWhole ? 1 : 1e-6;
  const factors = [2, 2.5, 2];
  for (let f = 0; high / step > 2.5; f += 1) {
    const factor = factors[f % 3] ?? 2;
    step *= isWhole && factor === 2.5 && step % 2 === 1 ? 2 : factor;
  }
  const ticks: number[] = [];
  for (let k = 0; k * step <= high; k += 1) ticks.push(Number((k * step).toPrecision(6)));
  return ticks;
}

/** Rows, domain and ticks of a signal's chart. */
export function signalRows(store: Shown, signal: LiveSignal, buckets: number) {
  const { from, to, offsetMs: shiftMs } = store.view;
  const window = { from, to, buckets, per: 1, shiftMs };
  const reach = reachOf(signal.line.values, []);
  return {
    reach,
    ticks: signalTicks(reach[1], signal.unit === 'replicas'),
    signal: pointsInWindow(signal.column, signal.gaps, signal.line, window),
  };
}

/** What the threshold line is called. */
export function thresholdName({ live, view }: Shown): string {
  return `threshold ${thresholdText(live.layer, view.choice)}`;
}
