import { plural } from '../display.ts';
import type { Mark } from '../../core/recording.ts';
import type { LiveSignal } from '../live/tape.ts';
import type { Spec } from 'vega';
import { clockText } from './clock.ts';
import { byId, make, makeSvg, setText } from './dom.ts';
import type { Store } from './store.ts';
import { dragForTime } from './time-drag.ts';
import { VegaChart } from './vega-chart.ts';

/** Lanes at most, and those that quiet series fill up to. */
const MOST_LANES = 24;
const FILLED_LANES = 12;
const MOST_SIGNALS = 2;
const MOST_MARKS = 300;
const LONGEST_NAME = 30;
const LETTER_PX = 6.5;

/** A lane: its name, and what draws it anew for the shown time. */
interface Lane {
  readonly name: HTMLElement;
  readonly lane: HTMLElement;
  readonly draw: (place: (from: number, to: number) => string | null) => void;
}

/** Marks of the whole run, and of a pod those that are never routine. */
function isTelling({ kind, pod }: Mark): boolean {
  return pod === '' ? kind !== 'clear' : kind === 'restart' || kind === 'oom';
}

/** A long text without its middle: pods of one workload differ at their ends. */
function middleCut(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = Math.floor(most / 2);
  return `${text.slice(0, most - tail - 1)}…${text.slice(-tail)}`;
}

function newLane(name: string, kind = '', told: readonly (Node | string)[] = [name]) {
  return {
    name: make('div', { class: 'lane-name', title: name }, ...told),
    lane: make('div', { class: `lane ${kind}`.trim() }),
  };
}

/** A bar over a stretch of time; nothing outside of what is shown. */
function bar(style: string | null, kind: string, title: string): HTMLElement[] {
  if (style === null) return [];
  return [make('i', { class: kind, style, ...(title === '' ? {} : { title }) })];
}

function signalPath(signal: LiveSignal, from: number, to: number): string {
  const { column, line, gaps } = signal;
  let most = 0;
  for (const v of line.values) if (v > most) most = v;
  if (most === 0) most = 1;
  let path = '';
  let last = '';
  for (let p = 0; p < line.positions.length; p += 1) {
    const i = line.positions[p]!;
    const x = (((column[i]! - from) / (to - from)) * 1000).toFixed(1);
    const y = (100 * (1 - line.values[p]! / most)).toFixed(1);
    if (path === '' || gaps[i] === 1) path += `${path === '' ? '' : `L${last},100Z`}M${x},100`;
    path += `L${x},${y}`;
    last = x;
  }
  return path === '' ? '' : `${path}L${last},100Z`;
}

/** A signal of the whole run or of a workload that is worth a lane. */
function laneSignals(store: Store): LiveSignal[] {
  const order = ['requests', 'load', 'replicas'];
  const rank = ({ metric }: LiveSignal): number => {
    const at = order.indexOf(metric);
    return at === -1 ? order.length : at;
  };
  const { model, tape } = store;
  const interest = ({ workload, namespace }: LiveSignal): number =>
    model.byInterest.findIndex((i) => {
      const series = model.series[i]!;
      return series.workload === workload && series.namespace === namespace && series.alerts > 0;
    }) >>> 0;
  return [...tape.signals]
    .sort((a, b) => rank(a) - rank(b) || interest(a) - interest(b))
    .slice(0, MOST_SIGNALS);
}

/** Series with a lane: those with alerts or labels, and a few quiet ones beside them. */
function laneSeries({ model }: Store): number[] {
  const telling = model.byInterest.filter((s) => {
    const { alerts = 0, labels = 0 } = model.series[s] ?? {};
    return alerts + labels > 0;
  });
  const count = Math.min(MOST_LANES, Math.max(telling.length, FILLED_LANES));
  return model.byInterest.slice(0, count);
}

function lanesOf(store: Store): Lane[] {
  const { model, tape } = store;
  const clock = (t: number): string => clockText(t, store.view.offsetMs);
  const lanes: Lane[] = [];
  if (model.coverage.buckets.length > 0) {
    const { name, lane } = newLane('what was seen', 'ribbon');
    lanes.push({
      ...{ name, lane },
      draw: (place) => {
        lane.replaceChildren(
          ...model.coverage.buckets.flatMap(({ from, to, state, why }) =>
            bar(place(from, to), state, why === '' ? '' : `${clock(from)} ${why}`),
          ),
        );
      },
    });
  }
  const marks = model.marks.filter(isTelling).slice(0, MOST_MARKS);
  if (marks.length > 0) {
    const { name, lane } = newLane('marks', 'tall');
    lanes.push({
      ...{ name, lane },
      draw: (place) => {
        let free = -Infinity;
        const { view } = store;
        lane.replaceChildren(
          ...marks.flatMap((mark, m) => {
            const style = place(mark.startMs, mark.startMs);
            if (style === null) return [];
            const told = mark.name === '' ? mark.kind : mark.name;
            const title = `${clock(mark.startMs)} ${mark.kind} ${mark.name} ${mark.pod}`.trim();
            const items = bar(style, 'mark', title);
            const at = (t: number): number => ((t - view.from) / (view.to - view.from)) * 100;
            const x = at(mark.startMs);
            const next = marks[m + 1];
            // Names that would overlap, or run out of the lane, stay in the tooltip.
            const width = ((told.length * LETTER_PX + 8) / Math.max(1, lane.clientWidth)) * 100;
            const isCrowded = next !== undefined && at(next.startMs) < x + width * 0.6;
            if (x < free || x + width > 100 || isCrowded) return items;
            free = x + width;
            return [...items, make('span', { style, title }, told)];
          }),
        );
      },
    });
  }
  for (const signal of laneSignals(store)) {
    const { name, lane } = newLane(
      [signal.metric, signal.workload ?? ''].filter((part) => part !== '').join(' of '),
      'tall',
    );
    const svg = makeSvg('svg', { viewBox: '0 0 1000 100', preserveAspectRatio: 'none' });
    const path = makeSvg('path');
    svg.append(path);
    lane.append(svg);
    lanes.push({
      ...{ name, lane },
      draw: () => {
        path.setAttribute('d', signalPath(signal, store.view.from, store.view.to));
      },
    });
  }
  for (const s of laneSeries(store)) {
    const { model: series, times } = tape.series[s]!;
    const short = middleCut(series.name, LONGEST_NAME);
    const link = make('a', { href: `#s-${String(s)}` }, short);
    const { name, lane } = newLane(`${series.name} ${series.metric}`, '', [
      link,
      make('span', {}, series.metric),
    ]);
    const isFiller = series.alerts + series.labels === 0;
    name.classList.toggle('filler', isFiller);
    lane.classList.toggle('filler', isFiller);
    const labels = model.labels.filter(
      (label) =>
        label.namespace === series.namespace &&
        label.pod === series.pod &&
        (label.metric === '' || label.metric === series.metric) &&
        (label.visibleIn === null || label.visibleIn.includes(series.metric)),
    );
    lanes.push({
      ...{ name, lane },
      draw: (place) => {
        const end = times[times.length - 1] ?? 0;
        const alerts = store.decided.alerts.filter((alert) => alert.series === s);
        for (const element of [name, lane]) element.classList.toggle('busy', alerts.length > 0);
        lane.replaceChildren(
          ...bar(place(times[0] ?? 0, end), 'alive', ''),
          ...labels.flatMap(({ startMs, endMs, type }) =>
            bar(place(startMs, endMs), 'label', `known fault: ${type}`),
          ),
          ...alerts.flatMap(({ start, end: closed, detectedAt }) =>
            bar(place(start, closed ?? end), 'alert', `alert detected ${clock(detectedAt)}`),
          ),
        );
      },
    });
  }
  return lanes;
}

/** Draws everything that happened, a lane each, on one time axis. */
export function mountLanes(store: Store, axisSpec: Spec): void {
  const board = byId('lanes', HTMLElement);
  const more = byId('lanes-more', HTMLElement);
  const lanes = lanesOf(store);
  const axis = make('div', { class: 'chart' });
  const brush = make('div', { class: 'brush hidden' });
  board.append(...lanes.flatMap(({ name, lane }) => [name, lane]), make('div'), axis, brush);
  const chart = new VegaChart(axis, axisSpec, 0);
  const shown = new Set(laneSeries(store));

  const draw = (): void => {
    const { from, to } = store.view;
    const percent = (t: number): number => ((t - from) / (to - from)) * 100;
    const place = (a: number, b: number): string | null => {
      if (b < from || a > to) return null;
      const left = Math.max(0, percent(a));
      const width = Math.min(100, percent(b)) - left;
      return `left:${left.toFixed(3)}%;width:${Math.max(0, width).toFixed(3)}%`;
    };
    for (const lane of lanes) lane.draw(place);
    const { offsetMs } = store.view;
    chart.signal('span', [from + offsetMs, to + offsetMs]).draw();
    const hidden = store.tape.series.length - shown.size;
    const others = store.decided.alerts.filter(({ series }) => !shown.has(series)).length;
    setText(
      more,
      hidden <= 0
        ? ''
        : `${plural(hidden, 'series has', 'more series have')} no lane; ${plural(others, 'alert')} in them.`,
    );
  };
  new ResizeObserver(() => {
    chart.resize(axis.clientWidth).draw();
  }).observe(axis);

  for (const { lane } of lanes) {
    dragForTime(
      lane,
      store,
      () => lane.getBoundingClientRect(),
      (stretch) => {
        brush.classList.toggle('hidden', stretch === null);
        if (stretch === null) return;
        const box = lane.getBoundingClientRect();
        const left = lane.offsetLeft + stretch[0] * box.width;
        brush.style.left = `${String(left)}px`;
        brush.style.width = `${String((stretch[1] - stretch[0]) * box.width)}px`;
      },
    );
  }
  store.watch(({ decisions, span, zone }) => {
    if (decisions || span || zone) draw();
  });
}
